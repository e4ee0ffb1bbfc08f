// A server in which Zipkin's own middleware continues traces: b3multi.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const http = require('node:http');
const { ExplicitContext, Tracer, sampler } = require('zipkin');
const { expressMiddleware } = require('zipkin-instrumentation-express');
const { serve } = require('./serve.cjs');

const tracer = new Tracer({
  ctxImpl: new ExplicitContext(),
  recorder: { record() {} },
  localServiceName: 'receiver',
  supportsJoin: true,
  traceId128Bit: true,
  sampler: new sampler.Sampler(sampler.alwaysSample),
});
const middleware = expressMiddleware({ tracer });

const judge = (request) => {
  const id = request._trace_id;
  return { trace: id.traceId, parent: id.spanId, sampled: id.sampled.getOrElse(false) };
};

// The middleware expects an Express request, which has `header(name)` and `originalUrl`.
serve(http, judge, (handler) => (request, response) => {
  request.header = (name) => request.headers[name.toLowerCase()];
  request.get = request.header;
  request.originalUrl = request.url;
  request.protocol = 'http';
  middleware(request, response, () => handler(request, response));
});
