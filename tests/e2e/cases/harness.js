// Runs in a page with the agent and in a page without it: every case once, one after the other. A case must return the same
// in both. lib/differ.mjs compares the results and what the server heard.

const cases = [];
const results = [];

// Both of these are checked on the page with the agent only:
// `traced`: the number of different spans. If it is not 0, each request to the page's origin must carry exactly one valid
// traceparent, and each request to another origin none. 'all': the same without a number, where browsers differ in how many
// requests they send. 'own': not checked, because the application sets its own.
// `events`: members that the reported events must have.
// `repeats`: the browser may repeat a request by itself after a connection that the case broke.
function add(name, { traced = 0, events, repeats = false }, run) {
  cases.push({ name, traced, events, repeats, run });
}

const mode = location.pathname.slice(1);

// What a page can see of an error, except for the stack.
const told = (error) =>
  error instanceof Error || error instanceof DOMException
    ? `${error.constructor.name} ${error.name}: ${error.message.replace(`/${mode}`, '')}`
    : `${typeof error} ${String(error)}`;

// Describes how the call's promise settles, or that the call threw.
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

// Runs `work` and returns the reasons of the `unhandledrejection` events during it.
async function unhandled(work) {
  const seen = [];
  const note = (event) => {
    event.preventDefault();
    seen.push(told(event.reason));
  };
  addEventListener('unhandledrejection', note);
  await work();
  // The event is fired after the task's microtasks.
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
