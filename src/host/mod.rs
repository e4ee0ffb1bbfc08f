//! The door between JavaScript and the engine (wasm only). Thin: it translates and executes, and
//! decides nothing. Numbers and text in linear memory are all that crosses, so the module imports
//! nothing and runs wherever WebAssembly, or JavaScript made from it, does.

mod driver;
pub mod exports;
mod target;
mod trap;
