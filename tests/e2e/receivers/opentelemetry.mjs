// A server in which OpenTelemetry's own HTTP instrumentation continues traces: W3C and baggage, b3, jaeger.
// argv: the propagator. It answers every request with the active span and its baggage.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { propagation, trace, context, isSpanContextValid } = require('@opentelemetry/api');
const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = require('@opentelemetry/core');
const { B3InjectEncoding, B3Propagator } = require('@opentelemetry/propagator-b3');
const { JaegerPropagator } = require('@opentelemetry/propagator-jaeger');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');

const propagators = {
  tracecontext: () => new W3CTraceContextPropagator(),
  b3: () => new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER }),
  b3multi: () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  jaeger: () => new JaegerPropagator(),
};
const propagator = new CompositePropagator({ propagators: [propagators[process.argv[2]](), new W3CBaggagePropagator()] });
new NodeTracerProvider().register({ propagator });
const instrumentation = new HttpInstrumentation();
instrumentation.enable();

// Must be loaded after the instrumentation, which changes the module while it is loaded.
const http = require('node:http');
const { serve } = require('./serve.cjs');

serve(http, (request) => {
  const span = trace.getActiveSpan();
  const baggage = propagation.getActiveBaggage();
  const remote = trace.getSpanContext(propagation.extract(context.active(), request.headers));
  return {
    trace: span.spanContext().traceId,
    parent: (span.parentSpanContext ?? {}).spanId ?? span.parentSpanId ?? (isSpanContextValid(remote) ? remote.spanId : ''),
    sampled: (span.spanContext().traceFlags & 1) === 1,
    state: remote.traceState ? remote.traceState.get('rum') : undefined,
    baggage: baggage ? Object.fromEntries(baggage.getAllEntries().map(([key, entry]) => [key, entry.value])) : {},
  };
});
