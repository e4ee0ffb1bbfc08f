// The keyboard. Rows are links and buttons, so Tab and Enter work without this file.

/** What can be walked by j and k. */
const ROWS = '[data-row]';

/**
 * @param {object} actions
 * @param {() => void} actions.back leaves a page for its list
 * @param {(place: number) => void} actions.page opens a page of the navigation
 * @param {() => void} actions.live switches live updates
 * @param {HTMLDialogElement} actions.help
 */
export function keys({ back, page, live, help }) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || help.open) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    if (target.matches('input, select, textarea')) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    if (/^[1-9]$/.test(event.key)) page(Number(event.key) - 1);
    else if (event.key === 'j') walk(1);
    else if (event.key === 'k') walk(-1);
    else if (event.key === '/') focusSearch();
    else if (event.key === '?') help.showModal();
    else if (event.key === 'l') live();
    else if (event.key === 'Escape') back();
    else return;
    event.preventDefault();
  });
}

/** @param {number} step */
function walk(step) {
  /** @type {HTMLElement[]} */
  const rows = [...document.querySelectorAll(ROWS)].filter((row) => row instanceof HTMLElement);
  const place = rows.findIndex((row) => row === document.activeElement);
  const next = rows[place === -1 ? (step > 0 ? 0 : rows.length - 1) : place + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function focusSearch() {
  const search = document.querySelector('input[type="search"]');
  if (search instanceof HTMLInputElement) search.select();
}
