// Light, dark, or what the system says. A classic script in the head, so that the first paint has the right colours.
(() => {
  const KEY = 'tracebeam-theme';
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem(KEY);
    if (theme) root.dataset.theme = theme;
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
})();
