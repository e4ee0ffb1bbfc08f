// What an application asks of the agent that runs. Arguments are the page's: whatever they throw, the one who calls
// these catches (api.js).

import { named } from './core/named.js';
import { fitting, member } from './core/fitting.js';

// Words for the engine (src/host/exports.rs).
const CONTEXT = 76;
const EVENT = 77;

// What a running agent does not exchange: where everything goes, and under which id.
const FIXED = ['pid', 'endpoint', 'exporter'];

// Members of an event that are the engine's to place, in its order; and those that go into the event as they are, each
// with its bit (`Revision`, src/engine/event.rs).
const PLACED = ['name', 'url', 'method', 'message', 'status_code', 'timestamp', 'duration', 'traceparent'];
const ADDED = { success: 4, properties: 32, type: 64 };

// `parts`: what agent.js joins. `change(config)`, `show(view)`: what it does with another configuration, another view.
export function callsOf(parts, agent, change, show, warn) {
  const { _enter: enter, _core: core, _settings: settings, _session: session, _evaluator: evaluator } = parts;
  const refuse = (what) => warn(what + ' does not fit');
  return {
    // A copy: to change it changes nothing.
    getConfig: settings._copy,

    setConfig(changes) {
      const next = settings._copy();
      for (const key of Object.keys(changes)) {
        if (!FIXED.includes(key)) next[key] = changes[key];
        else if (changes[key] !== next[key]) warn(`setConfig: ${key} stays what it was at the start`);
      }
      change(next);
    },

    setView(view) {
      const name = named(() => (view && view.name) || view);
      if (name) show(name);
      else refuse('setView: name');
    },

    sendEvent(event) {
      const take = (key) => {
        const value = event[key];
        if (value == null) return;
        const fits = key === 'url' ? agent._resolve(`${value}`) : fitting(key, value);
        if (fits === undefined) refuse('sendEvent: ' + key);
        return fits;
      };
      const type = take('event_type') || 'resource';
      const placed = PLACED.map(take);
      if (type !== 'resource') return refuse('sendEvent: event_type');
      if (!placed[0] && !placed[1]) return refuse('sendEvent: name');
      let members = '';
      let bits = 0;
      for (const key in ADDED) {
        const value = take(key);
        if (value === undefined) continue;
        members += member(key, value);
        bits |= ADDED[key];
      }
      session._request(Date.now());
      // What is missing is empty there.
      enter(placed.join('\0') + '\0' + members, (length) => core.note(length, EVENT, bits, parts._now()));
      parts._settled();
    },

    // The line that a fetch of this URL would go: rules, sampling, ids, headers. A socket counts as the request that opens it.
    getTraceContext(url) {
      const href = agent._resolve(`${url}`).replace(/^ws/, 'http');
      if (!href) refuse('getTraceContext: url');
      const { _id: id, _headers: pairs } = agent._start(href, '', '', false, false);
      evaluator._end(id);
      const said = enter('', () => core.note(0, CONTEXT, id, 0));
      const [hint, traceId, spanId, sampled] = (said || 'patch_failed').split('\0');
      if (!pairs || !said) return { hint, headers: null };
      const headers = {};
      for (let i = 0; i < pairs.length; i += 2) headers[pairs[i]] = pairs[i + 1];
      return { hint, headers, traceId, spanId, sampled: sampled === '1' };
    },
  };
}
