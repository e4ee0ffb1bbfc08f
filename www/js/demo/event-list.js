// Every event that this page's session has sent: requests, the document, scripts, styles, fonts, images.

import { el } from '../dom.js';
import { clock, count, duration } from '../format.js';
import { phaseBars } from '../phases.js';

/** Rows shown; the gateway has more. */
const ROWS = 40;
const POLL_MS = 2_000;

/**
 * Fills `list` with the events that began since this page did, newest first, and keeps doing so while it is on show.
 * @param {{ list: HTMLElement, total: HTMLElement, gateway: ReturnType<import('../gateway.js').gateway> }} parts
 */
export function watchEvents({ list, total, gateway }) {
  const shown = new Map();
  const since = performance.timeOrigin - 1;

  async function refresh() {
    const events = await gateway.events(ROWS).catch(() => []);
    for (const event of events.toReversed()) {
      if (event.timestamp_ms < since || shown.has(event.event_id)) continue;
      const row = eventRow(event);
      shown.set(event.event_id, row);
      list.prepend(row);
    }
    while (list.children.length > ROWS) list.lastElementChild?.remove();
    total.textContent = shown.size > 0 ? count(shown.size, 'event') : 'None has arrived yet.';
  }

  const tick = () => {
    if (!document.hidden) refresh();
  };
  setInterval(tick, POLL_MS);
  tick();
}

/** @param {RumEvent} event */
function eventRow(event) {
  const bars = phaseBars(event);
  const failed = event.success === 0;
  return el(
    'li',
    { class: 'event-row', data: { testid: 'event-row', type: event.type ?? '' } },
    el(
      'div',
      { class: 'event-line' },
      el('span', { class: 'tag', text: event.type ?? '?' }),
      el('span', { class: 'event-name', text: event.name ?? event.url ?? '', title: event.url ?? '' }),
      event.delivery_type === 'cache' && el('span', { class: 'tag', text: 'cache' }),
      event.status_code !== null && el('span', { class: failed ? 'tag bad' : 'muted', text: String(event.status_code) }),
      el('span', { class: 'muted', text: duration(event.duration_ms) }),
      el('span', { class: 'muted wide-only', text: clock(event.timestamp_ms) })
    ),
    bars ?? el('p', { class: 'muted no-phases', text: 'The browser reported no phases.' })
  );
}
