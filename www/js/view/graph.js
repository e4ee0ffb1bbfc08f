// The topology as a drawing. Its size is that of its content; the page lets it scroll.

import { count, duration } from '../format.js';
import { layers } from './layers.js';
import { address } from './route.js';

const SVG = 'http://www.w3.org/2000/svg';
const NODE = { width: 196, height: 62 };
/** Between layers there is room for what an edge says. */
const GAP = { along: 132, across: 30 };
const MARGIN = 14;

/**
 * @typedef {{ x: number, y: number }} Point
 */

/**
 * Draws from left to right, or from top to bottom on a narrow screen.
 * @param {Topology} topology
 * @param {boolean} narrow
 */
export function graph({ nodes, edges }, narrow) {
  const isNode = new Set(nodes.map((node) => node.id));
  const { rows, bends } = layers(
    nodes.map((node) => node.id),
    edges
  );
  const along = narrow ? NODE.height + 64 : NODE.width + GAP.along;
  // A bend needs room for its label only.
  const across = (/** @type {string} */ id) => (isNode.has(id) ? (narrow ? NODE.width : NODE.height) : narrow ? 70 : 34) + GAP.across;
  const lengths = rows.map((row) => row.reduce((sum, { id }) => sum + across(id), -GAP.across));
  const longest = Math.max(...lengths);
  /**
   * Middles of nodes and bends.
   * @type {Map<string, Point>}
   */
  const points = new Map();
  for (const [layer, row] of rows.entries()) {
    const way = MARGIN + layer * along + (narrow ? NODE.height : NODE.width) / 2;
    let side = MARGIN + (longest - lengths[layer]) / 2;
    for (const { id } of row) {
      const middle = side + (across(id) - GAP.across) / 2;
      points.set(id, narrow ? { x: middle, y: way } : { x: way, y: middle });
      side += across(id);
    }
  }
  const far = 2 * MARGIN + (rows.length - 1) * along + (narrow ? NODE.height : NODE.width);
  const wide = 2 * MARGIN + longest;
  const [width, height] = narrow ? [wide, far] : [far, wide];
  const svg = shape('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    class: 'graph',
    role: 'group',
    'aria-label': 'Services and their calls',
  });
  // The style sheet shrinks it to what there is, within limits.
  svg.style.setProperty('--width', `${width}px`);
  const most = Math.max(1, ...edges.map((edge) => edge.calls));
  svg.append(arrow('arrow'), arrow('arrow-failed'));
  /** @type {Point[]} */
  const labels = [];
  for (const edge of edges) {
    const way = [edge.from, ...bends(edge), edge.to].map((id) => points.get(id)).filter((point) => point !== undefined);
    if (edge.from !== edge.to && way.length >= 2) svg.append(edgeShape(edge, way, narrow, most, labels));
  }
  for (const node of nodes) {
    const point = points.get(node.id);
    if (point) svg.append(nodeShape(node, { x: point.x - NODE.width / 2, y: point.y - NODE.height / 2 }));
  }
  return svg;
}

/**
 * @param {ServiceEdge} edge
 * @param {Point[]} middles of the caller, the bends and the called
 * @param {boolean} narrow
 * @param {number} most calls of one edge
 * @param {Point[]} labels that are placed already
 */
function edgeShape(edge, middles, narrow, most, labels) {
  const out = narrow ? { x: 0, y: NODE.height / 2 } : { x: NODE.width / 2, y: 0 };
  const moved = (/** @type {Point} */ { x, y }, /** @type {number} */ times) => ({ x: x + out.x * times, y: y + out.y * times });
  // An edge leaves a node at its far side and comes in at its near side; a bend is as long as a node.
  const way = middles.flatMap((middle, place) => {
    const near = moved(middle, place === middles.length - 1 ? -1 - 7 / (out.x + out.y) : -1);
    const far = moved(middle, 1);
    if (place === 0) return [far];
    return place === middles.length - 1 ? [near] : [near, far];
  });
  const failed = edge.errors > 0;
  const group = shape('g', {
    class: failed ? 'edge failed' : 'edge',
    'data-testid': 'edge',
    'data-from': edge.from,
    'data-to': edge.to,
  });
  const label = freePlace(way[0], way[1], labels);
  labels.push(label);
  group.append(
    shape('title', {}, describe(edge)),
    shape('path', {
      d: path(way, narrow),
      'stroke-width': 1.25 + 2.75 * Math.sqrt(edge.calls / most),
      'marker-end': `url(#${failed ? 'arrow-failed' : 'arrow'})`,
    }),
    shape('text', { x: label.x, y: label.y - 4, 'text-anchor': 'middle', class: 'edge-rate' }, rate(edge.per_minute)),
    shape('text', { x: label.x, y: label.y + 11, 'text-anchor': 'middle', class: 'edge-time' }, `p95 ${duration(edge.p95_ms)}`)
  );
  return group;
}

