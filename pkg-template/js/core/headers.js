// The trace headers that an application sets itself: the engine hears of them, and of nothing else.

const OWN = Object.create(null);
for (const name of 'traceparent tracestate baggage b3 x-b3-traceid x-b3-spanid x-b3-parentspanid x-b3-sampled x-b3-flags uber-trace-id sw8 sw8-correlation'.split(
  ' '
)) {
  OWN[name] = true;
}

// The name in lower case where it is a trace header's; otherwise nothing.
export function traceHeader(name) {
  const lower = typeof name === 'string' && name.length < 18 && name.toLowerCase();
  return OWN[lower] && lower;
}

// Takes down one header as it will be on the wire: repeated ones are joined, whitespace around the value is not sent.
export function note(own, name, value) {
  value = `${value}`.trim();
  own[name] = name in own ? own[name] + ', ' + value : value;
}

// `name NUL value` pairs for the engine. A NUL in a value is an error that the native function reports.
export function pairsOf(own) {
  let text = '';
  for (const name in own) text += (text && '\0') + name + '\0' + own[name].replace(/\0/g, '');
  return text;
}
