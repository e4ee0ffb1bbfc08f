// What the build adds to the bundles (xtask/src/build).

/** The version of the workspace. */
declare const __VERSION__: string;

/** True in bundles for pages. False in a mini-program's bundle, which leaves out what only a page needs. */
declare const __PAGES__: boolean;

/** Whether the bundle is the one that the crate tracebeam-web brings along (core/listener.js). */
declare const __RUST__: boolean;

/** The module's bytes as text, for load/decode.js. */
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

/** The JavaScript core. */
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

/** What a CommonJS entry exports. */
declare const module: { exports: any };
