// Types of the configuration. Every option: docs/options.md.

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
  remoteConfig?: boolean;
  exporter?: 'rum' | 'otlp';
}
