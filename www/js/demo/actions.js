// The five requests. Each is what an application would write; nothing here knows of tracing.

/**
 * What came back, or why nothing did.
 * @typedef {{ status: number, body: any, error?: string }} Result
 */
/** @typedef {{ method: string, url: string, send: () => Promise<Result> }} Request */
/** @typedef {{ id: string, title: string, about: string, kind: string, prepare: () => Request }} Action */

/**
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<Result>}
 */
async function byFetch(url, init) {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
}

/**
 * @param {string} method
 * @param {string} url
 * @param {object} body
 * @returns {Promise<Result>}
 */
function byXhr(method, url, body) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader('content-type', 'application/json');
    request.responseType = 'json';
    request.onload = () => resolve({ status: request.status, body: request.response });
    request.onerror = () => reject(new TypeError('the request failed'));
    request.send(JSON.stringify(body));
  });
}

const orderNumber = () => 1_000 + Math.floor(Math.random() * 9_000);

/**
 * The requests of the page.
 * @param {string} crossOrigin the shop's second origin
 * @returns {Action[]}
 */
export function actions(crossOrigin) {
  return [
    {
      id: 'fetch',
      title: 'Fetch an order',
      about: 'GET with fetch, same origin',
      kind: 'fetch',
      prepare() {
        const url = `/api/orders/${orderNumber()}`;
        return { method: 'GET', url, send: () => byFetch(url) };
      },
    },
    {
      id: 'xhr',
      title: 'Place an order',
      about: 'POST with XMLHttpRequest',
      kind: 'xhr',
      prepare() {
        const url = '/api/orders';
        return { method: 'POST', url, send: () => byXhr('POST', url, { item: 'lamp', count: 1 }) };
      },
    },
    {
      id: 'slow',
      title: 'Count the stock',
      about: 'Slow: the inventory takes 1.2 s',
      kind: 'fetch',
      prepare() {
        return { method: 'GET', url: '/api/slow', send: () => byFetch('/api/slow') };
      },
    },
    {
      id: 'fail',
      title: 'Break the shelf',
      about: 'Fails: 500 inside, 502 out',
      kind: 'fetch',
      prepare() {
        return { method: 'GET', url: '/api/fail', send: () => byFetch('/api/fail') };
      },
    },
    {
      id: 'cross-origin',
      title: 'Ask another origin',
      about: "Cross-origin, on the agent's allow-list",
      kind: 'fetch',
      prepare() {
        const url = `${crossOrigin}/api/orders/${orderNumber()}`;
        return { method: 'GET', url, send: () => byFetch(url) };
      },
    },
  ];
}
