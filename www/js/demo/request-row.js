// One request in the list: its line, what the services received, what the agent reported, its chain.

/** @import { Action, Request, Result } from './actions.js' */
import { el, freshId } from '../dom.js';
import { clock, count, duration } from '../format.js';
import { until } from '../gateway.js';
import { waterfall } from '../waterfall.js';
import { eventReport } from './event.js';
import { receivedHeaders } from './headers.js';

/** How far the start in the agent's event may be from the page's own time of the call. */
const SAME_REQUEST_MS = 500;

/**
 * A row for a request that is being sent; `settle` fills it, `fold` leaves only its line.
 * @param {object} context
 * @param {Action} context.action
 * @param {Request} context.request
 * @param {ReturnType<import('../gateway.js').gateway>} context.gateway
 * @param {(text: string) => void} context.announce
 */
export function requestRow({ action, request, gateway, announce }) {
  const started = performance.timeOrigin + performance.now();
  const state = el('span', { class: 'row-status' }, el('span', { class: 'spinner' }));
  const took = el('span', { class: 'row-took muted', text: '…' });
  const body = el('div', { class: 'row-body', id: freshId('details') });
  const detailsButton = el('button', {
    class: 'btn',
    type: 'button',
    'aria-expanded': 'true',
    'aria-controls': body.id,
    data: { testid: 'details' },
    text: 'Details',
    on: { click: () => showDetails(body.hidden) },
  });
  const chain = el('div', { class: 'row-chain', hidden: true, id: freshId('chain') });
  const chainButton = el('button', {
    class: 'btn primary',
    type: 'button',
    disabled: true,
    'aria-expanded': 'false',
    'aria-controls': chain.id,
    data: { testid: 'view-chain' },
    text: 'View call chain',
  });
  const element = el(
    'li',
    { class: 'card request', data: { testid: 'request-row', action: action.id } },
    el(
      'div',
      { class: 'row-head' },
      state,
      el('span', { class: 'row-what' }, el('strong', { text: request.method }), ' ', el('span', { class: 'row-url', text: request.url })),
      el(
        'span',
        { class: 'row-facts' },
        el('span', { class: 'tag', text: action.kind }),
        took,
        el('span', { class: 'muted', text: clock(started) })
      ),
      el('span', { class: 'row-buttons' }, detailsButton, chainButton)
    ),
    chain,
    body
  );

  /** @param {boolean} open */
  function showDetails(open) {
    body.hidden = !open;
    detailsButton.setAttribute('aria-expanded', String(open));
  }

  /**
   * Takes the result of the request.
   * @param {Result} result
   * @param {number} ms
   */
  async function settle(result, ms) {
    const ok = !result.error && result.status < 400;
    state.replaceChildren(
      el('span', { class: ok ? 'tag good dot' : 'tag bad dot', text: result.error ? 'failed' : String(result.status) })
    );
    took.textContent = duration(ms);
    element.dataset.status = String(result.status);
    announce(`${request.method} ${request.url}: ${result.error ?? result.status}, ${duration(ms)}`);
    const report = el('div', {}, el('p', { class: 'wait muted' }, el('span', { class: 'spinner' }), "Waiting for the agent's event"));
    body.replaceChildren(result.error ? el('p', { class: 'notice bad', text: result.error }) : received(result.body), report);

    window.tracebeam?.flush?.();
    const event = await findEvent(result.body?.trace_id);
    report.replaceChildren(event ? eventReport(event) : noEvent());
    const traceId = event?.trace_id ?? result.body?.trace_id;
    if (!traceId) return;
    element.dataset.traceId = traceId;
    const expected = 2 + (event?.has_span ? 1 : 0);
    chainButton.disabled = false;
    chainButton.addEventListener('click', () => toggleChain(traceId, expected));
  }

  /** @param {string | undefined} traceId of the backend's answer */
  async function findEvent(traceId) {
    if (!window.tracebeam) return null;
    const path = request.url.replace(/^https?:\/\/[^/]+/, '');
    const same = (/** @type {RumEvent} */ event) =>
      traceId && event.trace_id
        ? event.trace_id === traceId
        : Boolean(event.url?.endsWith(path)) && Math.abs(event.timestamp_ms - started) < SAME_REQUEST_MS;
    try {
      return (
        (
          await until(
            () => gateway.events(),
            (events) => events.some(same)
          )
        ).find(same) ?? null
      );
    } catch {
      return null;
    }
  }

  /**
   * @param {string} traceId
   * @param {number} expected how many services the trace will have
   */
  async function toggleChain(traceId, expected) {
    const open = chain.hidden;
    chain.hidden = !open;
    chainButton.setAttribute('aria-expanded', String(open));
    chainButton.textContent = open ? 'Hide call chain' : 'View call chain';
    if (!open || chain.dataset.complete) return;
    chain.replaceChildren(el('p', { class: 'wait muted' }, el('span', { class: 'spinner' }), 'Collecting spans'));
    try {
      const complete = (/** @type {Trace | null} */ trace) => trace !== null && trace.services.length >= expected;
      const trace = await until(() => gateway.trace(traceId), complete);
      if (!trace) throw new Error('no span of this trace has arrived');
      chain.replaceChildren(
        waterfall(trace),
        el('p', { class: 'chain-link' }, el('a', { href: gateway.page(traceId), text: 'Open in the gateway' }))
      );
      if (complete(trace)) chain.dataset.complete = 'true';
      else
        chain.prepend(
          el('p', {
            class: 'wait muted',
            text: `Only ${count(trace.services.length, 'service')} of ${expected} have reported so far. Close and open again to look anew.`,
          })
        );
      announce(`Call chain with ${count(trace.span_count, 'span')} from ${trace.services.join(', ')}`);
    } catch (error) {
      chain.replaceChildren(
        el('p', { class: 'notice bad', text: `The call chain could not be read: ${/** @type {Error} */ (error).message}` })
      );
    }
  }

  return { element, settle, fold: () => showDetails(false) };
}

/** @param {any} body what the shop answered */
function received(body) {
  return el(
    'div',
    { class: 'received-pair' },
    receivedHeaders('shop', 'c1', body?.received?.shop),
    receivedHeaders('inventory', 'c2', body?.received?.inventory)
  );
}

function noEvent() {
  const text = window.tracebeam
    ? 'The gateway has no event for this request yet.'
    : 'No event: the agent is not loaded. The backend began a trace of its own, without the browser.';
  return el('p', { class: 'wait muted', text });
}
