//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;

/// Receives RUM bundles and OTLP traces, keeps the last ones, and shows them in a browser.
#[derive(Debug, Clone, Parser)]
#[command(name = "tracebeam-gateway", version, after_help = ENDPOINTS)]
pub struct Args {
    /// Address to listen on; port 0 takes any free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4318")]
    pub listen: SocketAddr,

    /// SQLite file that keeps the last traces, or :memory: to keep them until the program ends
    #[arg(long, value_name = "PATH", default_value = ":memory:")]
    pub store: PathBuf,

    /// Serve the trace view from this directory, read anew at each request, instead of the built-in copy
    #[arg(long, value_name = "DIR")]
    pub www: Option<PathBuf>,

    /// Answer agents with remoteConfig from the files PID.json of this directory
    #[arg(long, value_name = "DIR")]
    pub config: Option<PathBuf>,
}

const ENDPOINTS: &str = "\
Endpoints:
  POST /rum                     a RUM bundle (text/plain or application/json, gzip accepted)
  POST /v1/traces               OTLP/HTTP traces (protobuf or JSON, gzip accepted)
  GET  /api/traces              the last traces; ?limit=
  GET  /api/traces/{trace_id}   the spans of one trace
  GET  /api/events              the last RUM events; ?session= &trace_id= &limit=
  GET  /config/{pid}            what agents with remoteConfig are told; see --config
  GET  /healthz                 state and counters
  GET  /                        the trace view";
