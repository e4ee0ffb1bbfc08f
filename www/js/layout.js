// Where the spans of a trace stand: parents before children, and bars on one axis. No DOM here.

/**
 * Spans in the order of a tree, each with its depth. A span whose parent is not in the trace (it
 * was not sampled, or has not arrived) stands at the root. Spans that are each other's parent
 * cannot be drawn as a tree; they stand at the root too.
 * @param {Span[]} spans
 * @returns {Place[]}
 */
export function tree(spans) {
  /** @type {Map<string | null, Span>} */
  const byId = new Map(spans.map((span) => [span.span_id, span]));
  /** @type {Map<Span, Span[]>} */
  const children = new Map();
  const roots = [];
  for (const span of spans) {
    const parent = byId.get(span.parent_span_id);
    if (!parent || parent === span) roots.push(span);
    else children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const placed = new Set();
  /** @type {Place[]} */
  const out = [];
  const place = (/** @type {Span} */ root) => {
    // A stack and not recursion: the depth is the sender's choice.
    const open = [{ span: root, depth: 0 }];
    for (let next = open.pop(); next; next = open.pop()) {
      const { span, depth } = next;
      if (placed.has(span)) continue;
      placed.add(span);
      out.push({ span, depth, parent: byId.get(span.parent_span_id) ?? null });
      for (const child of (children.get(span) ?? []).toReversed()) open.push({ span: child, depth: depth + 1 });
    }
  };
  roots.forEach(place);
  spans.filter((span) => !placed.has(span)).forEach(place);
  return out;
}

/**
 * A span's bar in percent of the trace, which takes `total` milliseconds.
 * @param {{ offset_ms: number, duration_ms: number }} span
 * @param {number} total
 * @returns {Bar}
 */
export function bar(span, total) {
  if (!(total > 0)) return { left: 0, width: 100 };
  const left = Math.min(100, (span.offset_ms / total) * 100);
  return { left, width: Math.min(100 - left, (span.duration_ms / total) * 100) };
}

/** The width that a duration needs beside its bar, in percent. */
const LABEL = 14;

/**
 * Where a bar's duration has room: `after`, `before` or `inside` it.
 * @param {Bar} bar
 */
export function labelSide({ left, width }) {
  if (left + width <= 100 - LABEL) return 'after';
  return left >= LABEL ? 'before' : 'inside';
}
