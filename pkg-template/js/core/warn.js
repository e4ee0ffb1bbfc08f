// The console's lines: each mistake is named once, however often it is made.

export function warnerOf(console) {
  const said = {};
  return (text) => {
    if (!said[text]) console.warn('[tracebeam] ' + text);
    said[text] = 1;
  };
}
