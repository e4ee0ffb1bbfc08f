// Building elements. Data only ever becomes a text node or an attribute, never markup.

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `class`, `text`, `on` (listeners), `vars` (CSS
 *   variables) and `data` are special; `true` sets an empty attribute, `false` and null none.
 * @param {...(Node | string | null | false | undefined)} children
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name === 'text') node.textContent = value;
    else if (name === 'on') for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (name === 'data') Object.assign(node.dataset, value);
    // Through the object model, which a strict style policy allows, unlike a style attribute.
    else if (name === 'vars') for (const [key, text] of Object.entries(value)) node.style.setProperty(`--${key}`, text);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child || child === ''));
  return node;
}

let lastId = 0;

/** An id that no other element has, for `aria-controls` and its kin. */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
