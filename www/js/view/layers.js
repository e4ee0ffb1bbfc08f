// Where the nodes of a graph stand: callers before the called, in layers. No DOM here.

/**
 * Layers by the longest way from where calls begin, and in each layer an order with few crossings. An edge over
 * several layers has a place in each, so that it leads between the nodes there.
 * @param {string[]} ids
 * @param {{ from: string, to: string }[]} edges
 * @returns {{ rows: { id: string }[][], bends: (edge: { from: string, to: string }) => string[] }} rows of nodes and bends;
 *   bends of an edge from the caller to the called
 */
export function layers(ids, edges) {
  const forward = withoutCycles(ids, edges);
  /** @type {Map<string, number>} */
  const depth = new Map(ids.map((id) => [id, 0]));
  // Each round moves a node behind its callers; without cycles the longest way has fewer steps than there are nodes.
  for (let moved = true, round = 0; moved && round < ids.length; round++) {
    moved = false;
    for (const { from, to } of forward) {
      const least = (depth.get(from) ?? 0) + 1;
      if ((depth.get(to) ?? 0) >= least) continue;
      depth.set(to, least);
      moved = true;
    }
  }
  /** @type {string[][]} */
  const rows = [];
  for (const id of ids) (rows[depth.get(id) ?? 0] ??= []).push(id);
  /** @type {Map<string, string[]>} */
  const bends = new Map();
  const steps = forward.flatMap(({ from, to }) => {
    const way = [from];
    for (let layer = (depth.get(from) ?? 0) + 1; layer < (depth.get(to) ?? 0); layer++) {
      const bend = JSON.stringify([from, to, layer]);
      rows[layer].push(bend);
      way.push(bend);
    }
    way.push(to);
    bends.set(JSON.stringify([from, to]), way.slice(1, -1));
    return way.slice(1).map((step, place) => ({ from: way[place], to: step }));
  });
  order(rows, steps);
  return {
    rows: rows.map((row) => row.map((id) => ({ id }))),
    bends: ({ from, to }) => bends.get(JSON.stringify([from, to])) ?? [],
  };
}

/**
 * The edges without those that lead back to where a way came from.
 * @param {string[]} ids
 * @param {{ from: string, to: string }[]} edges
 */
function withoutCycles(ids, edges) {
  /** @type {Map<string, string[]>} */
  const out = new Map();
  for (const { from, to } of edges) out.set(from, [...(out.get(from) ?? []), to]);
  const called = new Set(edges.map(({ to }) => to));
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  const back = new Set();
  for (const start of [...ids.filter((id) => !called.has(id)), ...ids]) {
    if (state.has(start)) continue;
    state.set(start, 'open');
    // A stack and not recursion: a chain of services may be long.
    const way = [{ id: start, next: 0 }];
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const to = (out.get(top.id) ?? [])[top.next++];
      if (to === undefined) {
        state.set(top.id, 'done');
        way.pop();
      } else if (state.get(to) === 'open') back.add(`${top.id}\n${to}`);
      else if (!state.has(to)) {
        state.set(to, 'open');
        way.push({ id: to, next: 0 });
      }
    }
  }
  return edges.filter(({ from, to }) => from !== to && !back.has(`${from}\n${to}`));
}

/**
 * Sorts each layer by the mean place of its neighbours in the layer beside it, down and up a few times.
 * @param {string[][]} rows
 * @param {{ from: string, to: string }[]} edges
 */
function order(rows, edges) {
  for (let round = 0; round < 4; round++) {
    const down = round % 2 === 0;
    for (const [layer, row] of down ? [...rows.entries()] : [...rows.entries()].toReversed()) {
      const beside = rows[down ? layer - 1 : layer + 1];
      if (!beside) continue;
      const mean = new Map(
        row.map((id, place) => {
          const neighbours = edges
            .filter(({ from, to }) => (down ? to : from) === id)
            .map(({ from, to }) => beside.indexOf(down ? from : to))
            .filter((place) => place !== -1);
          return [id, neighbours.length > 0 ? neighbours.reduce((sum, place) => sum + place, 0) / neighbours.length : place];
        })
      );
      row.sort((one, other) => (mean.get(one) ?? 0) - (mean.get(other) ?? 0));
    }
  }
}
