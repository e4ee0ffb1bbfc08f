// Reading from the gateway. Every wait has an end.

const WAIT_MS = 6_000;
const STEP_MS = 200;

/** A client of the gateway whose API is at `base` and whose view is at `view`; the empty string is the page's own origin. */
export function gateway(base, fetch = globalThis.fetch.bind(globalThis), view = base) {
  const get = async (path) => {
    const response = await fetch(`${base}${path}`, { headers: { accept: 'application/json' } });
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
    return response.json();
  };
  return {
    traces: async (limit = 100) => (await get(`/api/traces?limit=${limit}`))?.traces ?? [],
    trace: async (traceId) => {
      const trace = await get(`/api/traces/${encodeURIComponent(traceId)}`);
      // Spans share their resources, and name them by place.
      for (const span of trace?.spans ?? []) span.resource = trace.resources[span.resource]?.attributes ?? {};
      return trace;
    },
    events: async (limit = 50) => (await get(`/api/events?limit=${limit}`))?.events ?? [],
    page: (traceId) => `${view}/#${traceId}`,
    healthy: () => get('/healthz').then(Boolean, () => false),
  };
}

/**
 * Reads again and again until `done` says so or the time is up; gives the last that was read.
 * @template T
 * @param {() => Promise<T>} read
 * @param {(value: T) => boolean} done
 * @param {(value: T) => void} [progress]
 */
export async function until(read, done, progress = () => {}) {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const value = await read();
    progress(value);
    if (done(value) || performance.now() >= end) return value;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
