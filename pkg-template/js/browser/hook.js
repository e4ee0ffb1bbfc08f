// Puts a wrapper in a native function's place, and takes it away again where it still stands there.

import { apply, create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } from './natives.js';

/** @typedef {any} Getter A getter of a class; nothing where the class is a script's own. */
/** @typedef {(() => void) | null | undefined} Undo Undoes a change; null where nothing could be changed. */

/**
 * @typedef {object} Layer A wrapper that the agent has put somewhere.
 * @property {any} _owner The object that has the function,
 * @property {string} _name its name there,
 * @property {ProxyHandler<any>} _handler what makes the wrapper work, and nothing where it passes everything through,
 * @property {any} _wrapper the wrapper itself,
 * @property {PropertyDescriptor} _own and what stood in its place.
 */

// Layers that could not be taken away, because another script has wrapped them. They pass everything through. An agent that
// starts later uses them again instead of adding a second layer.
/** @type {Layer[]} */
const idle = [];

const idleAt = (/** @type {any} */ owner, /** @type {string} */ name) =>
  idle.find((layer) => layer._owner === owner && layer._name === name);

// The object that has the property: the given one, or one of its prototypes, as other scripts' classes extend native ones.
function ownerOf(/** @type {any} */ object, /** @type {string} */ name) {
  while (object && !getOwnPropertyDescriptor(object, name)) object = getPrototypeOf(object);
  return object;
}

// A class's getter. Unlike an object's own property, the page cannot replace it on one object.
/**
 * @param {any} type
 * @param {string} name
 * @returns {Getter}
 */
export function getterOf(type, name) {
  const owner = ownerOf(Object(type).prototype, name);
  return owner && /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(owner, name)).get;
}

// What a class's getter gives for an object. Where the object only stands in for the browser's (vConsole passes a Proxy of
// the Response), the getter throws, and the object's own property is read.
/**
 * @param {Getter} getter
 * @param {any} object
 * @param {string} name
 */
export function valueOf(getter, object, name) {
  try {
    return apply(getter, object, []);
  } catch (_) {
    try {
      return object[name];
    } catch (_) {
      // Unknown.
    }
  }
}

// How many calls of the agent's own fetch are running.
let quiet = 0;

/**
 * Calls the fetch that sends for the agent. Where the hooks came before the engine, that is the agent's own wrapper; and a
 * polyfill of fetch opens an XMLHttpRequest within this call. Both hooks ask `isQuiet`, and leave such a request alone.
 * @template T
 * @param {() => T} call
 */
export function quietly(call) {
  quiet++;
  try {
    return call();
  } finally {
    quiet--;
  }
}

export const isQuiet = () => quiet > 0;

// The browser's own function: the one that zone.js keeps, or the one below our own layer, where one was left there.
/**
 * @param {any} owner
 * @param {string} name
 */
export function nativeOf(owner, name) {
  const layer = idleAt(owner, name);
  return owner['__zone_symbol__' + name] || (layer ? layer._own.value : owner[name]);
}

// `around(native, self, args)` answers a call. Returns a function that undoes the change; null where
// the property is locked (then nothing was changed), and nothing where there is no such function.
//
// The wrapper is a Proxy: it has the native function's name, length and flags such as fetch.polyfill,
// no `prototype`, its source reads as native code, and without a trap it is the native function.
/**
 * @param {any} owner
 * @param {string} name
 * @param {(native: any, self: any, args: any[]) => any} around
 * @returns {Undo}
 */
export function hook(owner, name, around) {
  // In a worker, fetch is its prototype's.
  owner = ownerOf(owner, name);
  if (!owner) return;
  const own = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(owner, name));
  let layer = idleAt(owner, name);
  if (layer) {
    idle.splice(idle.indexOf(layer), 1);
  } else {
    const native = own.value;
    if (typeof native !== 'function' || !(own.configurable || own.writable)) return null;
    const handler = create(null);
    layer = /** @type {Layer} */ ({ _owner: owner, _name: name, _handler: handler, _wrapper: new Proxy(native, handler) });
    defineProperty(owner, name, Object.assign({}, own, { value: layer._wrapper }));
    layer._own = own;
  }
  layer._handler.apply = around;
  return () => {
    delete layer._handler.apply;
    const now = getOwnPropertyDescriptor(owner, name);
    if (now && now.value === layer._wrapper) defineProperty(owner, name, layer._own);
    else idle.push(layer);
  };
}
