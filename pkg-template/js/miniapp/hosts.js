// Each mini-program host, as data. Globals are found by name, because globalThis is closed on Alipay and another object on
// Douyin. A host that also has another host's global comes before that host: DingTalk has Alipay's, QQ and others have WeChat's.

import { isObject } from './is.js';

/**
 * @typedef {object} Host
 * @property {string} _name
 * @property {string} _global
 * @property {any} _api The host's object; false on other hosts.
 * @property {boolean} _appx Alipay's family: `headers` instead of `header`, and one object instead of a list of arguments.
 * @property {boolean} _promises A call without callbacks may return a promise. A callback of ours would switch that off.
 * @property {any[]} _apis The objects whose functions are wrapped.
 * @property {Function} _native The host's own request function, before it is wrapped.
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

// The functions that send requests, in the order of their numbers in the engine (src/door.rs).
export const KINDS = ['request', 'httpRequest', 'uploadFile', 'downloadFile'];

/**
 * The host `wanted`, by its name, its global's name or its object. If nothing is wanted, the host that is there.
 * @param {unknown} [wanted]
 * @returns {Host | undefined}
 */
export function hostOf(wanted) {
  const all = hosts().filter((host) => host._api);
  const fits = (/** @type {Host} */ { _name, _global, _api }) =>
    wanted ? wanted === _name || wanted === _global || wanted === _api : _api.request || _api.httpRequest;
  let host = all.filter(fits)[0];
  // An unknown host is assumed to work like WeChat.
  if (!host && isObject(wanted)) host = row('other', '', wanted, false, true);
  if (!host) return;
  const { _api: api, _name: name } = host;
  const { request, httpRequest } = api;
  const dingtalk = name === 'dingtalk';
  // DingTalk's `request` exists and does not work.
  host._native = (dingtalk && httpRequest) || request || httpRequest;
  // A host may have its functions under another host's global too, and applications call either. DingTalk's own `httpRequest` and
  // Alipay's are both wrapped, even if they differ. A framework's imitation of another global calls the host's functions itself.
  const shares = (/** @type {Host} */ { _api, _name }) =>
    _api !== api && ((dingtalk && _name === 'alipay') || KINDS.some((kind) => api[kind] && _api[kind] === api[kind]));
  host._apis = [api].concat(all.filter(shares).map(({ _api }) => _api));
  return host;
}
