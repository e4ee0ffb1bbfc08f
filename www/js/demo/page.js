// The demo page: wires the buttons, the list and the two lights at the top.

/** @import { Action } from './actions.js' */
import { byId, el } from '../dom.js';
import { gateway as gatewayAt } from '../gateway.js';
import { actions } from './actions.js';
import { watchEvents } from './event-list.js';
import { requestRow } from './request-row.js';

/** Rows kept: a demo is looked at, not archived. */
const ROWS = 30;

const demo = window.__demo ?? {};
// The gateway answers its own page only, so the shop reads from it for this one.
const gateway = gatewayAt('/gateway', demo.fetch, demo.gateway ?? '');
const list = byId('requests');

/** @param {string} text */
function announce(text) {
  byId('announce').textContent = text;
}

/**
 * @param {string} id
 * @param {boolean} good
 * @param {string} text
 */
function light(id, good, text) {
  const tag = byId(id);
  tag.className = `tag dot ${good ? 'good' : 'bad'}`;
  tag.textContent = text;
}

/**
 * @param {string} title
 * @param {string} text
 */
function notice(title, text) {
  byId('notices').append(el('div', { class: 'notice', role: 'status' }, el('p', {}, el('strong', { text: title }), ` ${text}`)));
}

/**
 * The row on top. The rows below it show their line only, until someone opens them.
 * @type {ReturnType<typeof requestRow> | undefined}
 */
let newest;

/** @param {Action} action */
async function run(action) {
  const request = action.prepare();
  const row = requestRow({ action, request, gateway, announce });
  byId('empty').hidden = true;
  byId('clear').hidden = false;
  newest?.fold();
  newest = row;
  list.prepend(row.element);
  while (list.children.length > ROWS) list.lastElementChild?.remove();
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
  /** @type {HTMLElement | null} */ (document.querySelector('.action'))?.focus();
});

if (demo.gateway) byId('all-traces', HTMLAnchorElement).href = `${demo.gateway}/`;

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
