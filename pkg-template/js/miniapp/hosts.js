// Each host of mini-programs, as data. Their globals are found by name alone, for globalThis is closed on Alipay and another
// object on Douyin; and those that exist beside another's come before it: DingTalk has Alipay's, QQ and others have WeChat's.

const row = (name, global, api, appx = false, promises = false) => ({
  _name: name,
  _global: global,
  // The host's object; false where this is another host.
  _find: api,
  // Alipay's family: `headers`, one object for each argument list.
  _appx: appx,
  // A call without callbacks may answer with a promise, which a callback of ours would switch off.
  _promises: promises,
});

const HOSTS = [
  row('douyin', 'tt', () => typeof tt !== 'undefined' && tt),
  row('baidu', 'swan', () => typeof swan !== 'undefined' && swan, false, true),
  row('kuaishou', 'ks', () => typeof ks !== 'undefined' && ks),
  row('qq', 'qq', () => typeof qq !== 'undefined' && qq),
  row('dingtalk', 'dd', () => typeof dd !== 'undefined' && dd, true, true),
  row('alipay', 'my', () => typeof my !== 'undefined' && my, true, true),
  row('wechat', 'wx', () => typeof wx !== 'undefined' && wx),
];

// The functions that make requests, in the order of their numbers in the engine (src/door.rs).
export const KINDS = ['request', 'httpRequest', 'uploadFile', 'downloadFile'];

// The host that is `wanted`, by its name, its global's name or its object; the one that is there where nothing is wanted.
// `_apis`: the objects whose functions are watched.
export function hostOf(wanted) {
  for (let i = 0; i < HOSTS.length; i++) {
    const host = HOSTS[i];
    const api = host._find();
    const asked = wanted === host._name || wanted === host._global || wanted === api;
    if (api && (wanted ? asked : typeof api.request === 'function' || typeof api.httpRequest === 'function')) return found(host, api);
  }
  // One that is not in the list, and works as WeChat does.
  return wanted && typeof wanted === 'object' ? found(row('other', '', null, false, true), wanted) : null;
}

// A host may have its functions under the global of another as well, and applications call either; DingTalk has Alipay's
// `httpRequest`, be it the same function or not. What a framework built under another's name ends here by itself.
function found(host, api) {
  host._api = api;
  host._apis = [api];
  HOSTS.forEach((other) => {
    const alias = other !== host && other._find();
    const shares = (name) => typeof api[name] === 'function' && alias[name] === api[name];
    if (alias && alias !== api && ((host._global === 'dd' && other._global === 'my') || KINDS.some(shares))) host._apis.push(alias);
  });
  return host;
}
