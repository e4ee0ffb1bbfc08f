// Types of the configuration (every option: docs/options.md) and of the agent (docs/api.md).

export type PropagatorType = 'tracecontext' | 'b3' | 'b3multi' | 'jaeger' | 'sw8';

/** A URL or its beginning, a RegExp on the whole URL, or a function that returns `true`. */
export type MatchOption = string | RegExp | ((url: string) => boolean);

export interface TraceOption {
  match: MatchOption;
  /** Overrides `tracing.propagatorTypes`; an empty array means that these requests are not traced. */
  propagatorTypes?: PropagatorType | PropagatorType[];
}

export interface Configuration {
  pid: string;
  endpoint: string;
  env?: string;
  version?: string;
  tracing?:
    | boolean
    | {
        enable?: boolean;
        sample?: number;
        tracestate?: boolean;
        baggage?: boolean;
        propagatorTypes?: PropagatorType | PropagatorType[];
        allowedUrls?: Array<MatchOption | TraceOption>;
        unsampled?: 'flag' | 'omit';
      };
  user?: Record<string, string | number>;
  properties?: Record<string, string | number>;
  app?: {
    name?: string;
    [key: string]: string | number | undefined;
  };
  filters?: {
    resource?: MatchOption | MatchOption[];
  };
  parseResourceName?: (url: string) => string;
  parseViewName?: (url: string) => string;
  evaluateApi?: (request: unknown, response: unknown, error?: unknown, xhr?: XMLHttpRequest) => unknown;
  beforeReport?: (bundle: Record<string, unknown>) => unknown;
  reportConfig?: {
    flushTime?: number;
    maxEventCount?: number;
    compress?: boolean;
  };
  sessionConfig?: {
    sampleRate?: number;
    maxDuration?: number;
    overtime?: number;
    storage?: 'auto' | 'cookie' | 'localStorage';
  };
  remoteConfig?:
    | boolean
    | {
        enable?: boolean;
        url?: string;
        widen?: boolean;
      };
  exporter?: 'rum' | 'otlp';
}

/** An event of the application's own making. `name` or `url` is required. */
export interface CustomEvent {
  event_type?: 'resource';
  name?: string;
  url?: string | URL;
  /** What kind of resource; `custom` where nothing is said. */
  type?: string;
  method?: string;
  status_code?: number;
  /** 1 success, 0 failure, -1 unknown. By default the status decides. */
  success?: 1 | 0 | -1;
  message?: string;
  /** Milliseconds. */
  duration?: number;
  /** Start, milliseconds since the epoch; by default `duration` ago. */
  timestamp?: number;
  /** The trace that it belongs to, as `getTraceContext` gave it in `headers.traceparent`. */
  traceparent?: string;
  properties?: Record<string, string | number>;
}

/** Why a request carries headers or not: docs/hints.md. */
export type TraceContextHint =
  | 'set'
  | 'external'
  | 'invalid'
  | 'cross_origin'
  | 'disabled'
  | 'excluded'
  | 'no_match'
  | 'not_http'
  | 'no_cors'
  | 'not_sampled'
  | 'max_length'
  | 'predicate_error'
  | 'header_conflict'
  | 'patch_failed'
  | 'not_ready';

export type TraceContext =
  | {
      hint: TraceContextHint;
      /** To be set on the request, or handed to the other side of a socket. */
      headers: Record<string, string>;
      traceId: string;
      spanId: string;
      sampled: boolean;
    }
  | { hint: TraceContextHint; headers: null };

/** The agent. Every function is safe to call anywhere: on a server, and before `init`, they do nothing. */
export interface Tracebeam {
  readonly version: string;
  /**
   * Starts the agent. Where one runs already, of this package or of a script tag, that one stays. Never throws: what is
   * wrong with the configuration is said in the console.
   */
  init(configuration: Configuration): Tracebeam;
  /**
   * Takes the agent out of the page. `init` starts it anew. With `forget`, as where a user withdraws consent, the ids of
   * session and user and all that waits to be sent are deleted.
   */
  stop(options?: { forget?: boolean }): void;
  /** Sends what waits. */
  flush(): void;
  setConfig<K extends keyof Configuration>(key: K, value: Configuration[K]): void;
  setConfig(changes: Partial<Configuration>): void;
  /** A copy of the page's configuration, without what did not fit in kind. */
  getConfig(): Partial<Configuration>;
  setUser(user: Record<string, string | number>): void;
  /** Begins a view of this name; the next change of route begins another. */
  setView(view: string | { name: string }): void;
  sendEvent(event: CustomEvent): void;
  /** The same as `sendEvent`. */
  sendResource(event: CustomEvent): void;
  /** The headers that a fetch of this URL would carry, for a request that the application makes by other means. */
  getTraceContext(url: string | URL): TraceContext;
  /** Reports nothing, and says so once. */
  sendCustom(event: unknown): void;
  /** Reports nothing, and says so once. */
  sendException(error: unknown): void;
  /** Reports nothing, and says so once. */
  sendView(view: unknown): void;
}

declare const tracebeam: Tracebeam;
export default tracebeam;

declare global {
  interface Window {
    /** The agent of a page with the script tag. */
    tracebeam?: Tracebeam;
    /** The script tag's configuration. */
    __rum?: Configuration;
    /** The asynchronous snippet's. */
    __bl?: { config?: Configuration };
  }
}
