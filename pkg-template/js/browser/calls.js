// The application's calls on the running agent. Reading their arguments may throw; api.js catches that.

import { note, said, WORD_CONTEXT, WORD_EVENT } from '../core/door.js';
import { fitting, revision } from '../core/fitting.js';
import { eachHeader } from '../core/headers.js';
import { named } from '../core/named.js';
import { tokens } from '../core/tokens.js';

// Options that cannot change while the agent runs: where events go, and under which id.
const FIXED = ['pid', 'endpoint', 'exporter'];

/**
 * @typedef {object} Running What the application's calls change in the agent.
 * @property {(config: unknown) => void} _change Continues with another configuration.
 * @property {(name: string) => void} _show Begins a view with this name.
 * @property {() => void} _active Renews a session that is over, before an event is recorded.
 * @property {() => void} _advance Is called when an event may be ready to leave.
 */

/**
 * @param {import('../core/line.js').Line} line
 * @param {import('./configuration.js').Configuration} settings
 * @param {(text: string) => void} warn Writes a warning once.
 * @param {Running} running
 */
export function callsOf(line, settings, warn, { _change: change, _show: show, _active: active, _advance: advance }) {
  // The application gets a copy, which it may change freely.
  const copy = () => tokens(settings._settings, [])._copy;
  const refuse = (/** @type {string} */ what) => warn(what + ' does not fit');
  return {
    getConfig: copy,

    setConfig(/** @type {any} */ changes) {
      const next = copy();
      for (const key of Object.keys(changes)) {
        if (!FIXED.includes(key)) next[key] = changes[key];
        else if (changes[key] !== next[key]) warn(`setConfig: ${key} stays what it was at the start`);
      }
      change(next);
    },

    setView(/** @type {any} */ view) {
      const name = named(() => (view && view.name) || view);
      if (name) show(name);
      else refuse('setView: name');
    },

    sendEvent(/** @type {any} */ event) {
      const take = (/** @type {string} */ key) => {
        const value = event[key];
        if (value == null) return;
        const fits = key === 'url' ? line._resolve(`${value}`) : fitting(key, value);
        if (fits === undefined) refuse('sendEvent: ' + key);
        return fits;
      };
      const type = take('event_type') || 'resource';
      const head = ['url', 'method', 'timestamp', 'traceparent', 'type'].map(take);
      const text = revision(take);
      if (type !== 'resource') return refuse('sendEvent: event_type');
      // The name is the first part of a revision.
      if (!head[0] && text[0] === '\0') return refuse('sendEvent: name');
      active();
      // A missing member leaves an empty part.
      line._note(WORD_EVENT, head.join('\0') + '\0' + text, 0, line._now());
      advance();
    },

    // The trace context that a fetch of this URL would get. A WebSocket's URL counts as the HTTP request that opens it.
    getTraceContext(/** @type {unknown} */ url) {
      const href = line._resolve(`${url}`).replace(/^ws/, 'http');
      if (!href) refuse('getTraceContext: url');
      /** @type {import('../core/line.js').Start} */
      const request = { _href: href, _method: '', _own: '', _unheard: true };
      const pairs = line._start(request);
      const decision = line._guarded(() => {
        note(WORD_CONTEXT, '', request._id);
        return said();
      });
      const [hint, traceId, spanId, sampled] = (decision || 'patch_failed').split('\0');
      if (!pairs || !decision) return { hint, headers: null };
      /** @type {Record<string, string>} */
      const headers = {};
      eachHeader(pairs, (name, value) => (headers[name] = value));
      return { hint, headers, traceId, spanId, sampled: sampled === '1' };
    },
  };
}
