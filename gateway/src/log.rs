//! Where the log goes.

use tracing_subscriber::filter::LevelFilter;

use crate::configuration::LogFormat;

/// Writes the log to standard error from now on.
pub fn start(format: LogFormat) {
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::INFO)
        .with_target(false)
        .with_ansi(false);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).init(),
        LogFormat::Off => {}
    }
}
