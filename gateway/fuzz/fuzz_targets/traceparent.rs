//! Fuzzes `targets::traceparent`; it must never panic.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracebeam_gateway_fuzz::targets::traceparent(bytes));
