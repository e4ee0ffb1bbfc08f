// What the gateway answers (gateway/src/store/read.rs, gateway/src/rum/record.rs), and what the demo's page shares with it.
// Only the members that the pages read. These names are there in all of www/js without an import.

interface TraceSummary {
  trace_id: string;
  /** Name of the first span. */
  root_name: string;
  /** In the order in which they began. */
  services: string[];
  /** Nanoseconds since the epoch: more digits than a JavaScript number holds. */
  start_unix_nano: string;
  duration_ms: number;
  span_count: number;
  error_count: number;
}

interface Trace extends TraceSummary {
  spans: Span[];
}

interface Span {
  span_id: string;
  /** `null` for the first span of a trace. */
  parent_span_id: string | null;
  service: string;
  name: string;
  kind: string;
  start_unix_nano: string;
  /** From the start of the trace. */
  offset_ms: number;
  duration_ms: number;
  status: { code: 'unset' | 'ok' | 'error'; message: string };
  /** W3C tracestate. */
  trace_state: string;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
}

/** A span's place in the tree that a trace is. */
interface Place {
  span: Span;
  depth: number;
  parent: Span | null;
}

/** In percent of a whole. */
interface Bar {
  left: number;
  width: number;
}

type Phase = 'redirect_ms' | 'dns_ms' | 'connect_ms' | 'ssl_ms' | 'first_byte_ms' | 'download_ms';

/** A RUM event, as the gateway stored it. Facts that are not known are `null`. */
interface RumEvent {
  event_id: string | null;
  session_id: string | null;
  view: { name: string | null };
  type: string | null;
  name: string | null;
  url: string | null;
  method: string | null;
  timestamp_ms: number;
  duration_ms: number;
  status_code: number | null;
  success: 1 | 0 | -1 | null;
  outcome: string | null;
  phases: Record<Phase, number | null>;
  protocol: string | null;
  delivery_type: string | null;
  trace_id: string | null;
  has_span: boolean;
  traceparent: string | null;
  tracestate: string | null;
  trace_context_hint: string | null;
}

interface Window {
  /** Set by /config.js and by before-agent.js, which run before the page's module. */
  __demo?: {
    gateway?: string;
    crossOrigin?: string;
    /** The browser's own, from before the agent was there. */
    fetch?: typeof fetch;
  };
}
