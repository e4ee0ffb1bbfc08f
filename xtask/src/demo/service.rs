//! A program of the demo: how it starts, its log with its name before each line, and how it ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::ports::Ports;
use crate::paths::Paths;
use crate::run;

/// How long a program may take to send what it still holds after it was asked to end.
const STOP_LIMIT: Duration = Duration::from_secs(5);

pub struct Plan {
    name: &'static str,
    command: Command,
    listeners: usize,
}

pub struct Service {
    /// Stands before its log lines.
    pub name: &'static str,
    /// The number of addresses that it listens on.
    pub listeners: usize,
    child: Child,
}

/// The three programs. Each stands behind those that it calls.
pub fn plans(paths: &Paths, ports: &Ports) -> [Plan; 3] {
    let program = |name: &str| {
        let mut command = Command::new(paths.target().join("release").join(name));
        command.current_dir(&paths.root);
        command
    };
    let listen = |port: u16| format!("127.0.0.1:{port}");
    let url = |port: u16| format!("http://127.0.0.1:{port}");

    let mut gateway = program("tracebeam-gateway");
    gateway.args(["--store", ":memory:", "--listen", &listen(ports.gateway)]);
    let mut inventory = program("tracebeam-demo");
    inventory.args(["inventory", "--listen", &listen(ports.inventory), "--gateway", &url(ports.gateway)]);
    let mut shop = program("tracebeam-demo");
    shop.args(["shop", "--listen", &listen(ports.shop), "--cross-origin-listen", &listen(ports.cross_origin)]);
    shop.args(["--inventory", &url(ports.inventory), "--gateway", &url(ports.gateway)]);
    shop.arg("--www").arg(paths.at("www")).arg("--dist").arg(paths.at("dist"));
    [
        Plan { name: "gateway", command: gateway, listeners: 1 },
        Plan { name: "inventory", command: inventory, listeners: 1 },
        Plan { name: "shop", command: shop, listeners: 2 },
    ]
}

impl Service {
    /// Starts a program. `listening` gets a message for each address that it reports.
    pub fn start(mut plan: Plan, listening: Sender<()>) -> Result<Self> {
        let command = plan.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| {
            format!("cannot start {} (without --no-build it is built first)", run::in_words(&plan.command))
        })?;
        if let Some(stdout) = child.stdout.take() {
            follow(plan.name, stdout, Some(listening));
        }
        if let Some(stderr) = child.stderr.take() {
            follow(plan.name, stderr, None);
        }
        Ok(Self { name: plan.name, listeners: plan.listeners, child })
    }

    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().with_context(|| format!("the {} cannot be watched", self.name))
    }

    /// Asks the program to end, and ends it if it does not.
    pub fn stop(&mut self) {
        // The standard library can only kill. On a terminal, Ctrl-C has sent the signal already; a second one does no harm.
        let pid = self.child.id().to_string();
        run::ask(Command::new("kill").args(["-TERM", &pid]));
        let asked = Instant::now();
        while asked.elapsed() < STOP_LIMIT {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        println!("the {} does not end by itself: killed", self.name);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn follow(name: &'static str, stream: impl Read + Send + 'static, listening: Option<Sender<()>>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            println!("{name:>9} │ {line}");
            if let Some(listening) = &listening
                && line.contains("listening on ")
            {
                // Once the demo runs, nobody receives these messages.
                let _ = listening.send(());
            }
        }
    });
}
