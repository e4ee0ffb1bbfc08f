// The gateway's trace view: a list that keeps itself fresh, and the chosen trace beside it.

import { byId, el } from '../dom.js';
import { gateway as gatewayAt } from '../gateway.js';
import { waterfall } from '../waterfall.js';
import { chosen, traceRow } from './list.js';

/** How often the list is read while the page is visible. */
const REFRESH_MS = 2_000;

const gateway = gatewayAt('');
/** @type {TraceSummary[]} */
let traces = [];
let live = true;
let timer = 0;
/** What is drawn, so that an unchanged list or trace keeps its focus and its open rows. */
let drawnList = '';
let drawnTrace = '';

const openId = () => location.hash.slice(1).toLowerCase();

async function refresh() {
  clearTimeout(timer);
  try {
    traces = await gateway.traces();
    byId('problem').hidden = true;
    drawList();
    await drawTrace();
  } catch (error) {
    byId('problem').textContent = `The gateway cannot be read: ${/** @type {Error} */ (error).message}`;
    byId('problem').hidden = false;
  }
  if (live && !document.hidden) timer = setTimeout(refresh, REFRESH_MS);
}

function drawList() {
  const shown = chosen(traces, byId('filter', HTMLInputElement).value, byId('only-errors', HTMLInputElement).checked);
  byId('total').textContent = shown.length === traces.length ? String(traces.length) : `${shown.length} of ${traces.length}`;
  const longest = Math.max(...shown.map((trace) => trace.duration_ms));
  const rows = shown.map((trace) => traceRow(trace, longest, trace.trace_id === openId()));
  const text = rows.map((row) => row.outerHTML).join('');
  if (text !== drawnList) {
    drawnList = text;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.traceId;
    byId('traces').replaceChildren(...rows);
    if (focused)
      rows
        .map((row) => /** @type {HTMLElement} */ (row.firstElementChild))
        .find((link) => link.dataset.traceId === focused)
        ?.focus();
  }
  byId('empty').hidden = shown.length > 0;
  if (shown.length === 0) byId('empty').replaceChildren(...nothing());
}

function nothing() {
  if (traces.length > 0) return [el('p', { class: 'muted', text: 'No trace fits the filter.' })];
  return [
    el('p', {}, el('strong', { text: 'No traces yet' })),
    el(
      'p',
      { class: 'muted' },
      'Send RUM bundles to ',
      el('code', { text: `${location.origin}/rum` }),
      ' and OTLP traces to ',
      el('code', { text: `${location.origin}/v1/traces` }),
      '.'
    ),
  ];
}

async function drawTrace() {
  const id = openId();
  if (!id) return;
  const trace = await gateway.trace(id).catch(() => null);
  // The reader may have chosen another one meanwhile.
  if (id !== openId()) return;
  const text = JSON.stringify(trace);
  if (text === drawnTrace) return;
  const isNew = byId('detail-id').textContent !== id;
  drawnTrace = text;
  byId('detail-id').textContent = id;
  byId('detail-title').textContent = trace ? trace.root_name : 'Not here';
  byId('detail').replaceChildren(
    trace
      ? waterfall(trace)
      : el('p', { class: 'none muted', text: 'The gateway has no such trace, or no longer: it keeps only the newest.' })
  );
  if (isNew && trace) byId('announce').textContent = `Trace ${trace.root_name} from ${trace.services.join(', ')}`;
}

byId('filter').addEventListener('input', drawList);
byId('only-errors').addEventListener('change', drawList);
byId('live').addEventListener('click', () => {
  live = !live;
  byId('live').setAttribute('aria-pressed', String(live));
  byId('live').classList.toggle('good', live);
  byId('live').textContent = live ? 'live' : 'paused';
  refresh();
});
window.addEventListener('hashchange', async () => {
  drawList();
  await drawTrace();
  // On a narrow screen the trace stands below the list, out of sight.
  if (matchMedia('(max-width: 900px)').matches) {
    byId('detail-title').scrollIntoView({ block: 'start' });
    byId('detail-title').focus({ preventScroll: true });
  }
});
document.addEventListener('visibilitychange', () => document.hidden || refresh());
refresh();
