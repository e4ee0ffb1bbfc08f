//! The flags, with their help. Each is also an environment variable and a key of the settings file; `configuration`
//! joins the three and reads their values.

use clap::{Parser, ValueEnum};

use crate::limits::{APP_RATE, CLIENT_RATE, CONNECTIONS, SPOOL_BYTES};

/// Receives RUM bundles and OTLP traces, keeps the last ones and shows them, or forwards them to a Collector.
///
/// Without flags it serves one person on one machine. docs/gateway.md says what a public address needs, and
/// docs/scaling.md what many users need.
///
/// Each flag is also an environment variable and a key of the file that --settings names: `--keep 24h` is
/// `TRACEBEAM_KEEP=24h` and `keep = "24h"`. A flag wins over the environment, the environment over the file.
#[derive(Debug, Clone, Parser)]
#[command(name = "tracebeam-gateway", version, after_help = ENDPOINTS)]
pub struct Args {
    /// What to do; without it the gateway starts
    #[arg(value_enum)]
    pub command: Option<Verb>,

    /// TOML file with settings: its keys are the flags without dashes in front, such as listen = "0.0.0.0:4318"
    #[arg(long, env = "TRACEBEAM_SETTINGS", value_name = "PATH")]
    settings: Option<String>,

    /// Address to listen on; port 0 takes any free port
    #[arg(long, env = "TRACEBEAM_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:4318")]
    listen: Option<String>,

    /// SQLite file that keeps the last traces; :memory: keeps them until the program ends, none keeps nothing
    #[arg(long, env = "TRACEBEAM_STORE", value_name = "PATH", default_value = ":memory:", help_heading = STORE)]
    store: Option<String>,

    /// How long events and traces are kept, such as 24h or 7days; without it they are kept until there is no room
    #[arg(long, env = "TRACEBEAM_KEEP", value_name = "TIME", help_heading = STORE)]
    keep: Option<String>,

    /// Room for events and traces, such as 2GiB: a fifth for events, the rest for traces. Without it 320 MiB in a
    /// file and 48 MiB in memory
    #[arg(long, env = "TRACEBEAM_KEEP_BYTES", value_name = "SIZE", help_heading = STORE)]
    keep_bytes: Option<String>,

    /// Serve the trace view from this directory, read anew at each request, instead of the built-in copy
    #[arg(long, env = "TRACEBEAM_WWW", value_name = "DIR", help_heading = STORE)]
    www: Option<String>,

    /// Pass every span on: http:// or https:// for OTLP/HTTP, grpc:// or grpcs:// for OTLP/gRPC, zipkin+http:// or
    /// zipkin+https:// for Zipkin. Needs --spool
    #[arg(long, env = "TRACEBEAM_FORWARD", value_name = "URL", help_heading = FORWARD)]
    forward: Option<String>,

    /// Header of each forwarded request, such as "Authorization: Bearer …"; may be given again. Other users of this
    /// machine can see flags, so prefer the file or the environment, where a line break separates headers
    #[arg(long, env = "TRACEBEAM_FORWARD_HEADER", value_name = "NAME: VALUE", value_delimiter = '\n', hide_env_values = true, help_heading = FORWARD)]
    forward_header: Vec<String>,

    /// File with such headers, one a line
    #[arg(long, env = "TRACEBEAM_FORWARD_HEADERS_FILE", value_name = "PATH", help_heading = FORWARD)]
    forward_headers_file: Option<String>,

    /// Directory that holds spans until they are forwarded
    #[arg(long, env = "TRACEBEAM_SPOOL", value_name = "DIR", help_heading = FORWARD)]
    spool: Option<String>,

    /// Room for the spool; when it is full, requests are answered 503 and come again
    #[arg(long, env = "TRACEBEAM_SPOOL_BYTES", value_name = "SIZE", default_value = SPOOL_BYTES, help_heading = FORWARD)]
    spool_bytes: Option<String>,

    /// Answer agents with remoteConfig from the files PID.json of this directory
    #[arg(long, env = "TRACEBEAM_CONFIG", value_name = "DIR", help_heading = APPLICATIONS)]
    config: Option<String>,

