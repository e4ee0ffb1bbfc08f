// Does what the engine asks for, in any host: texts into storage and to the endpoint, the one timer, the console's lines.

// Action codes of the engine (src/host/exports.rs).
const STORE = 1;
const FORGET = 5;
const ADOPT = 6;
const ARM = 7;
const WARN = 8;
const DEBUG = 9;
const CODE = 15;
const CODE_BITS = 4;

const TIMER = 0;
const LEAVING = 3;
const RESTORED = 5;
const GONE = 3;
const KEPT = 200;

// What dead pages left is looked for when this page's own start is over.
const ADOPT_AFTER_MS = 200;

// The name in storage under which batches lie, of which one exporter knows nothing of another's.
export const baseOf = (otlp, pid) => `tracebeam:${otlp ? 'otlp' : 'rum'}:${encodeURIComponent(pid)}:`;

// `guarded` runs what calls the engine; `_storage(later)` gives the host's storage, which may want a timer; `_send`
// takes a batch to the endpoint; `armed` is called at every timer; `revised` gives the application the last word on a
// bundle; `warn` says a text once.
export function pumpOf(scope, core, memory, guarded, { _storage: storage, _send: send }, armed, revised, warn) {
  const { console, performance } = scope;
  const native = (name) => scope['__zone_symbol__' + name] || scope[name];
  const [setTimeout, clearTimeout] = ['setTimeout', 'clearTimeout'].map(native);
  const later = (work, ms) => setTimeout.call(scope, () => tell(work), ms);
  const store = storage(later);
  let timer;
  let pumping;

  // What happened outside, for the engine to judge, and then whatever it asks for.
  const tell = (work) =>
    guarded(() => {
      work();
      pump();
    });

  const adopt = () => store._adopt((text, age) => core.adopt(text.length, text.split(/event[._]id"/).length - 1, age));

  const act = (code, number, text) => {
    if (code === WARN) warn(text);
    else if (code === DEBUG) console.debug('[tracebeam] ' + text);
    else if (code === STORE) store._append(number, text);
    else if (code === FORGET) store._forget(number);
    else if (code === ADOPT) later(adopt, ADOPT_AFTER_MS);
    else if (code === ARM) {
      armed();
      clearTimeout.call(scope, timer);
      timer = later(() => core.signal(TIMER, 0), number);
    } else {
      const answer = (status, after, rejected) => tell(() => core.sent(number, status, after, rejected, performance.now()));
      const body = revised(store._text(number) + text);
      // What the application keeps back is done with.
      if (body) send(body, code, answer);
      else answer(KEPT, 0, 0);
    }
  };

  const pump = () => {
    // An answer that comes at once, as that of an exit, comes while its own action is at work.
    if (pumping) return;
    pumping = true;
    for (let action; (action = core.poll(performance.now()));) {
      const length = core.output_len();
      act(action & CODE, action >>> CODE_BITS, length ? memory._read(length) : '');
    }
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
    _forget: store._clear,
    _signal: (what) =>
      tell(() => {
        if (what === RESTORED) store._gone().forEach((id) => core.sent(id, GONE, 0, 0, 0));
        core.signal(what, performance.now());
        // What is left is written by now, for the engine stores before it sends.
        if (what === LEAVING) {
          pump();
          store._leave();
        }
      }),
  };
}
