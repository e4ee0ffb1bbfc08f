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

/** A page of a list; `next` is the cursor of the page behind it. */
interface TracePage {
  traces: TraceSummary[];
  next: string | null;
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
  events: { time_unix_nano: string; name: string; attributes: Record<string, unknown> }[];
  links: { trace_id: string; span_id: string; attributes: Record<string, unknown> }[];
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

/** What has a duration, and the parts of it that are known. */
interface Timed {
  duration_ms: number;
  phases?: Partial<Record<Phase, number | null>>;
}

/** A RUM event, as the gateway stored it. Facts that are not known are `null`. */
interface RumEvent {
  event_id: string | null;
  app: { id: string };
  user_id: string | null;
  session_id: string | null;
  view: { id: string | null; name: string | null };
  type: string | null;
  name: string | null;
  url: string | null;
  method: string | null;
  timestamp_ms: number;
  duration_ms: number;
  status_code: number | null;
  success: 1 | 0 | -1 | null;
  outcome: string | null;
  message: string | null;
  phases: Record<Phase, number | null>;
  protocol: string | null;
  delivery_type: string | null;
  trace_id: string | null;
  has_span: boolean;
  traceparent: string | null;
  tracestate: string | null;
  trace_context_hint: string | null;
}

interface RumRequest {
  id: string;
  failed: boolean;
  event: RumEvent;
}

interface RequestPage {
  requests: RumRequest[];
  next: string | null;
}

interface SessionSummary {
  session_id: string;
  app_id: string;
  user_id: string | null;
  start_ms: number;
  end_ms: number;
  request_count: number;
  error_count: number;
  traced_count: number;
  view_count: number;
}

interface Session extends SessionSummary {
  views: { id: string | null; name: string | null; start_ms: number; end_ms: number; request_count: number; error_count: number }[];
  requests: RumRequest[];
  next: string | null;
}

interface Calls {
  calls: number;
  errors: number;
  per_minute: number;
  p50_ms: number;
  p95_ms: number;
}

interface ServiceNode extends Calls {
  id: string;
  kind: 'application' | 'service';
  name: string;
  untraced: number;
}

interface ServiceEdge extends Calls {
  from: string;
  to: string;
}

interface Topology {
  from_ms: number;
  to_ms: number;
  nodes: ServiceNode[];
  edges: ServiceEdge[];
  left_out: number;
}

/** The values that a filter can take. */
type Facets = Record<'app' | 'service' | 'user' | 'view' | 'type' | 'outcome', { value: string; count: number }[]>;

/** Which page of the view is open, as its address says: `#/page/id?filter=value`. */
interface Route {
  page: string;
  id: string;
  filters: URLSearchParams;
}

/** A page of the view that is open. */
interface OpenPage {
  /** Reads again, and changes what has changed. */
  refresh(): Promise<void>;
}

/** A page of the view. */
interface ViewPage {
  /** The first part of its address. */
  name: string;
  /** What the navigation calls it; pages without are reached by links. */
  title?: string;
  /** The list to which it belongs. */
  under?: string;
  /** Draws into `main`. `reload` refreshes the page, one at a time, and says so if the gateway refuses. */
  open(route: Route, main: HTMLElement, reload: () => void): OpenPage;
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
