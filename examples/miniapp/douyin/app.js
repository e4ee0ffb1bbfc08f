// First of all: what runs before it is not seen.
const tracebeam = require('tracebeam/miniapp');

tracebeam.init({
  pid: 'example-douyin',
  // Its host stands on the mini-program's domain list, beside your own API's.
  endpoint: 'https://rum.example.com/rum',
  version: '1.0.0',
  tracing: {
    // Only these requests carry trace headers: nothing is of the same origin as a mini-program.
    allowedUrls: [{ match: 'https://api.example.com', propagatorTypes: ['tracecontext', 'b3'] }],
  },
});

App({});
