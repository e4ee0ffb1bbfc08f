// Reading from the gateway. Every wait has an end.

const WAIT_MS = 6_000;
const STEP_MS = 200;

/**
 * A client of the gateway whose API is at `base` and whose view is at `view`; the empty string is the page's own origin.
 * @param {string} base
 */
export function gateway(base, fetch = globalThis.fetch.bind(globalThis), view = base) {
  const get = async (/** @type {string} */ path) => {
    const response = await fetch(`${base}${path}`, { headers: { accept: 'application/json' } });
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(await reason(response));
    return response.json();
  };
  return {
    /** @returns {Promise<TraceSummary[]>} */
    traces: async (limit = 100) => (await get(`/api/traces?limit=${limit}`))?.traces ?? [],
    /** @returns {Promise<TracePage>} */
    tracePage: (/** @type {URLSearchParams} */ parameters) => get(`/api/traces?${parameters}`),
    trace: async (/** @type {string} */ traceId) => {
      /** @type {any} */
      const trace = await get(`/api/traces/${encodeURIComponent(traceId)}`);
      // Spans share their resources, and name them by place.
      for (const span of trace?.spans ?? []) span.resource = trace.resources[span.resource]?.attributes ?? {};
      return /** @type {Trace | null} */ (trace);
    },
    /** @returns {Promise<RumEvent[]>} */
    events: async (limit = 50) => (await get(`/api/events?limit=${limit}`))?.events ?? [],
    /** @returns {Promise<RequestPage>} */
    requests: (/** @type {URLSearchParams} */ parameters) => get(`/api/requests?${parameters}`),
    /** @returns {Promise<RumRequest | null>} */
    request: (/** @type {string} */ id) => get(`/api/requests/${encodeURIComponent(id)}`),
    /** @returns {Promise<{ sessions: SessionSummary[] }>} */
    sessions: (/** @type {URLSearchParams} */ parameters) => get(`/api/sessions?${parameters}`),
    /** @returns {Promise<Session | null>} */
    session: (/** @type {string} */ id, /** @type {URLSearchParams} */ parameters) =>
      get(`/api/sessions/${encodeURIComponent(id)}?${parameters}`),
    /** @returns {Promise<Topology>} */
    topology: (/** @type {URLSearchParams} */ parameters) => get(`/api/topology?${parameters}`),
    /** @returns {Promise<Facets>} */
    facets: () => get('/api/facets'),
    page: (/** @type {string} */ traceId) => `${view}/#/trace/${traceId}`,
    healthy: () => get('/healthz').then(Boolean, () => false),
  };
}

/**
 * What the gateway says of a refusal.
 * @param {Response} response
 */
async function reason(response) {
  const body = await response.json().catch(() => null);
  return `the gateway answered ${response.status}${body?.error ? `: ${body.error}` : ''}`;
}

/**
 * Reads again and again until `done` is true of what was read, or the time is up. Gives what was read last.
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
