// What the build puts into the bundles (xtask/src/build).

/** The version of the workspace. */
declare const __VERSION__: string;

/** Whether the bundle is for pages. In a mini-program's bundle it is false, and what only a page needs is left out. */
declare const __PAGES__: boolean;

/** The module's bytes as text; load/decode.js makes them. */
declare module 'tracebeam-core-bytes' {
  const text: string;
  export default text;
  /** How many bytes come before the functions. */
  export const head: number;
  /** How many bytes the module has. */
  export const size: number;
  /** Where each stream begins in the text. */
  export const starts: number[];
}

/** The core as JavaScript. */
declare module 'tracebeam-core-javascript' {
  export function core(): import('./core/door.js').Exports;
}

/** The package's file that loads the JavaScript core. */
declare module 'tracebeam-lazy' {
  export function load(): Promise<import('./core/door.js').Exports>;
}

/** The package's file that holds the JavaScript core. */
declare module 'tracebeam-javascript' {
  export function instantiate(): import('./core/door.js').Exports;
}

/** A mini-program host's own `WebAssembly`. */
interface HostWebAssembly {
  instantiate(path: string, imports: object): Promise<{ instance?: WebAssembly.Instance; exports?: WebAssembly.Exports }>;
}
declare const WXWebAssembly: HostWebAssembly | undefined;
declare const TTWebAssembly: HostWebAssembly | undefined;

/** What a CommonJS entry gives. */
declare const module: { exports: any };
