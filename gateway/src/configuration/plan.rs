//! What the gateway is going to do: every key of the settings, read.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use ipnet::IpNet;

use super::{
    headers,
    layers::Layers,
    values::{BadSetting, Values},
};
use crate::{
    forward::{Target, settings::Forwarding},
    http::{Origins, Rule, Token},
    limits::SMALLEST_SPOOL_BYTES,
    rules::Live,
    settings::Settings,
    store::Bounds,
};

/// The settings of one run.
#[derive(Debug)]
pub struct Plan {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where it keeps what comes in.
    pub keep: Keep,
    /// How much it keeps there.
    pub bounds: Bounds,
    /// How the log is written.
    pub log: LogFormat,
    /// What the HTTP side is told.
    pub settings: Settings,
}

/// Where events and traces are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// In a file.
    File(PathBuf),
    /// In memory.
    Memory,
    /// Nowhere.
    Nothing,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
    /// Not at all.
    Off,
}

impl Plan {
    /// Reads every key.
    pub fn read(layers: &Layers) -> Result<Self, BadSetting> {
        let values = layers.values();
        let path = |key: &str| Ok(values.text(key)?.map(PathBuf::from));
        let keep = match values.text("store")?.as_deref() {
            Some("none") => Keep::Nothing,
            None | Some(":memory:") => Keep::Memory,
            Some(file) => Keep::File(file.into()),
        };
        let age = values.time("keep")?;
        let bounds = bounds(&keep, values.size("keep-bytes")?);
        let settings = Settings {
            www: path("www")?,
            config: path("config")?,
            rules: rules(values)?,
            token: token(values)?,
            hosts: values.texts("host")?,
            origins: Origins::new(values.all("origins", str::parse::<Rule>)?),
            trusted_proxies: values.all("trusted-proxy", network)?,
            client_rate: values.parsed("client-rate", "number of requests")?,
            app_rate: values.parsed("app-rate", "number of events")?,
            connections: values.parsed("connections", "number of connections")?,
            keep: age,
            forward: forwarding(values)?,
            ..Settings::default()
        };
        let plan = Self {
            listen: values.parsed("listen", "address such as 127.0.0.1:4318")?,
            keep,
            bounds,
            log: log(values)?,
            settings,
        };
        plan.check(age)?;
        Ok(plan)
    }

    fn check(&self, age: Option<Duration>) -> Result<(), BadSetting> {
        if self.keep == Keep::Nothing {
            if self.settings.forward.is_none() {
                let reason = "--store none keeps nothing and needs --forward, or everything that comes in is lost";
                return Err(BadSetting::Together(reason.to_owned()));
            }
            if age.is_some() {
                return Err(BadSetting::Together("--store none keeps nothing, so --keep has no meaning".to_owned()));
            }
        }
        Ok(())
    }
}

fn rules(values: &Values) -> Result<Arc<Live>, BadSetting> {
    let Some(file) = values.text("rules")? else { return Ok(Arc::default()) };
    Live::open(file.as_ref()).map(Arc::new).map_err(|problem| values.wrong("rules", problem.to_string()))
}

fn bounds(keep: &Keep, bytes: Option<u64>) -> Bounds {
    let usual = match keep {
        Keep::File(_) => Bounds::default(),
        Keep::Memory | Keep::Nothing => Bounds::in_memory(),
    };
    bytes.map_or(usual, |bytes| usual.within(bytes))
}

fn forwarding(values: &Values) -> Result<Option<Forwarding>, BadSetting> {
    let Some(url) = values.text("forward")? else {
        let needless = ["forward-header", "forward-headers-file", "spool"];
        return match needless.into_iter().find(|key| values.origin(key).is_some()) {
            Some(key) => Err(values.wrong(key, "has no meaning without --forward")),
            None => Ok(None),
        };
    };
    let target: Target = url.parse().map_err(|reason| values.wrong("forward", reason))?;
    let Some(spool) = values.text("spool")? else {
        return Err(values.wrong("forward", "needs --spool DIR, which holds spans until they are forwarded"));
    };
    let spool_bytes = values.size("spool-bytes")?.unwrap_or_default();
    if spool_bytes < SMALLEST_SPOOL_BYTES {
        let reason = format!("must be {} or more", bytesize::ByteSize(SMALLEST_SPOOL_BYTES));
        return Err(values.wrong("spool-bytes", reason));
    }
    let headers = headers::read(values)?;
    Ok(Some(Forwarding { headers, spool_bytes, ..Forwarding::new(target, spool.into()) }))
}

fn token(values: &Values) -> Result<Option<Token>, BadSetting> {
    if let Some(path) = values.text("token-file")? {
        if values.origin("token").is_some() {
            return Err(values.wrong("token", "cannot be used together with token-file"));
        }
        let wrong = |reason: String| values.wrong("token-file", format!("{path}: {reason}"));
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        return Token::new(text.lines().next().unwrap_or_default()).map(Some).map_err(wrong);
    }
    let token = values.text("token")?;
    token.map(|token| Token::new(&token)).transpose().map_err(|reason| values.wrong("token", reason))
}

fn log(values: &Values) -> Result<LogFormat, BadSetting> {
    match values.text("log")?.as_deref() {
        Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        Some("off") => Ok(LogFormat::Off),
        _ => Err(values.wrong("log", "must be text, json or off")),
    }
}

/// An address alone is a network of one.
fn network(text: &str) -> Result<IpNet, &'static str> {
    let alone = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| alone()).map_err(|_| "must be an address or a network such as 10.0.0.0/8")
}
