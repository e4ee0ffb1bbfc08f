// Opens the page that the address names, and keeps it fresh.

import { byId, el } from '../dom.js';
import { keys } from './keys.js';
import { live } from './live.js';
import { PAGES } from './pages.js';
import { address, parse } from './route.js';
import { themeSwitch } from './theme.js';

const inNavigation = PAGES.filter((page) => page.title);

/** @type {OpenPage | null} */
let open = null;
let shown = '';
/** Whether a refresh is under way, and whether another one is wanted after it. */
let busy = false;
let again = false;

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  do {
    again = false;
    try {
      await open?.refresh();
      byId('problem').hidden = true;
    } catch (error) {
      byId('problem').textContent = `The gateway cannot be read: ${/** @type {Error} */ (error).message}`;
      byId('problem').hidden = false;
    }
  } while (again);
  busy = false;
}

function show() {
  const route = parse(location.hash);
  const page = PAGES.find((page) => page.name === route.page) ?? PAGES[0];
  const place = `${page.name}/${route.id}`;
  const isNew = place !== shown;
  shown = place;
  const main = el('div', { class: `page page-${page.name}` });
  byId('page').replaceChildren(main);
  open = page.open(route, main, refresh);
  navigation(page);
  document.title = `${page.title ?? page.name} · Tracebeam gateway`;
  if (isNew) window.scrollTo(0, 0);
  refresh();
}

/** @param {ViewPage} current */
function navigation(current) {
  const links = inNavigation.map((page, place) =>
    el(
      'li',
      {},
      el('a', {
        href: address(page.name),
        text: page.title,
        title: `${page.title} (${place + 1})`,
        'aria-current': page === current ? 'page' : page.name === current.under ? 'true' : null,
      })
    )
  );
  byId('pages').replaceChildren(...links);
}

/** Leaves a page for the list that it names. */
function back() {
  const link = document.querySelector('[data-back]');
  if (link instanceof HTMLElement) link.click();
}

const help = byId('help', HTMLDialogElement);
const toggle = live(byId('live'), refresh);
themeSwitch(byId('theme'));
byId('keys').addEventListener('click', () => help.showModal());
byId('skip').addEventListener('click', (event) => {
  // The fragment is the page's address.
  event.preventDefault();
  byId('main').focus();
});
keys({
  back,
  page(place) {
    const page = inNavigation[place];
    if (page) location.hash = address(page.name);
  },
  live: toggle,
  help,
});
window.addEventListener('hashchange', show);
show();
