// The filters above a list. They stand in the page's address, so that a link opens the same list.

import { el, freshId } from '../dom.js';
import { address } from './route.js';

/** How long the offered values are new enough. */
const OFFERED_MS = 15_000;

/**
 * @typedef {object} Field
 * @property {string} name of the parameter
 * @property {string} label
 * @property {'search' | 'select' | 'text' | 'number'} kind
 * @property {keyof Facets} [facet] whose values it offers
 * @property {[string, string][]} [options] value and text, behind the empty choice
 * @property {string} [any] the empty choice
 * @property {boolean} [rare] whether it stands behind "More filters"
 */

/**
 * @param {object} settings
 * @param {string} settings.page
 * @param {Field[]} settings.fields
 * @param {URLSearchParams} settings.filters which the bar changes
 * @param {() => void} settings.changed
 */
export function filterBar({ page, fields, filters, changed }) {
  const update = (/** @type {string} */ name, /** @type {string} */ value) => {
    if (value) filters.set(name, value);
    else filters.delete(name);
    filters.delete('cursor');
    // Not by the fragment: the page would open anew, and the field would lose the focus.
    history.replaceState(null, '', address(page, '', filters));
    drawChips();
    changed();
  };
  /** @type {Map<string, HTMLInputElement | HTMLSelectElement>} */
  const inputs = new Map();
  const controls = fields.map((field) => {
    const input = control(field, filters.get(field.name) ?? '', (value) => update(field.name, value));
    inputs.set(field.name, input);
    return { field, node: labelled(field, input) };
  });
  const rare = controls.filter(({ field }) => field.rare);
  const chips = el('ul', { class: 'chips', 'aria-label': 'Filters in use' });
  const drawChips = () => chips.replaceChildren(...chosen());
  const chosen = () =>
    [...filters]
      .filter(([name]) => fields.some((field) => field.name === name && field.kind !== 'search'))
      .map(([name, value]) => {
        const field = fields.find((field) => field.name === name);
        const text = field?.options?.find(([option]) => option === value)?.[1] ?? value;
        return el(
          'li',
          {},
          el('button', {
            class: 'chip',
            type: 'button',
            text: `${field?.label ?? name}: ${text}`,
            'aria-label': `Remove the filter ${field?.label ?? name}: ${text}`,
            data: { testid: 'chip' },
            on: {
              click() {
                const input = inputs.get(name);
                if (input) input.value = '';
                update(name, '');
              },
            },
          })
        );
      });
  drawChips();
  let offered = 0;
  const bar = el(
    'form',
    { class: 'filters', role: 'search', 'aria-label': 'Filters', on: { submit: (event) => event.preventDefault() } },
    el('div', { class: 'filter-row' }, ...controls.filter(({ field }) => !field.rare).map(({ node }) => node)),
    rare.length > 0 &&
      el(
        'details',
        { class: 'more', open: rare.some(({ field }) => filters.has(field.name)) },
        el('summary', { text: 'More filters' }),
        el('div', { class: 'filter-row' }, ...rare.map(({ node }) => node))
      ),
    chips
  );
  return {
    bar,
    /**
     * Offers the values that are stored, read now and then.
     * @param {() => Promise<Facets>} read
     */
    async offer(read) {
      if (Date.now() - offered < OFFERED_MS) return;
      offered = Date.now();
      const facets = await read();
      for (const field of fields) {
        const input = inputs.get(field.name);
        if (!field.facet || !(input instanceof HTMLSelectElement) || input === document.activeElement) continue;
        /** @type {[string, string][]} */
        const options = facets[field.facet].map(({ value, count }) => [value, `${value} (${count})`]);
        setOptions(input, field, options, filters.get(field.name) ?? '');
      }
    },
  };
}

/**
 * @param {Field} field
 * @param {string} value
 * @param {(value: string) => void} update
 */
function control(field, value, update) {
  if (field.kind === 'select') {
    const select = el('select', { name: field.name, on: { change: () => update(select.value) } });
    setOptions(select, field, field.options ?? [], value);
    return select;
  }
  const input = el('input', {
    name: field.name,
    type: field.kind === 'number' ? 'number' : field.kind,
    min: field.kind === 'number' ? '0' : null,
    placeholder: field.kind === 'search' ? `${field.label}  ( / )` : (field.any ?? null),
    autocomplete: 'off',
    spellcheck: 'false',
    on: { input: () => update(input.value.trim()) },
  });
  input.value = value;
  return input;
}

/**
 * @param {HTMLSelectElement} select
 * @param {Field} field
 * @param {[string, string][]} options
 * @param {string} value
 */
function setOptions(select, field, options, value) {
  // A value of the address is offered even where nothing has it.
  const known = value && !options.some(([option]) => option === value) ? [[value, value], ...options] : options;
  select.replaceChildren(
    el('option', { value: '', text: field.any ?? 'any' }),
    ...known.map(([option, text]) => el('option', { value: option, text }))
  );
  select.value = value;
}

/**
 * @param {Field} field
 * @param {HTMLElement} input
 */
function labelled(field, input) {
  const id = freshId('filter');
  input.id = id;
  return el(
    'div',
    { class: `field field-${field.kind}` },
    el('label', { for: id, class: field.kind === 'search' ? 'visually-hidden' : undefined, text: field.label }),
    input
  );
}
