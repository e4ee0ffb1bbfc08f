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
 * @typedef {{ x: number, y: number }} Point the upper left corner of a node
 */

/**
 * Draws from left to right, or from top to bottom on a narrow screen.
 * @param {Topology} topology
 * @param {boolean} narrow
 */
export function graph({ nodes, edges }, narrow) {
  const rows = layers(
    nodes.map((node) => node.id),
    edges
  );
  const widest = Math.max(...rows.map((row) => row.length));
  const across = (narrow ? NODE.width : NODE.height) + GAP.across;
  const along = narrow ? NODE.height + 64 : NODE.width + GAP.along;
  /** @type {Map<string, Point>} */
  const points = new Map();
  for (const row of rows)
    for (const { id, layer, place } of row) {
      const side = MARGIN + (place + (widest - row.length) / 2) * across;
      const way = MARGIN + layer * along;
      points.set(id, narrow ? { x: side, y: way } : { x: way, y: side });
    }
  const far = 2 * MARGIN + (rows.length - 1) * along + (narrow ? NODE.height : NODE.width);
  const wide = 2 * MARGIN + widest * across - GAP.across;
  const [width, height] = narrow ? [wide, far] : [far, wide];
  const svg = shape('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    class: 'graph',
    role: 'group',
    'aria-label': 'Services and their calls',
  });
  const most = Math.max(1, ...edges.map((edge) => edge.calls));
  svg.append(arrow('arrow'), arrow('arrow-failed'));
  for (const edge of edges) {
    const [from, to] = [points.get(edge.from), points.get(edge.to)];
    if (from && to && from !== to) svg.append(edgeShape(edge, from, to, narrow, most));
  }
  for (const node of nodes) {
    const point = points.get(node.id);
    if (point) svg.append(nodeShape(node, point));
  }
  return svg;
}

/**
 * @param {ServiceEdge} edge
 * @param {Point} from
 * @param {Point} to
 * @param {boolean} narrow
 * @param {number} most calls of one edge
 */
function edgeShape(edge, from, to, narrow, most) {
  const start = narrow ? { x: from.x + NODE.width / 2, y: from.y + NODE.height } : { x: from.x + NODE.width, y: from.y + NODE.height / 2 };
  const end = narrow ? { x: to.x + NODE.width / 2, y: to.y - 7 } : { x: to.x - 7, y: to.y + NODE.height / 2 };
  const bend = Math.max(40, Math.abs(narrow ? end.y - start.y : end.x - start.x) / 2);
  const path = narrow
    ? `M${start.x} ${start.y}C${start.x} ${start.y + bend} ${end.x} ${end.y - bend} ${end.x} ${end.y}`
    : `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`;
  const failed = edge.errors > 0;
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  const group = shape('g', { class: failed ? 'edge failed' : 'edge', 'data-testid': 'edge', 'data-from': edge.from, 'data-to': edge.to });
  group.append(
    shape('title', {}, describe(edge)),
    shape('path', {
      d: path,
      'stroke-width': 1.25 + 2.75 * Math.sqrt(edge.calls / most),
      'marker-end': `url(#${failed ? 'arrow-failed' : 'arrow'})`,
    }),
    shape('text', { x: middle.x, y: middle.y - 5, 'text-anchor': 'middle', class: 'edge-rate' }, rate(edge.per_minute)),
    shape('text', { x: middle.x, y: middle.y + 10, 'text-anchor': 'middle', class: 'edge-time' }, `p95 ${duration(edge.p95_ms)}`)
  );
  return group;
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
  const node = document.createElementNS(SVG, name);
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
