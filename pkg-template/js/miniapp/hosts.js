// Each host of mini-programs, as data. Their globals are found by name alone, because globalThis is closed on Alipay and
// another object on Douyin. A host that has another's global beside its own comes before that one: DingTalk has Alipay's, QQ
// and others have WeChat's.

import { isObject } from './is.js';

/**
 * @typedef {object} Host
 * @property {string} _name
 * @property {string} _global
 * @property {any} _api The host's object; false where this is another host.
 * @property {boolean} _appx Alipay's family: `headers`, and one object instead of a list of arguments.
 * @property {boolean} _promises A call without callbacks may return a promise, which a callback of ours would switch off.
 * @property {any[]} _apis The objects whose functions are wrapped.
 * @property {Function} _native The host's own request function, from before it is wrapped.
 */

const row = (
  /** @type {string} */ _name,
  /** @type {string} */ _global,
  /** @type {any} */ _api,
  /** @type {boolean} */ _appx,
  /** @type {boolean} */ _promises
) => /** @type {Host} */ ({ _name, _global, _api, _appx, _promises });

const hosts = () => [
  row('douyin', 'tt', typeof tt !== 'undefined' && tt, false, false),
  row('baidu', 'swan', typeof swan !== 'undefined' && swan, false, true),
  row('kuaishou', 'ks', typeof ks !== 'undefined' && ks, false, false),
  row('qq', 'qq', typeof qq !== 'undefined' && qq, false, false),
  row('dingtalk', 'dd', typeof dd !== 'undefined' && dd, true, true),
  row('alipay', 'my', typeof my !== 'undefined' && my, true, true),
  row('wechat', 'wx', typeof wx !== 'undefined' && wx, false, false),
];

// The functions that make requests, in the order of their numbers in the engine (src/door.rs).
export const KINDS = ['request', 'httpRequest', 'uploadFile', 'downloadFile'];

/**
 * The host that is `wanted`, by its name, its global's name or its object; the one that is there where nothing is wanted.
 * @param {unknown} [wanted]
 * @returns {Host | undefined}
 */
export function hostOf(wanted) {
  const all = hosts().filter((host) => host._api);
  const fits = (/** @type {Host} */ { _name, _global, _api }) =>
    wanted ? wanted === _name || wanted === _global || wanted === _api : _api.request || _api.httpRequest;
  let host = all.filter(fits)[0];
  // One that is not in the list, and works as WeChat does.
  if (!host && isObject(wanted)) host = row('other', '', wanted, false, true);
  if (!host) return;
  const { _api: api, _name: name } = host;
  const { request, httpRequest } = api;
  const dingtalk = name === 'dingtalk';
  // DingTalk's `request` exists and does not work.
  host._native = (dingtalk && httpRequest) || request || httpRequest;
  // A host may have its functions under another's global as well, and applications call either. DingTalk has Alipay's
  // `httpRequest`, be it the same function or not. What a framework has built under another's name calls the host's by itself.
  const shares = (/** @type {Host} */ { _api, _name }) =>
    _api !== api && ((dingtalk && _name === 'alipay') || KINDS.some((kind) => api[kind] && _api[kind] === api[kind]));
  host._apis = [api].concat(all.filter(shares).map(({ _api }) => _api));
  return host;
}
