//! The command line and the environment.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use clap::{Parser, ValueEnum};
use ipnet::IpNet;

use crate::{
    http::{Origins, Rule, Token},
    limits::{APP_RATE, CLIENT_RATE, CONNECTIONS},
    rules::{BadRules, Live},
    settings::Settings,
};

/// Receives RUM bundles and OTLP traces, keeps the last ones, and shows them in a browser.
///
/// Without flags it serves one person on one machine. docs/gateway.md says what a public address needs.
#[derive(Debug, Clone, Parser)]
#[command(name = "tracebeam-gateway", version, after_help = ENDPOINTS)]
pub struct Args {
    /// Address to listen on; port 0 takes any free port
    #[arg(long, env = "TRACEBEAM_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:4318")]
    pub listen: SocketAddr,

    /// SQLite file that keeps the last traces, or :memory: to keep them until the program ends
    #[arg(long, env = "TRACEBEAM_STORE", value_name = "PATH", default_value = ":memory:")]
    pub store: PathBuf,

    /// Serve the trace view from this directory, read anew at each request, instead of the built-in copy
    #[arg(long, env = "TRACEBEAM_WWW", value_name = "DIR")]
    pub www: Option<PathBuf>,

    /// Answer agents with remoteConfig from the files PID.json of this directory
    #[arg(long, env = "TRACEBEAM_CONFIG", value_name = "DIR")]
    pub config: Option<PathBuf>,

    /// TOML file with rules: what is redacted, renamed, dropped and sampled, and what agents with remoteConfig are told;
    /// read anew on SIGHUP
    #[arg(long, env = "TRACEBEAM_RULES", value_name = "PATH")]
    pub rules: Option<PathBuf>,

    /// File whose first line is the token for the view, the API, the metrics and OTLP
    #[arg(long, env = "TRACEBEAM_TOKEN_FILE", value_name = "PATH", conflicts_with = "token")]
    pub token_file: Option<PathBuf>,

    /// The same token itself; other users of this machine can see flags, so prefer the file or the environment
    #[arg(long, env = "TRACEBEAM_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub token: Option<String>,

    /// Name by which the view and the API are reached, such as gateway.example; may be given again
    #[arg(long = "host", env = "TRACEBEAM_HOSTS", value_name = "NAME", value_delimiter = ',')]
    pub hosts: Vec<String>,

    /// Pages that may report for an application, such as shop=https://shop.example,https://www.shop.example; PID may
    /// be * for all, an origin may be * for any, none for requests without one (mini-programs), or null; may be given
    /// again. Without it only pages of this machine may report
    #[arg(long = "origins", env = "TRACEBEAM_ORIGINS", value_name = "PID=ORIGIN,…", value_delimiter = ' ')]
    pub origins: Vec<Rule>,

    /// Address or network of a proxy whose X-Forwarded-For is believed; may be given again
    #[arg(long = "trusted-proxy", env = "TRACEBEAM_TRUSTED_PROXIES", value_name = "CIDR", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Requests per second of one client, 0 for any number
    #[arg(long, env = "TRACEBEAM_CLIENT_RATE", value_name = "N", default_value_t = CLIENT_RATE)]
    pub client_rate: u32,

    /// Events per second of one application, 0 for any number
    #[arg(long, env = "TRACEBEAM_APP_RATE", value_name = "N", default_value_t = APP_RATE)]
    pub app_rate: u32,

    /// Connections at the same time
    #[arg(long, env = "TRACEBEAM_CONNECTIONS", value_name = "N", default_value_t = CONNECTIONS)]
    pub connections: usize,

    /// How the log is written to standard error
    #[arg(long, env = "TRACEBEAM_LOG", value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
    /// Not at all
    Off,
}

/// Why a setting cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadSetting {
    /// The rules.
    #[error("--rules: {0}")]
    Rules(#[from] BadRules),
    /// The token.
    #[error("--token: {0}")]
    Token(String),
    /// The file with the token.
    #[error("--token-file {path}: {reason}")]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl Args {
    /// What the operator decided.
    pub fn settings(&self) -> Result<Settings, BadSetting> {
        Ok(Settings {
            www: self.www.clone(),
            config: self.config.clone(),
            rules: match &self.rules {
                Some(file) => Arc::new(Live::open(file)?),
                None => Arc::default(),
            },
            token: self.read_token()?,
            hosts: self.hosts.clone(),
            origins: Origins::new(self.origins.clone()),
            trusted_proxies: self.trusted_proxies.clone(),
            client_rate: self.client_rate,
            app_rate: self.app_rate,
            connections: self.connections,
            ..Settings::default()
        })
    }

    fn read_token(&self) -> Result<Option<Token>, BadSetting> {
        if let Some(path) = &self.token_file {
            let wrong = |reason: String| BadSetting::TokenFile { path: path.clone(), reason };
            let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
            return Token::new(text.lines().next().unwrap_or_default()).map(Some).map_err(wrong);
        }
        self.token.as_deref().map(Token::new).transpose().map_err(BadSetting::Token)
    }
}

/// An address alone is a network of one.
fn network(text: &str) -> Result<IpNet, String> {
    let alone = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or_else(|_| alone())
        .map_err(|_| "must be an address or a network such as 10.0.0.0/8".to_owned())
}

const ENDPOINTS: &str = "\
Endpoints for pages and services:
  POST /rum                     a RUM bundle (text/plain or application/json, gzip accepted)
  POST /v1/traces               OTLP/HTTP traces (protobuf or JSON, gzip accepted)
  GET  /config/{pid}            what agents with remoteConfig are told; see --rules and --config

Endpoints for operators (with the token, if there is one):
  GET  /                        the trace view
  GET  /api/traces              the last traces; ?limit=
  GET  /api/traces/{trace_id}   the spans of one trace
  GET  /api/events              the last RUM events; ?session= &trace_id= &limit=
  GET  /metrics                 counters in Prometheus' format
  GET  /healthz                 whether the gateway runs
  GET  /readyz                  whether it can store";
