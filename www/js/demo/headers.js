// The headers that a service received. The parts of a traceparent are coloured, so that the eye
// finds the same trace id again in the next service.

import { el } from '../dom.js';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * @param {string} service
 * @param {string} colour
 * @param {Record<string, string>} [headers]
 */
export function receivedHeaders(service, colour, headers) {
  const names = Object.keys(headers ?? {});
  const rows = names.flatMap((name) => [el('dt', { text: name }), el('dd', {}, ...value(name, headers?.[name] ?? ''))]);
  return el(
    'section',
    { class: 'received' },
    el('h3', {}, el('span', { class: `service ${colour}`, text: service }), ' received'),
    names.length > 0
      ? el('dl', { class: 'headers' }, ...rows)
      : el('p', { class: 'muted', text: headers ? 'No trace headers.' : 'Nothing: the request did not get this far.' })
  );
}

/**
 * @param {string} name
 * @param {string} text
 */
function value(name, text) {
  return name === 'traceparent' ? traceparent(text) : [text];
}

/**
 * The four fields of a traceparent; a text of another form stays one piece.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function traceparent(text) {
  const parts = TRACEPARENT.exec(text);
  if (!parts) return [text];
  const [, version, trace, span, flags] = parts;
  return [
    `${version}-`,
    el('span', { class: 'id trace', text: trace, title: 'trace id' }),
    '-',
    el('span', { class: 'id span', text: span, title: 'id of the span that called' }),
    `-${flags}`,
  ];
}
