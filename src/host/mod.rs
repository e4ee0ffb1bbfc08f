//! The exports that JavaScript calls (wasm only). They translate and decide nothing. Only numbers and text in linear memory
//! cross, so the module imports nothing and runs wherever WebAssembly, or JavaScript made from it, runs.

mod driver;
pub mod exports;
mod target;
mod trap;
