//! The `tracebeam-demo` program: one of the two services, by its first argument.

use std::{error::Error, process::ExitCode};

use clap::Parser as _;
use tracebeam_demo::{
    cli::{Args, Role},
    inventory,
    serve::{self, Listener},
    shop,
    telemetry::Telemetry,
};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("tracebeam-demo: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let stop = serve::stop_signal()?;
    match args.role {
        Role::Shop(args) => {
            let telemetry = Telemetry::start("shop", &args.gateway)?;
            let page = Listener::bind(args.listen).await?;
            let other_origin = Listener::bind(args.cross_origin_listen).await?;
            let services = shop::services(&args, &telemetry, page.origin(), other_origin.origin());
            serve::serve(vec![(page, services.page), (other_origin, services.other_origin)], stop).await?;
            telemetry.stop().await;
        }
        Role::Inventory(args) => {
            let telemetry = Telemetry::start("inventory", &args.gateway)?;
            let listener = Listener::bind(args.listen).await?;
            serve::serve(vec![(listener, inventory::service(&telemetry))], stop).await?;
            telemetry.stop().await;
        }
    }
    Ok(())
}
