// The phases of one request on its own duration: where each lies, and as bars with a row for each.

import { el } from './dom.js';
import { duration } from './format.js';

/**
 * In the order in which they happen. TLS is the last part of connect, and ends with it.
 * @type {[Phase, string, string][]}
 */
const PHASES = [
  ['redirect_ms', 'redirect', 'c6'],
  ['dns_ms', 'DNS', 'c3'],
  ['connect_ms', 'connect', 'c2'],
  ['ssl_ms', 'TLS', 'c5'],
  ['first_byte_ms', 'first byte', 'c4'],
  ['download_ms', 'download', 'c0'],
];

/**
 * Where each known phase lies, in percent of the whole. Only durations are known: the last phase ends
 * with the request, and each other ends where the next begins.
 * @param {Timed} request
 */
export function placed(request) {
  const total = request.duration_ms;
  if (!(total > 0)) return [];
  const rows = [];
  let end = total;
  for (const [key, name, colour] of PHASES.toReversed()) {
    const ms = request.phases?.[key];
    if (ms === null || ms === undefined) continue;
    const start = Math.max(0, end - ms);
    rows.unshift({ key, name, colour, ms, left: (start / total) * 100, width: ((end - start) / total) * 100 });
    if (key !== 'ssl_ms') end = start;
  }
  return rows;
}

/**
 * The phases of a span that was made from an event.
 * @param {Span} span
 * @returns {Timed}
 */
export function phasesOf({ duration_ms, attributes }) {
  /** @type {Timed['phases']} */
  const phases = {};
  for (const [key] of PHASES) {
    const ms = attributes[`rum.phase.${key}`];
    if (typeof ms === 'number') phases[key] = ms;
  }
  return { duration_ms, phases };
}

/**
 * The bars, or nothing where the browser reported no phase.
 * @param {Timed} request
 */
export function phaseBars(request) {
  const rows = placed(request);
  if (rows.length === 0) return null;
  return el(
    'ul',
    { class: 'phases', 'aria-label': 'Phases' },
    ...rows.map((row) =>
      el(
        'li',
        { class: row.colour, data: { testid: 'phase', phase: row.key } },
        el('span', { class: 'phase-name', text: row.name }),
        el('span', { class: 'phase-track' }, el('span', { class: 'phase-bar', vars: { left: `${row.left}%`, width: `${row.width}%` } })),
        el('span', { class: 'phase-time', text: duration(row.ms) })
      )
    )
  );
}
