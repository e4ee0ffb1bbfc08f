// What a time line shows: requests in their order, a line where the view changes, and one where nothing happened for
// long. No DOM here.

/** A pause that is worth a line, in milliseconds. */
const PAUSE_MS = 5_000;

/**
 * @typedef {{ kind: 'request', request: RumRequest } | { kind: 'view', event: RumEvent } | { kind: 'pause', ms: number }} Step
 */

/**
 * @param {RumRequest[]} requests in the order in which they began
 * @returns {Step[]}
 */
export function steps(requests) {
  /** @type {Step[]} */
  const out = [];
  let view = '';
  let end = Infinity;
  for (const request of requests) {
    const { event } = request;
    const pause = event.timestamp_ms - end;
    if (pause >= PAUSE_MS) out.push({ kind: 'pause', ms: pause });
    const own = `${event.view.id}/${event.view.name}`;
    if (own !== view) out.push({ kind: 'view', event });
    view = own;
    const ends = event.timestamp_ms + event.duration_ms;
    end = end === Infinity ? ends : Math.max(end, ends);
    out.push({ kind: 'request', request });
  }
  return out;
}
