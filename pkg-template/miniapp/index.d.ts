// Types of the package for mini-programs. Every option: docs/options.md; what differs here: docs/miniprogram.md.

import { Configuration as Shared } from './configuration';

declare namespace tracebeam {
  type HostName = 'wechat' | 'alipay' | 'dingtalk' | 'douyin' | 'baidu' | 'qq' | 'kuaishou' | 'wx' | 'my' | 'dd' | 'tt' | 'swan' | 'ks';

  interface Configuration extends Shared {
    /** The host, by its name, its global's name, or its object. Found by itself where it is left out. */
    host?: HostName | object;
    /** `tracebeam/miniapp/wasm` only: where `core.wasm` or `core.wasm.br` lies in the mini-program, from its root. */
    wasmPath?: string;
  }

  /** Which function is wrapped: it says what the event calls it. */
  type RequestKind = 'request' | 'httpRequest' | 'uploadFile' | 'downloadFile';

  interface Tracebeam {
    /** The package's version. */
    readonly version: string;
    /** Starts the agent. Nothing happens while one runs. */
    init(configuration: Configuration): Tracebeam;
    /** Sends what waits. */
    flush(): void;
    /** Takes the wrappers away. What waits stays in storage for the next launch. */
    stop(): void;
    /**
     * The traced form of a request function of the host, for devices on which it cannot be replaced, and for libraries
     * that take a function.
     */
    wrapRequest<T extends (...options: any[]) => any>(native: T, kind?: RequestKind): T;
  }
}

declare const tracebeam: tracebeam.Tracebeam;
export = tracebeam;
