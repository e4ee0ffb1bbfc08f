// The demo page: wires the buttons, the list and the two lights at the top.

import { el } from '../dom.js';
import { gateway as gatewayAt } from '../gateway.js';
import { actions } from './actions.js';
import { watchEvents } from './event-list.js';
import { requestRow } from './request-row.js';

/** Rows kept: a demo is looked at, not archived. */
const ROWS = 30;

const demo = window.__demo ?? {};
// The gateway answers its own page only, so the shop reads from it for this one.
const gateway = gatewayAt('/gateway', demo.fetch, demo.gateway ?? '');
const byId = (id) => document.getElementById(id);
const list = byId('requests');

function announce(text) {
  byId('announce').textContent = text;
}

function light(id, good, text) {
  const tag = byId(id);
  tag.className = `tag dot ${good ? 'good' : 'bad'}`;
  tag.textContent = text;
}

function notice(title, text) {
  byId('notices').append(el('div', { class: 'notice', role: 'status' }, el('p', {}, el('strong', { text: title }), ` ${text}`)));
}

/** The row on top; the ones below it show their line only, unless someone opens them. */
let newest = null;

async function run(action) {
  const request = action.prepare();
  const row = requestRow({ action, request, gateway, announce });
  byId('empty').hidden = true;
  byId('clear').hidden = false;
  newest?.fold();
  newest = row;
  list.prepend(row.element);
  while (list.children.length > ROWS) list.lastElementChild.remove();
  const start = performance.now();
  const result = await request.send().catch((error) => ({ status: 0, body: null, error: String(error.message) }));
  await row.settle(result, performance.now() - start);
}

byId('actions').append(
  ...actions(demo.crossOrigin ?? '').map((action) =>
    el(
      'button',
      { class: 'action', type: 'button', data: { testid: action.id }, on: { click: () => run(action) } },
      el('span', { class: 'action-title', text: action.title }),
      el('span', { class: 'action-about muted', text: action.about })
    )
  )
);

byId('clear').addEventListener('click', () => {
  list.replaceChildren();
  byId('clear').hidden = true;
  byId('empty').hidden = false;
  document.querySelector('.action').focus();
});

if (demo.gateway) byId('all-traces').href = `${demo.gateway}/`;

const agent = window.tracebeam;
light('agent-state', Boolean(agent), agent ? `agent ${agent.version ?? ''}`.trim() : 'no agent');
if (!agent) {
  notice('The agent is not loaded.', 'The requests work all the same, and their traces begin in the shop instead of in this page.');
}
if (agent) {
  byId('events-section').hidden = false;
  watchEvents({ list: byId('events'), total: byId('events-total'), gateway });
}
gateway.healthy().then((healthy) => {
  light('gateway-state', healthy, healthy ? 'gateway' : 'no gateway');
  if (!healthy)
    notice(
      'The gateway does not answer.',
      `Events and call chains cannot be shown. It should listen on ${demo.gateway ?? 'an address that config.js names'}.`
    );
});
