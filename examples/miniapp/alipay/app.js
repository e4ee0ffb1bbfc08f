// Comes first: requests made before it are not recorded.
const tracebeam = require('tracebeam/miniapp');

tracebeam.init({
  pid: 'example-alipay',
  // Its host must be on the mini-program's domain list, as your own API's.
  endpoint: 'https://rum.example.com/rum',
  version: '1.0.0',
  tracing: {
    // Only these requests carry trace headers: a mini-program has no origin of its own.
    allowedUrls: [{ match: 'https://api.example.com', propagatorTypes: ['tracecontext', 'b3'] }],
  },
});

App({});
