import type { Configuration, Tracebeam } from './index.js';
export * from './index.js';

/** Where the module is: its address, an answer on the way, its bytes, or the module itself. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

export interface ExternalTracebeam extends Tracebeam {
  /**
   * As everywhere; requests until the module is there go out untraced and are reported with the hint `not_ready`.
   * `wasm`: where `tracebeam.wasm` is. Without it, beside this package's own file.
   */
  init(config: Configuration, options?: { wasm?: WasmSource | Promise<WasmSource> }): ExternalTracebeam;
}

declare const tracebeam: ExternalTracebeam;
export default tracebeam;
