// Small parts that several pages show.

import { el } from '../dom.js';
import { address } from './route.js';

/**
 * @param {string} title
 * @param {...(Node | string | null | false)} aside
 */
export function head(title, ...aside) {
  return el('div', { class: 'page-head' }, el('h1', { text: title }), ...aside);
}

/**
 * The way back to a list.
 * @param {string} page
 * @param {string} text
 */
export function backTo(page, text) {
  return el('a', { class: 'back', href: address(page), data: { back: '' } }, el('span', { 'aria-hidden': 'true', text: '← ' }), text);
}

/**
 * What a list shows that has nothing.
 * @param {string} title
 * @param {...(Node | string)} text
 */
export function nothing(title, ...text) {
  return el('div', { class: 'none' }, el('p', {}, el('strong', { text: title })), el('p', { class: 'muted' }, ...text));
}

/** What a new gateway shows. */
export function nothingYet() {
  return nothing(
    'Nothing stored yet',
    'Send RUM bundles to ',
    el('code', { text: `${location.origin}/rum` }),
    ' and OTLP traces to ',
    el('code', { text: `${location.origin}/v1/traces` }),
    '.'
  );
}

/**
 * The status of a request as a short word.
 * @param {RumRequest} request
 */
export function statusTag({ failed, event }) {
  const kind = failed ? 'bad' : event.status_code || event.outcome === 'ok' ? 'good' : '';
  const word = event.status_code ? String(event.status_code) : (event.outcome?.replaceAll('_', ' ') ?? '–');
  return el('span', { class: `tag status ${kind}`, text: word, title: event.outcome?.replaceAll('_', ' ') ?? null });
}

/**
 * Where a request leads: its trace, or itself where none is recorded.
 * @param {RumRequest} request
 */
export function requestAddress({ id, event }) {
  return event.has_span && event.trace_id ? address('trace', event.trace_id) : address('request', id);
}

/**
 * A part from 0 to 100 on a logarithmic scale: durations differ by orders of magnitude.
 * @param {number} ms
 * @param {number} longest
 */
export function meter(ms, longest) {
  const part = Math.max(2, (Math.log1p(ms) / Math.log1p(Math.max(longest, 1))) * 100);
  return el('span', { class: 'meter', vars: { part: `${part}%` }, 'aria-hidden': 'true' });
}
