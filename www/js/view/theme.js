// The switch between light, dark, and what the system says. /js/theme.js applies the choice at the start.

const KEY = 'tracebeam-theme';
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };

/**
 * Makes a button switch the theme.
 * @param {HTMLElement} button
 */
export function themeSwitch(button) {
  const root = document.documentElement;
  const show = () => {
    const theme = root.dataset.theme ?? 'auto';
    button.textContent = theme;
    button.title = `Colours: ${theme === 'auto' ? 'as the system has them' : theme}`;
    button.setAttribute('aria-label', `Colours: ${theme}. Switch to ${next()}.`);
  };
  const next = () => NEXT[/** @type {keyof typeof NEXT} */ (root.dataset.theme ?? 'auto')] ?? 'auto';
  button.addEventListener('click', () => {
    const theme = next();
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (theme === 'auto') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Storage is blocked: the choice lasts as long as the page.
    }
    show();
  });
  show();
}
