// Putting rows into a list that is read again and again.

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap();

/**
 * Replaces the rows of a list. Nothing is touched where nothing has changed; otherwise the focus stays in the row of
 * the same key. Open details are kept by not drawing again: their lists must compare by data alone.
 * @param {Element} list
 * @param {Node[]} rows
 * @param {string} [data] what the rows say, if comparing their markup is not enough
 */
export function fill(list, rows, data) {
  const text = data ?? rows.map((row) => (row instanceof Element ? row.outerHTML : row.textContent)).join('');
  if (drawn.get(list) === text) return false;
  drawn.set(list, text);
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && list.contains(focused) ? focused.dataset.row : undefined;
  list.replaceChildren(...rows);
  if (key) {
    const row = [...list.querySelectorAll('[data-row]')].find((row) => row instanceof HTMLElement && row.dataset.row === key);
    if (row instanceof HTMLElement) row.focus({ preventScroll: true });
  }
  return true;
}
