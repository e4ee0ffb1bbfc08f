// fetch with the agent and without it (pitfalls F1 to F28): the cases are in cases/fetch.js and settling.js.

import { check, differ } from './lib/differ.mjs';
import { inEach } from './lib/browsers.mjs';

await inEach(async (name, visit) => check(name, await differ(['fetch.js', 'settling.js'], visit)));
await inEach(async (name, visit) =>
  check(
    `${name}, tracing off`,
    (await differ(['fetch.js', 'settling.js'], visit, { tracing: false })).map((one) => ({
      ...one,
      traced: one.traced === 'own' ? 'own' : 0,
      events: undefined,
    }))
  )
);
