// Where the view puts things, without a browser: layers of a graph, steps of a time line, addresses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layers } from '../../www/js/view/layers.js';
import { address, parse } from '../../www/js/view/route.js';
import { steps } from '../../www/js/view/steps.js';

const edges = (text) => text.split(' ').map(([from, to]) => ({ from, to }));

// The layers with their nodes only, each in alphabetical order.
const drawn = (ids, list) => {
  const nodes = [...ids];
  const { rows } = layers(nodes, list);
  return rows
    .map((row) =>
      row
        .map(({ id }) => id)
        .filter((id) => nodes.includes(id))
        .toSorted()
        .join('')
    )
    .join(' ');
};

test('callers stand before the called, also where services call each other', () => {
  for (const [ids, calls, expected] of [
    ['abc', 'ab bc', 'a b c'],
    ['abc', 'ab bc ac', 'a b c'],
    ['abcd', 'ab ac bd cd', 'a bc d'],
    ['abc', 'ab ba bc', 'a b c'],
    ['abc', 'ab bc ca', 'a b c'],
    ['ab', 'aa ab', 'a b'],
    ['abcx', 'ab', 'acx b'],
  ])
    assert.equal(drawn(ids, edges(calls)), expected, calls);
});

test('an edge over several layers has a bend in each, and a chain of hundreds is drawn', () => {
  const { rows, bends } = layers([...'abcd'], edges('ab bc cd ad'));
  const way = bends({ from: 'a', to: 'd' });
  assert.equal(way.length, 2);
  assert.ok(rows[1].some(({ id }) => id === way[0]) && rows[2].some(({ id }) => id === way[1]));
  const ids = Array.from({ length: 200 }, (_, place) => `s${place}`);
  const chain = ids.slice(1).map((to, place) => ({ from: ids[place], to }));
  assert.equal(layers(ids, chain).rows.length, 200);
});

test('edges of a layer cross as little as they can', () => {
  const { rows } = layers([...'abxy'], edges('ay bx'));
  const place = (id) => rows.flatMap((row) => row.map((one, place) => [one.id, place])).find(([one]) => one === id)[1];
  assert.equal(place('a') < place('b'), place('y') < place('x'));
});

test('a time line has lines for views and for pauses', () => {
  const request = (timestamp_ms, duration_ms, name) => ({ event: { timestamp_ms, duration_ms, view: { id: name, name } } });
  const shown = steps([request(0, 10_000, 'a'), request(100, 5, 'a'), request(12_000, 5, 'b'), request(17_500, 5, 'b')]);
  assert.deepEqual(
    shown.map((step) => (step.kind === 'pause' ? step.ms : step.kind)),
    ['view', 'request', 'request', 'view', 'request', 5_495, 'request']
  );
});

test('addresses say what they were made of, and older ones lead to their trace', () => {
  const route = parse(address('session', 'a/b ?&#ü', { app: 'x&y', user: '' }));
  assert.deepEqual([route.page, route.id, [...route.filters]], ['session', 'a/b ?&#ü', [['app', 'x&y']]]);
  assert.equal(parse('').page, 'requests');
  assert.equal(parse('#/session/%').id, '%');
  const trace = '0AF7651916CD43DD8448EB211C80319C';
  assert.deepEqual([parse(`#${trace}`).page, parse(`#${trace}`).id], ['trace', trace.toLowerCase()]);
});