/**
 * Curves between the layers, straight lines along the bends.
 * @param {Point[]} way
 * @param {boolean} narrow
 */
function path(way, narrow) {
  const [first, ...rest] = way;
  let text = `M${first.x} ${first.y}`;
  let from = first;
  for (const to of rest) {
    const half = narrow ? (to.y - from.y) / 2 : (to.x - from.x) / 2;
    // A way back, of services that call each other, needs room for its turns.
    const bend = half > 0 ? half : Math.max(60, -half / 2);
    text += narrow
      ? `C${from.x} ${from.y + bend} ${to.x} ${to.y - bend} ${to.x} ${to.y}`
      : `C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
    from = to;
  }
  return text;
}

/** Where a label may stand on its line; the middle is best. */
const PLACES = [0.5, 0.4, 0.6, 0.3, 0.7];
const LABEL = { width: 78, height: 30 };

/**
 * The best place for a label that no other label has.
 * @param {Point} from
 * @param {Point} to
 * @param {Point[]} labels
 */
function freePlace(from, to, labels) {
  const points = PLACES.map((part) => {
    // The height of a curve like those of `path`.
    const eased = part * part * (3 - 2 * part);
    return Math.abs(to.x - from.x) > Math.abs(to.y - from.y)
      ? { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * eased }
      : { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * part };
  });
  const isFree = (/** @type {Point} */ { x, y }) =>
    labels.every((label) => Math.abs(label.x - x) >= LABEL.width || Math.abs(label.y - y) >= LABEL.height);
  return points.find(isFree) ?? points[0];
}

/**
 * @param {ServiceNode} node
 * @param {Point} point
 */
function nodeShape(node, { x, y }) {
  const isApp = node.kind === 'application';
  const link = shape('a', {
    href: address('requests', '', { [isApp ? 'app' : 'service']: node.name }),
    class: `node ${node.kind}${node.errors > 0 ? ' failed' : ''}`,
    'data-row': node.id,
    'data-testid': 'node',
    'data-id': node.id,
    'aria-label': `${node.kind} ${node.name}: ${describe(node)}`,
  });
  const second =
    node.calls > 0 ? `${rate(node.per_minute)} · p95 ${duration(node.p95_ms)}` : `${count(node.untraced, 'request')}, no trace`;
  link.append(
    shape('title', {}, `${node.name}: ${describe(node)}`),
    shape('rect', { x, y, width: NODE.width, height: NODE.height, rx: 12 }),
    shape('rect', { x: x + 12, y: y + 14, width: 10, height: 10, rx: isApp ? 5 : 3, class: 'node-mark' }),
    shape('text', { x: x + 30, y: y + 24, class: 'node-name' }, short(node.name)),
    shape('text', { x: x + 12, y: y + 46, class: 'node-facts' }, second)
  );
  if (node.errors > 0) {
    const part = (node.errors / node.calls) * NODE.width;
    link.append(
      shape('rect', { x: x + 12, y: y + NODE.height - 5, width: Math.max(4, part - 24), height: 3, rx: 1.5, class: 'node-errors' })
    );
  }
  return link;
}

/** @param {string} id */
function arrow(id) {
  const defs = shape('defs', {});
  const marker = shape('marker', {
    id,
    viewBox: '0 0 8 8',
    refX: 5,
    refY: 4,
    markerWidth: 8,
    markerHeight: 8,
    markerUnits: 'userSpaceOnUse',
    orient: 'auto',
    class: id,
  });
  marker.append(shape('path', { d: 'M0 0L8 4L0 8z' }));
  defs.append(marker);
  return defs;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function shape(name, attributes, text) {
  const node = document.createElementNS(SVG, /** @type {'svg'} */ (name));
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text) node.textContent = text;
  return node;
}

/** @param {Calls} calls */
export function describe({ calls, errors, per_minute, p50_ms, p95_ms }) {
  return `${count(calls, 'call')}, ${rate(per_minute)}, ${count(errors, 'error')}, p50 ${duration(p50_ms)}, p95 ${duration(p95_ms)}`;
}

/**
 * Calls per minute in few digits.
 * @param {number} perMinute
 */
export function rate(perMinute) {
  if (perMinute >= 600) return `${(perMinute / 60).toFixed(0)}/s`;
  if (perMinute >= 10) return `${perMinute.toFixed(0)}/min`;
  return `${perMinute.toFixed(perMinute >= 1 ? 1 : 2)}/min`;
}

/** @param {string} name */
function short(name) {
  return name.length > 20 ? `${name.slice(0, 19)}…` : name;
}
