//! The `tracebeam-gateway` program: reads its flags, then serves until it is told to stop.

use std::process::ExitCode;

use clap::Parser as _;
use tracebeam_gateway::{cli::Args, log, server};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log::start(args.log);
    match server::run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("tracebeam-gateway: {problem}");
            ExitCode::FAILURE
        }
    }
}
