// Building elements. Data only ever becomes a text node or an attribute, never markup.

/**
 * `true` sets an empty attribute; `false`, `null` and `undefined` set none.
 * @typedef {object} Attributes
 * @property {string} [class]
 * @property {string | null} [text] stands before the children
 * @property {Record<string, (event: any) => void>} [on] listeners
 * @property {Record<string, string>} [data] `data-` attributes
 * @property {Record<string, string>} [vars] CSS variables
 */

/**
 * Makes an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes & Record<string, unknown>} [attributes]
 * @param {...(Node | string | null | false | undefined)} children
 */
export function el(tag, { class: className, text, on = {}, data = {}, vars = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  for (const [type, listener] of Object.entries(on)) node.addEventListener(type, listener);
  Object.assign(node.dataset, data);
  // Through the object model: a strict style policy allows that, and forbids a style attribute.
  for (const [name, value] of Object.entries(vars)) node.style.setProperty(`--${name}`, value);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => typeof child === 'string' || child instanceof Node));
  return node;
}

/**
 * The element of that id. The page's HTML has it: a page without it is a mistake.
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @param {new () => Kind} [kind]
 * @returns {Kind}
 */
export function byId(id, kind) {
  const node = document.getElementById(id);
  if (!(node instanceof (kind ?? HTMLElement))) throw new Error(`the page has no ${kind?.name ?? 'element'} #${id}`);
  return /** @type {Kind} */ (node);
}

let lastId = 0;

/**
 * An id that no other element has, for `aria-controls` and its kin.
 * @param {string} prefix
 */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
