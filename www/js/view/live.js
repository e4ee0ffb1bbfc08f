// Live updates: one stream that says when something new is stored. It is closed while nobody looks, because a browser
// has few connections to one origin, and tabs share them.

/** How long after a refusal the stream is asked for again. */
const AGAIN_MS = 5_000;

/**
 * Calls `changed` when something new is stored, as long as the button is pressed and the page is visible.
 * @param {HTMLElement} button
 * @param {() => void} changed
 * @returns {() => void} switches it on and off
 */
export function live(button, changed) {
  let wanted = true;
  /** @type {EventSource | null} */
  let source = null;
  /** What the stream said last. The first message of a stream tells what happened while there was none. */
  let seen = '';

  const show = (/** @type {string} */ word, good = false) => {
    button.textContent = word;
    button.classList.toggle('good', good);
    button.setAttribute('aria-pressed', String(wanted));
    button.title = wanted ? 'New data appears by itself (l)' : 'New data appears when you switch this on (l)';
  };
  const close = () => {
    source?.close();
    source = null;
  };
  const update = () => {
    close();
    if (!wanted) return show('paused');
    if (document.hidden) return;
    show('connecting');
    source = new EventSource('/api/live');
    source.addEventListener('stored', ({ data }) => {
      show('live', true);
      if (data !== seen) changed();
      seen = data;
    });
    source.addEventListener('error', () => {
      show('offline');
      // A browser comes again by itself where the connection broke, and not after a refusal.
      if (source?.readyState === EventSource.CLOSED) setTimeout(() => source?.readyState === EventSource.CLOSED && update(), AGAIN_MS);
    });
  };
  const toggle = () => {
    wanted = !wanted;
    update();
  };
  button.addEventListener('click', toggle);
  document.addEventListener('visibilitychange', update);
  update();
  return toggle;
}
