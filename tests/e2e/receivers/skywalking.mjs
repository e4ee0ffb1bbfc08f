// A server in which SkyWalking's own agent continues traces: sw8, by its http plugin.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
process.env.SW_AGENT_LOGGING_LEVEL = 'error';
const { default: agent, ContextManager } = require('skywalking-backend-js');
agent.start({ serviceName: 'receiver', serviceInstance: 'one', collectorAddress: '127.0.0.1:1' });

const http = require('node:http');
const { serve } = require('./serve.cjs');

serve(http, () => {
  const span = ContextManager.currentSpan;
  const [reference] = span.refs;
  const text = (value) => (value && value.toString ? value.toString() : value);
  return {
    trace: text(reference && reference.traceId),
    segmentTrace: span.context.segment.relatedTraces.map(text)[0],
    parent: text(reference && reference.segmentId),
    span: reference && reference.spanId,
    service: reference && reference.service,
    instance: reference && reference.serviceInstance,
    endpoint: reference && reference.endpoint,
    address: reference && reference.clientAddress,
    sampled: span.constructor.name !== 'DummySpan',
  };
});
