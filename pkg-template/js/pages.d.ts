/** Whether this is built for pages; false in a mini-program's bundles (xtask/src/build/esbuild.rs). */
declare const __PAGES__: boolean;
