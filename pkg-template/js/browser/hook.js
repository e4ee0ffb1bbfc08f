// Puts a wrapper in the place of a native function, and takes it away again if it still stands there.

import { apply, create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } from './natives.js';

/** @typedef {any} Getter A getter of a class; undefined if a script has defined the class. */
/** @typedef {(() => void) | null | undefined} Undo Undoes a change; null if nothing could be changed. */

/**
 * @typedef {object} Layer A wrapper of the agent's.
 * @property {any} _owner The object that has the function.
 * @property {string} _name The function's name there.
 * @property {ProxyHandler<any>} _handler The Proxy's handler; empty while the wrapper passes everything through.
 * @property {any} _wrapper The Proxy.
 * @property {PropertyDescriptor} _own The property before it was wrapped.
 */

// Layers that could not be taken away, because another script has wrapped them. They pass everything through. The next agent
// on the page uses them again instead of adding a second layer.
/** @type {Layer[]} */
const idle = [];

const idleAt = (/** @type {any} */ owner, /** @type {string} */ name) =>
  idle.find((layer) => layer._owner === owner && layer._name === name);

// The object that has the property: the given one or one of its prototypes, because a script's class may extend a native one.
function ownerOf(/** @type {any} */ object, /** @type {string} */ name) {
  while (object && !getOwnPropertyDescriptor(object, name)) object = getPrototypeOf(object);
  return object;
}

// A getter of a class. Unlike a read of the property, it cannot be shadowed by the page on one object.
/**
 * @param {any} type
 * @param {string} name
 * @returns {Getter}
 */
export function getterOf(type, name) {
  const owner = ownerOf(Object(type).prototype, name);
  return owner && /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(owner, name)).get;
}

// Calls a class's getter on an object. If the object only imitates the browser's (vConsole passes a Proxy of the Response), the
// getter throws, and the object's property is read instead.
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

// How many calls of `quietly` are on the stack.
let quiet = 0;

/**
 * Runs a send of the agent's own. If the page was patched before the engine was ready, that send goes through the agent's own
 * wrapper; and a polyfill of fetch opens an XMLHttpRequest. Both hooks ask `isQuiet`, and let such a request pass.
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

// The browser's own function: the one that zone.js keeps, or the one below an idle layer of ours.
/**
 * @param {any} owner
 * @param {string} name
 */
export function nativeOf(owner, name) {
  const layer = idleAt(owner, name);
  return owner['__zone_symbol__' + name] || (layer ? layer._own.value : owner[name]);
}

// From now on `around(native, self, args)` answers each call. Returns a function that undoes the change; null if the property is
// locked, and undefined if there is no such function. In both cases nothing was changed.
//
// The wrapper is a Proxy, so that it has the native function's name, length and properties such as fetch.polyfill, no
// `prototype`, and a source text that reads as native code. Without a trap it does exactly what the native function does.
/**
 * @param {any} owner
 * @param {string} name
 * @param {(native: any, self: any, args: any[]) => any} around
 * @returns {Undo}
 */
export function hook(owner, name, around) {
  // In a worker, fetch belongs to the scope's prototype.
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
