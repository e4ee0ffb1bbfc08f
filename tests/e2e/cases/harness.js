// Runs in a page, with the agent or without it: every case once, one after the other. What a case
// returns must be the same in both; what the server heard is compared by lib/differ.mjs.

const cases = [];
const results = [];

// `traced`: how many different spans the case's calls have; if any, each request to the own origin must carry exactly
// one valid traceparent, and one to another origin none ('all': browsers differ in how many are sent;
// 'own': the application sets its own, no look is taken).
// `events`: what the agent must have reported, in part. Both only with the agent. `repeats`: the browser may send a
// request again by itself, after connections that the case broke.
function add(name, { traced = 0, events, repeats = false }, run) {
  cases.push({ name, traced, events, repeats, run });
}

const mode = location.pathname.slice(1);

// An error as a page can tell it from another, without the stack.
const told = (error) =>
  error instanceof Error || error instanceof DOMException
    ? `${error.constructor.name} ${error.name}: ${error.message.replace(`/${mode}`, '')}`
    : `${typeof error} ${String(error)}`;

// How a promise settles, or that the call threw.
async function outcome(call) {
  let promise;
  try {
    promise = call();
  } catch (error) {
    return 'threw ' + told(error);
  }
  try {
    const response = await promise;
    return `${response.status} ${response.type} ${response.redirected} ${new URL(response.url).pathname.replace(`/${mode}`, '')} ${(await response.text()).length}`;
  } catch (error) {
    return 'rejected ' + told(error);
  }
}

// Runs `work` and returns which rejections the window saw unhandled within it.
async function unhandled(work) {
  const seen = [];
  const note = (event) => {
    event.preventDefault();
    seen.push(told(event.reason));
  };
  addEventListener('unhandledrejection', note);
  await work();
  // The event comes after the microtasks of its task.
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve));
  removeEventListener('unhandledrejection', note);
  return seen;
}

const sleep = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

const xhrDone = (xhr) => new Promise((resolve) => xhr.addEventListener('loadend', () => resolve(xhr)));

async function runAll(other) {
  for (const [number, { name, traced, events, repeats, run }] of cases.entries()) {
    const path = (what = '', query = '') => `/api/${mode}/${number}/${what}${query}`;
    const t = { path, url: (what, query) => location.origin + path(what, query), cross: (what, query) => other + path(what, query), other };
    let value;
    try {
      value = await Promise.race([
        run(t),
        new Promise((_, reject) => setTimeout(() => reject(new Error('no end in fifteen seconds')), 15_000)),
      ]);
    } catch (error) {
      value = 'the case itself failed: ' + told(error);
    }
    results.push({ name, number, traced, events, repeats, value: value === undefined ? null : value });
  }
  if (window.tracebeam) window.tracebeam.flush();
  return results;
}