    /// TOML file with rules: what is redacted, renamed, dropped and sampled, and what agents with remoteConfig are told;
    /// read anew on SIGHUP
    #[arg(long, env = "TRACEBEAM_RULES", value_name = "PATH", help_heading = APPLICATIONS)]
    rules: Option<String>,

    /// Pages that may report for an application, such as shop=https://shop.example,https://www.shop.example; PID may
    /// be * for all, an origin may be * for any, none for requests without one (mini-programs), or null; may be given
    /// again. Without it only pages of this machine may report
    #[arg(long, env = "TRACEBEAM_ORIGINS", value_name = "PID=ORIGIN,…", value_delimiter = ' ', help_heading = APPLICATIONS)]
    origins: Vec<String>,

    /// Events per second of one application, 0 for any number
    #[arg(long, env = "TRACEBEAM_APP_RATE", value_name = "N", default_value_t = APP_RATE.to_string(), help_heading = APPLICATIONS)]
    app_rate: String,

    /// File whose first line is the token for the view, the API, the metrics and OTLP
    #[arg(long, env = "TRACEBEAM_TOKEN_FILE", value_name = "PATH", help_heading = ACCESS)]
    token_file: Option<String>,

    /// The same token itself; other users of this machine can see flags, so prefer the file or the environment
    #[arg(long, env = "TRACEBEAM_TOKEN", value_name = "TOKEN", hide_env_values = true, help_heading = ACCESS)]
    token: Option<String>,

    /// Name by which the view and the API are reached, such as gateway.example; may be given again
    #[arg(long, env = "TRACEBEAM_HOSTS", value_name = "NAME", value_delimiter = ',', help_heading = ACCESS)]
    host: Vec<String>,

    /// Address or network of a proxy whose X-Forwarded-For is believed; may be given again
    #[arg(long, env = "TRACEBEAM_TRUSTED_PROXIES", value_name = "CIDR", value_delimiter = ',', help_heading = ACCESS)]
    trusted_proxy: Vec<String>,

    /// Requests per second of one client, 0 for any number
    #[arg(long, env = "TRACEBEAM_CLIENT_RATE", value_name = "N", default_value_t = CLIENT_RATE.to_string(), help_heading = ACCESS)]
    client_rate: String,

    /// Connections at the same time
    #[arg(long, env = "TRACEBEAM_CONNECTIONS", value_name = "N", default_value_t = CONNECTIONS.to_string(), help_heading = ACCESS)]
    connections: String,

    /// How the log is written to standard error: text, json or off
    #[arg(long, env = "TRACEBEAM_LOG", value_name = "FORMAT", default_value = "text")]
    log: Option<String>,
}

/// What the program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verb {
    /// Read the settings, say what the gateway would do, and end
    Check,
}

const STORE: &str = "What is kept and shown";
const FORWARD: &str = "Forwarding";
const APPLICATIONS: &str = "Applications";
const ACCESS: &str = "Access";

const ENDPOINTS: &str = "\
Endpoints for pages and services:
  POST /rum                     a RUM bundle (text/plain or application/json, gzip accepted)
  POST /v1/traces               OTLP/HTTP traces (protobuf or JSON, gzip accepted)
  GET  /config/{pid}            what agents with remoteConfig are told; see --rules and --config

Endpoints for operators (with the token, if there is one):
  GET  /                        the view of requests, traces, sessions and services
  GET  /api/...                 what it reads: requests, traces, sessions, topology, facets, events, live
  GET  /api/openapi.json        describes every endpoint and its parameters
  GET  /metrics                 counters in Prometheus' format
  GET  /healthz                 whether the gateway runs
  GET  /readyz                  whether it can store and forward

To start with:
  tracebeam-gateway                                    one person, one machine, in memory
  tracebeam-gateway --store traces.db --keep 7days     the same, on disk
  tracebeam-gateway --store none --spool /var/lib/tracebeam/spool --forward http://collector:4318
                                                       a front before an OpenTelemetry Collector
  tracebeam-gateway check --settings gateway.toml      what a settings file would do";
