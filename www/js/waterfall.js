// One trace, drawn: a row for each span, its bar on the common axis, its details on demand.

import { el, freshId } from './dom.js';
import { count, duration, nanosToMs } from './format.js';
import { bar, labelSide, tree } from './layout.js';
import { phasesOf, placed } from './phases.js';
import { spanDetails } from './span-details.js';

const COLOURS = 8;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/**
 * @param {Trace} trace as `GET /api/traces/{id}` gives it
 * @returns {HTMLElement}
 */
export function waterfall(trace) {
  const colour = colours(trace.services);
  const rows = tree(trace.spans).map((place) => spanRow(place, trace, colour));
  const list = el('ol', { 'aria-label': 'Spans, parents before children', on: { keydown: moveFocus } }, ...rows);
  return el('div', { class: 'waterfall' }, summary(trace, colour), axis(trace.duration_ms), list);
}

/**
 * The browser has the first colour to itself, so that a service keeps its colour in traces without a browser.
 * @param {string[]} services
 * @returns {(service: string) => string}
 */
function colours(services) {
  const backends = services.filter((service) => !service.startsWith('rum-'));
  return (service) => `c${backends.includes(service) ? 1 + (backends.indexOf(service) % (COLOURS - 1)) : 0}`;
}

/**
 * @param {Trace} trace
 * @param {(service: string) => string} colour
 */
function summary(trace, colour) {
  return el(
    'div',
    { class: 'wf-summary' },
    el('strong', { text: duration(trace.duration_ms) }),
    el('span', { class: 'muted', text: count(trace.span_count, 'span') }),
    trace.error_count > 0 && el('span', { class: 'tag bad', text: count(trace.error_count, 'error') }),
    el(
      'div',
      { class: 'wf-legend' },
      ...trace.services.map((service) => el('span', { class: `service ${colour(service)}`, text: service }))
    )
  );
}

/** @param {number} total */
function axis(total) {
  const ticks = TICKS.map((part) => el('span', { vars: { at: `${part * 100}%` }, text: part === 0 ? '0' : duration(total * part) }));
  return el(
    'div',
    { class: 'wf-axis', 'aria-hidden': 'true' },
    el('span', { class: 'wf-axis-name', text: 'Service and operation' }),
    el('div', { class: 'wf-ticks' }, ...ticks)
  );
}

/**
 * @param {Place} place
 * @param {Trace} trace
 * @param {(service: string) => string} colour
 */
function spanRow({ span, depth, parent }, trace, colour) {
  const failed = span.status.code === 'error';
  const place = bar(span, trace.duration_ms);
  const position = { left: `${place.left}%`, width: `${place.width}%` };
  const detailsId = freshId('span');
  const item = el('li', { class: `wf-span ${colour(span.service)}${failed ? ' failed' : ''}` });
  const button = el(
    'button',
    {
      class: 'wf-row',
      type: 'button',
      'aria-expanded': 'false',
      'aria-controls': detailsId,
      'aria-label': described(span, parent, failed),
      data: {
        row: `${span.service}/${span.span_id}`,
        testid: 'span-row',
        service: span.service,
        spanId: span.span_id,
        parentId: span.parent_span_id ?? '',
      },
      on: { click: () => toggle(item, button, detailsId, span) },
    },
    el(
      'span',
      { class: depth > 0 ? 'wf-name child' : 'wf-name', vars: { depth: String(Math.min(depth, 8)) } },
      el('span', { class: 'service', text: span.service }),
      el('span', { class: 'wf-op', text: span.name, title: span.name }),
      failed && el('span', { class: 'wf-failed', text: failure(span) }),
      span.links.length > 0 && el('span', { class: 'wf-links', text: count(span.links.length, 'link') })
    ),
    el(
      'span',
      { class: 'wf-track' },
      el('span', { class: 'wf-bar', vars: position, data: { testid: 'bar' } }, phases(span)),
      ...events(span, trace),
      el('span', { class: `wf-time ${labelSide(place)}`, vars: position, text: duration(span.duration_ms) })
    )
  );
  item.append(button);
  return item;
}

/**
 * The browser's phases, where the page reported them.
 * @param {Span} span
 */
function phases(span) {
  const rows = placed(phasesOf(span));
  if (rows.length === 0) return null;
  return el(
    'span',
    { class: 'wf-phases' },
    ...rows.map(({ key, name, colour, ms, left, width }) =>
      el('span', {
        class: `wf-phase ${colour}`,
        title: `${name} ${duration(ms)}`,
        vars: { left: `${left}%`, width: `${width}%` },
        data: { testid: 'bar-phase', phase: key },
      })
    )
  );
}

/**
 * What happened within a span, as marks on its bar.
 * @param {Span} span
 * @param {Trace} trace
 */
function events(span, trace) {
  const start = nanosToMs(span.start_unix_nano) - span.offset_ms;
  return span.events.map((event) => {
    const { left } = bar({ offset_ms: Math.max(0, nanosToMs(event.time_unix_nano) - start), duration_ms: 0 }, trace.duration_ms);
    return el('span', {
      class: event.name === 'exception' ? 'wf-event bad' : 'wf-event',
      title: event.name,
      vars: { left: `${left}%` },
      data: { testid: 'span-event' },
    });
  });
}

/**
 * @param {HTMLElement} item
 * @param {HTMLElement} button
 * @param {string} id
 * @param {Span} span
 */
function toggle(item, button, id, span) {
  const open = button.getAttribute('aria-expanded') !== 'true';
  button.setAttribute('aria-expanded', String(open));
  if (open) item.append(el('div', { id, class: 'wf-details' }, spanDetails(span)));
  else item.lastElementChild?.remove();
}

/**
 * What went wrong, in a word.
 * @param {Span} span
 */
function failure(span) {
  const type = String(span.attributes['error.type'] ?? 'error');
  return type.length <= 16 ? type.replaceAll('_', ' ') : 'error';
}

/**
 * @param {Span} span
 * @param {Span | null} parent
 * @param {boolean} failed
 */
function described(span, parent, failed) {
  return [
    `${span.service}: ${span.name}`,
    `${duration(span.duration_ms)}, starts after ${duration(span.offset_ms)}`,
    parent ? `called by ${parent.service}` : 'first span',
    failed && `failed: ${failure(span)}`,
    span.events.length > 0 && count(span.events.length, 'event'),
    span.links.length > 0 && count(span.links.length, 'link'),
  ]
    .filter(Boolean)
    .join('; ');
}

/**
 * Arrow keys walk the rows; Tab and Enter work as for any button.
 * @param {KeyboardEvent & { target: Element, currentTarget: Element }} event
 */
function moveFocus(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches('.wf-row')) return;
  /** @type {Element[]} */
  const rows = [...event.currentTarget.querySelectorAll('.wf-row')];
  const next = rows[rows.indexOf(event.target) + step];
  if (next instanceof HTMLElement) next.focus();
  event.preventDefault();
}
