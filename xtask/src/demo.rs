//! `cargo xtask demo`: the gateway, the two backend services and the page, all on this machine, until Ctrl-C.

mod ports;
mod service;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use signal_hook::consts::TERM_SIGNALS;

use crate::build;
use crate::paths::Paths;
use ports::Ports;
use service::Service;

/// A service that has not reported its address by then has failed.
const START_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);

#[derive(Debug, PartialEq, Eq)]
struct Options {
    ports: Ports,
    build: bool,
}

impl Options {
    fn parse(mut args: Parser) -> Result<Self> {
        let mut options = Self { ports: Ports::default(), build: true };
        while let Some(arg) = args.next()? {
            match arg {
                Arg::Long("no-build") => options.build = false,
                Arg::Long("port-base") => {
                    options.ports = Ports::from_base(args.value()?.parse()?)
                        .context("--port-base takes a number from 1 to 65532")?;
                }
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

pub fn main(paths: &Paths, args: Parser) -> Result<ExitCode> {
    let options = Options::parse(args)?;
    // Before the build: whoever has to choose other ports should not wait for it.
    options.ports.check()?;
    if options.build {
        build::run(paths, &build::Options::default())?;
    }

    let stop = Arc::new(AtomicBool::new(false));
    for signal in TERM_SIGNALS {
        signal_hook::flag::register(*signal, Arc::clone(&stop)).context("signals cannot be watched")?;
    }
    let mut services = Vec::new();
    let result = run(paths, &options.ports, &mut services, &stop);
    println!("Stopping");
    for service in &mut services {
        service.stop();
    }
    result.map(|()| ExitCode::SUCCESS)
}

fn run(paths: &Paths, ports: &Ports, services: &mut Vec<Service>, stop: &AtomicBool) -> Result<()> {
    let (sender, listening) = mpsc::channel();
    for plan in service::plans(paths, ports) {
        services.push(Service::start(plan, sender.clone())?);
    }
    let wanted: usize = services.iter().map(|service| service.listeners).sum();
    let started = Instant::now();
    let mut ready = 0;
    while ready < wanted {
        match listening.recv_timeout(POLL) {
            Ok(()) => ready += 1,
            Err(_) if started.elapsed() > START_LIMIT => {
                bail!("{ready} of {wanted} addresses are served after {} s", START_LIMIT.as_secs())
            }
            Err(_) => {}
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        ended(services)?;
    }
    welcome(ports);
    while !stop.load(Ordering::Relaxed) {
        ended(services)?;
        thread::sleep(POLL);
    }
    Ok(())
}

fn ended(services: &mut [Service]) -> Result<()> {
    for service in services {
        if let Some(status) = service.ended()? {
            bail!("the {} ended by itself: {status}", service.name);
        }
    }
    Ok(())
}

fn welcome(ports: &Ports) {
    let lines = [
        "The demo runs. Open in a browser:".to_owned(),
        String::new(),
        format!("    page     http://127.0.0.1:{}/", ports.shop),
        format!("    traces   http://127.0.0.1:{}/", ports.gateway),
        String::new(),
        "Ctrl-C ends it.".to_owned(),
    ];
    let width = lines.iter().map(String::len).max().unwrap_or_default();
    println!("\n┌{}┐", "─".repeat(width + 4));
    for line in lines {
        println!("│  {line:<width$}  │");
    }
    println!("└{}┘\n", "─".repeat(width + 4));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        let parse = |args: &[&str]| Options::parse(Parser::from_args(args));
        assert_eq!(parse(&[]).unwrap(), Options { ports: Ports::default(), build: true });
        let moved = parse(&["--no-build", "--port-base", "9000"]).unwrap();
        assert_eq!((moved.ports.gateway, moved.ports.inventory, moved.build), (9000, 9003, false));
        for wrong in [&["--port-base"][..], &["--port-base", "0"], &["--port-base", "65533"], &["--port"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
