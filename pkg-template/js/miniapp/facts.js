// Which mini-program this is, as its host says.

import { callHost } from './call.js';

// The application's configuration, its values read once, with what the host knows: `app.host`, `app.app_id`, `version`.
export function configured(config, { _api: api, _name: name }) {
  if (!config || typeof config !== 'object' || Array.isArray(config)) return config;
  const mini = callHost(api, 'getAccountInfoSync').miniProgram || callHost(api, 'getEnvInfoSync').microapp || {};
  const known = { host: name };
  const id = mini.appId || callHost(api, 'getAppIdSync').appId;
  if (id) known.app_id = `${id}`;
  const made = {};
  const read = (from, to) =>
    Object.keys(from).forEach((key) => {
      try {
        to[key] = from[key];
      } catch (_) {
        // The engine warns of what is no number, and no text.
        to[key] = NaN;
      }
    });
  read(config, made);
  const { app } = made;
  if (app === undefined || (app && typeof app === 'object' && !Array.isArray(app))) {
    made.app = known;
    read(app || {}, known);
  }
  const version = mini.version || mini.mpVersion;
  if (made.version === undefined && version) made.version = `${version}`;
  return made;
}
