// What an application's function calls something, as text that the engine takes; empty where it does not say, or throws.

export function named(parse, value) {
  try {
    const name = parse(value);
    return typeof name === 'string' ? name.slice(0, 1000).replace(/\0/g, '') : '';
  } catch (_) {
    return '';
  }
}
