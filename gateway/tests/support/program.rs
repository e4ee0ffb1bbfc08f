//! The program as a user starts it, on a free port.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStderr, Command, Stdio},
};

pub struct Program {
    pub child: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
}

impl Program {
    pub fn command() -> Command {
        Command::new(env!("CARGO_BIN_EXE_tracebeam-gateway"))
    }

    pub fn start(arguments: &[&str]) -> Self {
        Self::run(arguments, Stdio::null())
    }

    /// With its log to read.
    pub fn start_logged(arguments: &[&str]) -> (Self, ChildStderr) {
        let mut program = Self::run(arguments, Stdio::piped());
        let log = program.child.stderr.take().unwrap();
        (program, log)
    }

    fn run(arguments: &[&str], log: Stdio) -> Self {
        let mut command = Self::command();
        let command = command.args(["--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { child, address }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    pub fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// Stops it and gives all that it has logged.
    pub fn stop(mut self, log: Option<ChildStderr>) -> String {
        self.terminate();
        let mut text = String::new();
        if let Some(mut log) = log {
            log.read_to_string(&mut text).unwrap();
        }
        assert!(self.child.wait().unwrap().success());
        text
    }

    /// The most memory that it has held, in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A failed test leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
