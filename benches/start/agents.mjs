// The agents that are compared, each as a script for one tag: ours as it is built, real packages bundled by esbuild, and no agent.

import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('../..', import.meta.url).pathname;

// How an application starts each package. `sent`: the header that its requests must carry.
const PEERS = {
  skywalking: {
    sent: 'sw8',
    contents: `import ClientMonitor from 'skywalking-client-js';
      ClientMonitor.register({ collector: location.origin + '/sink', service: 'bench', pagePath: '/bench', serviceVersion: 'v1', traceTimeInterval: 2000 });`,
  },
  vendor: {
    sent: 'traceparent',
    contents: `import rum from '@arms/rum-browser';
      rum.init({ pid: 'bench', endpoint: location.origin + '/sink/rum', tracing: { enable: true, sample: 100, tracestate: true, baggage: false, allowedUrls: [{ match: location.origin, propagatorTypes: ['tracecontext'] }] } });`,
  },
  opentelemetry: {
    sent: 'traceparent',
    contents: `import { WebTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-web';
      import { registerInstrumentations } from '@opentelemetry/instrumentation';
      import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
      import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
      const exporter = {
        export(spans, done) {
          const texts = spans.map((span) => ({ ...span.spanContext(), name: span.name, start: span.startTime, end: span.endTime, attributes: span.attributes, events: span.events }));
          navigator.sendBeacon('/sink/otlp', JSON.stringify(texts));
          done({ code: 0 });
        },
        shutdown: async () => {},
      };
      const provider = new WebTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 2000 })] });
      provider.register();
      registerInstrumentations({ instrumentations: [new FetchInstrumentation(), new XMLHttpRequestInstrumentation()] });`,
  },
};

const bundled = async (contents) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root + 'benches/peers' },
    nodePaths: [root + 'node_modules'],
    bundle: true,
    minify: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
    target: 'es2020',
    conditions: ['browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0].text;
};

/**
 * Returns { name: { script, head, sent } }. `head` comes before the tag. Files named on the command line as NAME=PATH are further
 * builds of ours.
 */
export async function agents(more) {
  const head = `<script>window.__rum = { pid: 'bench', endpoint: '/sink/rum', tracing: true };</script>`;
  const found = { none: { script: '', head: '', sent: '' } };
  for (const [name, path] of [['tracebeam', root + 'dist/tracebeam.js'], ...more.map((one) => one.split('='))]) {
    found[name] = { script: await readFile(path, 'utf8'), head, sent: 'traceparent' };
  }
  for (const [name, { contents, sent }] of Object.entries(PEERS)) found[name] = { script: await bundled(contents), head: '', sent };
  return found;
}
