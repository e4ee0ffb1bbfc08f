//! Starts other programs, and prints a line now and then while they work. Everything that xtask waits for runs here.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// After this long without a line, a line says that the program still works: a silent terminal looks like a hang.
const TICK: Duration = Duration::from_secs(15);
/// A program that hangs must not hang the caller's build machine for hours.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// How long the pipes may stay open after the program ended. A child that it left behind holds them.
const LINGER: Duration = Duration::from_secs(3);

/// How a program ended and what it said on both streams.
#[derive(Debug)]
pub struct Ended {
    pub success: bool,
    /// Both streams, in the order in which the lines arrived.
    pub text: String,
    pub status: String,
}

/// Runs a program whose output is worth reading while it works.
pub fn stream(label: &str, command: &mut Command) -> Result<Ended> {
    run(label, command, true)
}

/// Like [`stream`], but a failure is an error.
pub fn stream_ok(label: &str, command: &mut Command) -> Result<()> {
    let ended = stream(label, command)?;
    if !ended.success {
        bail!("{label}: {} ({})", ended.status, in_words(command));
    }
    Ok(())
}

/// Runs a program whose output the caller reads, whether it fails or not.
pub fn finish(label: &str, command: &mut Command) -> Result<Ended> {
    run(label, command, false)
}

/// Runs a program whose output matters only when it fails; the error then carries all of it.
pub fn quiet(label: &str, command: &mut Command) -> Result<String> {
    let ended = finish(label, command)?;
    if !ended.success {
        bail!("{label}: {} ({})\n{}", ended.status, in_words(command), ended.text.trim_end());
    }
    Ok(ended.text)
}

/// Standard output of a short command, if the program exists and succeeds.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as a person would type it, for error messages.
pub fn in_words(command: &Command) -> String {
    let mut words = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        words.push(' ');
        words.push_str(&arg.to_string_lossy());
    }
    words
}

fn run(label: &str, command: &mut Command, show: bool) -> Result<Ended> {
    let (reader, writer) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let child = command.spawn().with_context(|| format!("{label}: cannot start {}", in_words(command)));
    // The command still holds its ends of the pipe, which must close when the program ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = child?;
    let (sender, lines) = mpsc::channel();
    forward(reader, sender);

    let started = Instant::now();
    let mut last_line = started;
    let mut ended_at = None;
    let mut text = String::new();
    loop {
        match lines.recv_timeout(Duration::from_millis(500)) {
            Ok(line) => {
                text.push_str(&line);
                if show {
                    print_line(&line);
                    last_line = Instant::now();
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if ended_at.is_none() && child.try_wait()?.is_some() {
            ended_at = Some(Instant::now());
        }
        if ended_at.is_some_and(|at| at.elapsed() > LINGER) {
            break;
        }
        if last_line.elapsed() > TICK {
            last_line = Instant::now();
            println!("    … {label}: still working, {} s", started.elapsed().as_secs());
        }
        if started.elapsed() > LIMIT {
            child.kill()?;
            bail!("{label}: stopped after {} minutes\n{}", LIMIT.as_secs() / 60, text.trim_end());
        }
    }
    let status = child.wait().context("waiting for a program failed")?;
    Ok(Ended { success: status.success(), text, status: status.to_string() })
}

/// Reads a stream line by line. Bytes that are not UTF-8 are replaced.
fn forward(stream: impl Read + Send + 'static, sender: Sender<String>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
}

/// Prints without the panic that `print!` has when the reader of our output went away.
fn print_line(line: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(line.as_bytes());
    let _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn quiet_returns_both_streams() {
        let text = quiet("two streams", &mut sh("echo out; echo err >&2")).unwrap();
        assert!(text.contains("out") && text.contains("err"), "{text}");
    }

    #[test]
    fn a_failure_carries_the_output_and_the_command() {
        let error = quiet("failing", &mut sh("echo reason; exit 3")).unwrap_err().to_string();
        assert!(error.contains("reason") && error.contains("exit 3") && error.contains("status: 3"), "{error}");
    }

    #[test]
    fn a_missing_program_is_an_error_with_its_name() {
        let error = quiet("missing", &mut Command::new("no-such-program")).unwrap_err();
        assert!(format!("{error:#}").contains("no-such-program"));
    }

    #[test]
    fn a_child_left_behind_does_not_hold_the_caller() {
        let started = Instant::now();
        quiet("leaves a child", &mut sh("sleep 60 & echo done")).unwrap();
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn ask_answers_none_for_a_failure() {
        assert_eq!(ask(&mut sh("echo yes")), Some("yes".to_owned()));
        assert_eq!(ask(&mut sh("exit 1")), None);
    }
}
