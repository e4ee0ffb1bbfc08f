// What the host knows of the mini-program: its id and its version.

import { callHost } from './call.js';
import { isObject } from './is.js';

const isRecord = (/** @type {any} */ value) => isObject(value) && !Array.isArray(value);

// Adds the members of `from` to `to`, each read once. A member that throws becomes NaN; no option takes it, so the engine warns.
const read = (/** @type {any} */ from, /** @type {any} */ to) =>
  Object.keys(from).forEach((key) => {
    try {
      to[key] = from[key];
    } catch (_) {
      to[key] = NaN;
    }
  });

/**
 * The application's configuration, completed by the host: `app.host`, `app.app_id`, `version`.
 * @param {any} config
 * @param {import('./hosts.js').Host} host
 */
export function configured(config, { _api: api, _name: host }) {
  if (!isRecord(config)) return config;
  const mini = callHost(api, 'getAccountInfoSync').miniProgram || callHost(api, 'getEnvInfoSync').microapp || {};
  /** @type {any} */
  const known = { host };
  const id = mini.appId || callHost(api, 'getAppIdSync').appId;
  if (id) known.app_id = '' + id;
  /** @type {any} */
  const made = {};
  read(config, made);
  const { app } = made;
  if (app === undefined || isRecord(app)) {
    made.app = known;
    read(app || {}, known);
  }
  const version = mini.version || mini.mpVersion;
  if (made.version === undefined && version) made.version = '' + version;
  return made;
}
