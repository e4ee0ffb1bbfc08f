// XMLHttpRequest with the agent and without it (pitfalls X1 to X18 and H7 to H10): the cases are in cases/xhr.js.

import { check, differ } from './lib/differ.mjs';
import { inEach } from './lib/browsers.mjs';

await inEach(async (name, visit) => check(name, await differ(['xhr.js'], visit)));
await inEach(async (name, visit) =>
  check(
    `${name}, tracing off`,
    (await differ(['xhr.js'], visit, { tracing: false })).map((one) => ({
      ...one,
      traced: one.traced === 'own' ? 'own' : 0,
      events: undefined,
    }))
  )
);
