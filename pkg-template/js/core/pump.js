// Does what the engine asks for, in any host: stores and sends batches, sets the one timer, writes to the console.

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

// The engine's answer for a batch that `beforeReport` keeps back: as if it had been delivered.
const OK = 200;

// Batches of dead pages are looked for this long after the start, in milliseconds, when the page is less busy.
const ADOPT_AFTER = 200;

/**
 * @typedef {object} Store Where batches outlive the page or the application.
 * @property {(id: number, text: string) => void} _append
 * @property {(id: number) => string} _text
 * @property {(id: number) => void} _forget
 * @property {(take: (text: string, age: number) => number) => void} _adopt Offers each batch without a living owner to `take`, which returns its number here, or 0.
 * @property {() => void} _leave The page is going away. What is stored stays.
 * @property {() => void} [_clear] Deletes every batch of this application. Mini-programs have no such call.
 * @property {() => (number | string)[]} _gone The numbers of the batches that another page has taken over.
 */

/** @typedef {(work: () => void, ms: number) => number} Later Sets a timer for `work`, after which the engine is asked for actions. */

/**
 * @typedef {object} Delivery How a host stores and sends batches.
 * @property {(later: Later) => Store} _storage Makes the storage, which may need a timer.
 * @property {(body: string, way: number, done: (answer: import('./door.js').Answer) => void) => void} _send Takes a batch to the
 *   endpoint. `way` is an ACTION_SEND number.
 */

/** @typedef {ReturnType<typeof pumpOf>} Pump */

// The prefix of the keys of batches in storage. Each exporter has its own, because it cannot send another's batches.
export const prefixOf = (/** @type {string} */ otlp, /** @type {string} */ pid) =>
  'tracebeam:' + (__PAGES__ && otlp ? 'otlp:' : 'rum:') + encodeURIComponent(pid) + ':';

/**
 * @param {any} scope
 * @param {import('./line.js').Line} line
 * @param {Delivery} delivery
 * @param {(text: string) => string} revised Gives the application the last word on a bundle; empty where the application keeps the bundle back.
 * @param {(text: string) => void} warn Says a text once.
 * @param {() => void} armed Is called when the timer is set.
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

  // Runs `work`, which tells the engine what has happened, and then does what the engine asks for.
  const tell = (/** @type {() => void} */ work) =>
    line._guarded(() => {
      work();
      pump();
    });

  // A space at the end of the text marks a batch on probation (src/engine/queue/batch.rs).
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
    // A send may answer at once, while its own action is still being done; a send at the page's exit does.
    if (pumping) return;
    pumping = true;
    for (let action; (action = door.poll(line._now()));) act(action);
    pumping = false;
  };

  return {
    _pump: pump,
    // What is stored stays for the next page.
    _stop() {
      clearTimeout.call(scope, timer);
      store._leave();
    },
    // Deletes the stored batches, so that nobody sends them.
    _forget: /** @type {() => void} */ (store._clear),
    _signal: (/** @type {number} */ what) =>
      tell(() => {
        if (__PAGES__ && what === SIGNAL_RESTORED) store._gone().forEach((id) => door.sent(+id, { _status: ANSWER_GONE }, 0));
        door.signal(what, line._now());
        // The engine stores before it sends: after `pump` everything is in storage.
        if (__PAGES__ && what === SIGNAL_LEAVING) {
          pump();
          store._leave();
        }
      }),
  };
}
