// Puts a wrapper in a native function's place, and takes it away again where it still stands there.

import { apply, create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } from './natives.js';

/**
 * @typedef {object} Layer A wrapper that the agent has put somewhere.
 * @property {any} _owner The object that has the function,
 * @property {string} _name its name there,
 * @property {ProxyHandler<any>} _handler what makes the wrapper work, and nothing where it passes everything through,
 * @property {any} _wrapper the wrapper itself,
 * @property {PropertyDescriptor} [_own] and what stood in its place.
 */

// Layers that could not be taken away, for another script had wrapped them. They pass everything through, and are used
// again instead of a second layer.
/** @type {Layer[]} */
const idle = [];

const idleAt = (/** @type {any} */ owner, /** @type {string} */ name) =>
  idle.find((layer) => layer._owner === owner && layer._name === name);

// The object itself or the one up its prototypes that has the property: classes of others extend the native ones.
function ownerOf(object, name) {
  while (object && !getOwnPropertyDescriptor(object, name)) object = getPrototypeOf(object);
  return object;
}

// A class's getter, which what the page does to an object cannot change; none where the class is a script's own.
export function getterOf(type, name) {
  const owner = ownerOf(Object(type).prototype, name);
  return owner && getOwnPropertyDescriptor(owner, name).get;
}

// What a class's getter says of an object. One that only stands in for the browser's, as vConsole's Proxy of a Response
// does, is asked itself.
export function valueOf(getter, object, name) {
  try {
    return apply(getter, object, []);
  } catch (_) {
    try {
      return object[name];
    } catch (_) {
      // It does not say.
    }
  }
}

// How many sends of the agent's own are being called.
let quiet = 0;

// Calls the fetch that sends for the agent. One that is made of XMLHttpRequest opens it within the call: its hook asks
// whether that is a request of the page's.
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
export function nativeOf(owner, name) {
  const layer = idleAt(owner, name);
  return owner['__zone_symbol__' + name] || (layer ? layer._own.value : owner[name]);
}

// `around(native, self, args)` answers a call. Returns a function that undoes the change; null where
// the property is locked (then nothing was changed), and nothing where there is no such function.
//
// The wrapper is a Proxy: it has the native function's name, length and flags such as fetch.polyfill,
// no `prototype`, its source reads as native code, and without a trap it is the native function.
export function hook(owner, name, around) {
  // In a worker, fetch is its prototype's.
  owner = ownerOf(owner, name);
  if (!owner) return;
  const own = getOwnPropertyDescriptor(owner, name);
  let layer = idleAt(owner, name);
  if (layer) {
    idle.splice(idle.indexOf(layer), 1);
  } else {
    const native = own.value;
    if (typeof native !== 'function' || !(own.configurable || own.writable)) return null;
    const handler = create(null);
    layer = { _owner: owner, _name: name, _handler: handler, _wrapper: new Proxy(native, handler) };
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
