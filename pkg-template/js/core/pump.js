// Does what the engine asks for, in any host: texts into storage and to the endpoint, the one timer, the console's lines.

import {
  ACTION_ADOPT,
  ACTION_ARM,
  ACTION_DEBUG,
  ACTION_FORGET,
  ACTION_STORE,
  ACTION_WARN,
  ANSWER_GONE,
  SIGNAL_LEAVING,
  SIGNAL_RESTORED,
  SIGNAL_TIMER,
} from './door.js';
import * as door from './door.js';
import { unzoned } from './unzoned.js';

// The answer for a batch that the application keeps back: it is done with.
const OK = 200;

// What dead pages left is looked for when this page's own start is over, in milliseconds.
const ADOPT_AFTER = 200;

/**
 * @typedef {object} Store Where batches outlive the page or the application.
 * @property {(id: number, text: string) => void} _append
 * @property {(id: number) => string} _text
 * @property {(id: number) => void} _forget
 * @property {(take: (text: string, age: number) => number) => void} _adopt Offers each batch that nobody else has to `take`, which gives it a number, or 0.
 * @property {() => void} _leave The page goes away; what is stored stays.
 * @property {() => void} [_clear] Deletes every batch of this application; where the host's API has no such call, nothing.
 * @property {() => (number | string)[]} _gone The batches that another page has taken over.
 */

/** @typedef {(work: () => void, ms: number) => number} Later A timer; the engine is asked for actions after `work`. */

/**
 * @typedef {object} Delivery Where a host's batches lie, and how they leave.
 * @property {(later: Later) => Store} _storage The storage, which may want a timer.
 * @property {(body: string, way: number, done: (answer: import('./door.js').Answer) => void) => void} _send Takes a batch to the
 *   endpoint. `way` is an ACTION_SEND number.
 */

/** @typedef {ReturnType<typeof pumpOf>} Pump */

// The name in storage under which batches lie, of which one exporter knows nothing of another's.
export const prefixOf = (/** @type {string} */ otlp, /** @type {string} */ pid) =>
  'tracebeam:' + (__PAGES__ && otlp ? 'otlp:' : 'rum:') + encodeURIComponent(pid) + ':';

/**
 * @param {any} scope
 * @param {import('./line.js').Line} line
 * @param {Delivery} delivery
 * @param {(text: string) => string} revised Gives the application the last word on a bundle; empty where it keeps it back.
 * @param {(text: string) => void} warn Says a text once.
 * @param {() => void} armed Is called whenever the timer is set.
 */
export function pumpOf(scope, line, { _storage: storage, _send: send }, revised, warn, armed) {
  const { console } = scope;
  const setTimeout = unzoned(scope, 'setTimeout');
  const clearTimeout = unzoned(scope, 'clearTimeout');
  const later = (/** @type {() => void} */ work, /** @type {number} */ ms) => setTimeout.call(scope, () => tell(work), ms);
  const store = storage(later);
  /** @type {number} */
  let timer;
  let pumping = false;

  // What happened outside, for the engine to judge, and then whatever it asks for.
  const tell = (/** @type {() => void} */ work) =>
    line._guarded(() => {
      work();
      pump();
    });

  // A space behind the text is the mark of a batch on probation (src/engine/queue/batch.rs).
  const adopt = () =>
    store._adopt((text, age) => door.adopt(text.length, text.split(/event[._]id"/).length - 1, age, text.slice(-1) === ' '));

  /** @param {{ _code: number, _number: number, _text: string }} action */
  const act = ({ _code: code, _number: number, _text: text }) => {
    if (code === ACTION_WARN) warn(text);
    else if (code === ACTION_DEBUG) console.debug('[tracebeam] ' + text);
    else if (code === ACTION_STORE) store._append(number, text);
    else if (code === ACTION_FORGET) store._forget(number);
    else if (code === ACTION_ADOPT) later(adopt, ADOPT_AFTER);
    else if (code === ACTION_ARM) {
      armed();
      clearTimeout.call(scope, timer);
      timer = later(() => door.signal(SIGNAL_TIMER, 0), number);
    } else {
      const done = (/** @type {import('./door.js').Answer} */ answer) => tell(() => door.sent(number, answer, line._now()));
      const body = revised(store._text(number) + text);
      if (body) send(body, code, done);
      else done({ _status: OK });
    }
  };

  const pump = () => {
    // An answer that comes at once, as that of an exit, comes while its own action is at work.
    if (pumping) return;
    pumping = true;
    for (let action; (action = door.poll(line._now()));) act(action);
    pumping = false;
  };

  return {
    _pump: pump,
    // What is stored stays, for whoever comes next.
    _stop() {
      clearTimeout.call(scope, timer);
      store._leave();
    },
    // What waits is not sent by anybody.
    _forget: /** @type {() => void} */ (store._clear),
    _signal: (/** @type {number} */ what) =>
      tell(() => {
        if (__PAGES__ && what === SIGNAL_RESTORED) store._gone().forEach((id) => door.sent(+id, { _status: ANSWER_GONE }, 0));
        door.signal(what, line._now());
        // What is left is written by now, for the engine stores before it sends.
        if (__PAGES__ && what === SIGNAL_LEAVING) {
          pump();
          store._leave();
        }
      }),
  };
}
