// A server in which Jaeger's own client continues traces: uber-trace-id.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const http = require('node:http');
const { initTracer, opentracing } = require('jaeger-client');
const { serve } = require('./serve.cjs');

const config = { serviceName: 'receiver', traceId128bit: true, sampler: { type: 'const', param: 1 }, disable: false };
const tracer = initTracer(config, { reporter: { report() {}, close() {}, setProcess() {} } });

serve(http, (request) => {
  const parent = tracer.extract(opentracing.FORMAT_HTTP_HEADERS, request.headers);
  const span = tracer.startSpan('server', { childOf: parent });
  const context = span.context();
  span.finish();
  return { trace: context.traceIdStr.padStart(32, '0'), parent: context.parentIdStr.padStart(16, '0'), sampled: context.isSampled() };
});
