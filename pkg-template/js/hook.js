// Puts a wrapper in a native function's place, and takes it away again where it still stands there.

// `make(native)` returns the wrapper. Returns a function that undoes the change, or null where the
// property is locked: then nothing was changed.
export function hook(owner, name, make) {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const native = own && own.value;
  if (typeof native !== 'function' || !(own.configurable || own.writable)) return null;
  const wrapper = make(native);
  // Flags such as fetch.polyfill are looked at; `length` and `name` are the wrapper's own.
  for (const key of Reflect.ownKeys(native)) {
    if (!Object.prototype.hasOwnProperty.call(wrapper, key) && key !== 'prototype') {
      Object.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(native, key));
    }
  }
  Object.defineProperty(owner, name, Object.assign({}, own, { value: wrapper }));
  return () => {
    // Somebody else's wrapper may stand on ours by now: it stays, and ours passes everything through.
    if (owner[name] === wrapper) Object.defineProperty(owner, name, own);
  };
}
