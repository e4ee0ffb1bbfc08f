// Puts a wrapper in a native function's place, and takes it away again where it still stands there.

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;

// Wrappers that somebody else's wrapper stood upon when they should have gone: they pass everything
// through, and are armed again instead of a second layer being laid.
const left = [];

const leftAt = (owner, name) => left.find((layer) => layer._owner === owner && layer._name === name);

// The function below our own layer, where one was left there.
export function nativeOf(owner, name) {
  const layer = leftAt(owner, name);
  return layer ? layer._own.value : owner[name];
}

// `around(native, self, args)` answers a call. Returns a function that undoes the change; null where
// the property is locked (then nothing was changed), and nothing where there is no such function.
//
// The wrapper is a Proxy: it has the native function's name, length and flags such as fetch.polyfill,
// no `prototype`, its source reads as native code, and without a trap it is the native function.
export function hook(owner, name, around) {
  // In a worker, fetch is its prototype's.
  let own;
  while (owner && !(own = getOwnPropertyDescriptor(owner, name))) owner = getPrototypeOf(owner);
  if (!owner) return;
  let layer = leftAt(owner, name);
  if (layer) {
    left.splice(left.indexOf(layer), 1);
  } else {
    const native = own.value;
    if (typeof native !== 'function' || !(own.configurable || own.writable)) return null;
    const handler = Object.create(null);
    layer = { _owner: owner, _name: name, _handler: handler, _wrapper: new Proxy(native, handler) };
    defineProperty(owner, name, Object.assign({}, own, { value: layer._wrapper }));
    layer._own = own;
  }
  layer._handler.apply = around;
  return () => {
    delete layer._handler.apply;
    const now = getOwnPropertyDescriptor(owner, name);
    if (now && now.value === layer._wrapper) defineProperty(owner, name, layer._own);
    else left.push(layer);
  };
}
