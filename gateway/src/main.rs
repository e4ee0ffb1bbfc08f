//! The `tracebeam-gateway` program: reads its flags, then serves until it is told to stop.

use std::process::ExitCode;

use clap::Parser as _;
use tracebeam_gateway::{cli::Args, server};

#[tokio::main]
async fn main() -> ExitCode {
    match server::run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("tracebeam-gateway: {problem}");
            ExitCode::FAILURE
        }
    }
}
