//! The `tracebeam-gateway` program: reads its settings, then serves until it is told to stop.

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use tracebeam_gateway::{
    cli::{Args, Verb},
    configuration::{BadSetting, Layers, Plan, check},
    log, server,
};

/// What clap ends with where the command line is wrong; a wrong value in a file or a variable is the same fault.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let command = Args::command();
    let matches = command.clone().get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let plan = match read(&command, &matches) {
        Ok(plan) => plan,
        Err(problem) => {
            eprintln!("tracebeam-gateway: {problem}");
            return ExitCode::from(USAGE);
        }
    };
    if args.command == Some(Verb::Check) {
        print!("{}", check::describe(&plan));
        return ExitCode::SUCCESS;
    }
    log::start(plan.log);
    match server::run(plan).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("tracebeam-gateway: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn read(command: &clap::Command, matches: &clap::ArgMatches) -> Result<Plan, BadSetting> {
    Plan::read(&Layers::read(command, matches)?)
}
