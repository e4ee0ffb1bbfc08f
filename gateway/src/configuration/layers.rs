//! Joins what was set: a flag wins over the environment, the environment over the file, the file over the default. The
//! flags of [`Args`](crate::cli::Args) are the only list of keys.

use std::path::PathBuf;

use clap::{ArgMatches, Command, parser::ValueSource};
use config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};

use super::values::{BadSetting, Values};

/// The flag that names the file.
const FILE: &str = "settings";

/// The positional argument, which is no setting.
const VERB: &str = "command";

/// Everything that was set, by key.
#[derive(Debug)]
pub struct Layers {
    values: Values,
}

/// What clap read from one place.
#[derive(Debug, Clone)]
struct Layer(Map<String, Value>);

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

impl Layers {
    /// Joins what clap found with the file that it names.
    pub fn read(command: &Command, matches: &ArgMatches) -> Result<Self, BadSetting> {
        let layer = |source| layer(command, matches, source);
        let mut joined = Config::builder().add_source(layer(ValueSource::DefaultValue));
        if let Some(path) = matches.get_one::<String>(FILE) {
            let file = File::from(PathBuf::from(path)).format(FileFormat::Toml);
            joined = joined.add_source(of_file(command, path, &file)?);
        }
        let joined =
            joined.add_source(layer(ValueSource::EnvVariable)).add_source(layer(ValueSource::CommandLine)).build();
        let table =
            joined.and_then(|joined| joined.cache.into_table()).map_err(|error| BadSetting::file("", &error))?;
        Ok(Self { values: Values::new(table) })
    }

    /// The values, to be read by key.
    pub fn values(&self) -> &Values {
        &self.values
    }
}

fn layer(command: &Command, matches: &ArgMatches, source: ValueSource) -> Layer {
    let mut map = Map::new();
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        if [FILE, VERB].contains(&id) || matches.value_source(id) != Some(source) {
            continue;
        }
        let flag = argument.get_long().unwrap_or_default();
        let origin = match source {
            ValueSource::CommandLine => format!("--{flag}"),
            ValueSource::EnvVariable => {
                argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            }
            _ => "the default".to_owned(),
        };
        let Some(given) = matches.get_many::<String>(id) else { continue };
        let given: Vec<Value> =
            given.filter(|text| !text.is_empty()).map(|text| Value::new(Some(&origin), text.as_str())).collect();
        // An empty variable is one that was not set.
        if !given.is_empty() {
            map.insert(flag.to_owned(), Value::new(Some(&origin), given));
        }
    }
    Layer(map)
}

/// What the file says. A key that nobody reads is a typing error.
fn of_file(command: &Command, path: &str, file: &(impl Source + ?Sized)) -> Result<Layer, BadSetting> {
    let table = file.collect().map_err(|error| BadSetting::file(path, &error))?;
    let known = |key: &str| {
        command.get_arguments().any(|argument| argument.get_long() == Some(key) && argument.get_id().as_str() != FILE)
    };
    match table.keys().find(|key| !known(key)) {
        Some(key) => Err(BadSetting::unknown(path, key)),
        None => Ok(Layer(table.into_iter().map(|(key, value)| (key, named(path, value))).collect())),
    }
}

/// The value with the path that the operator gave: the crate makes it relative to the working directory.
fn named(path: &str, value: Value) -> Value {
    let kind = match value.kind {
        ValueKind::Array(entries) => {
            ValueKind::Array(entries.into_iter().map(|entry| Value::new(Some(&path.to_owned()), entry.kind)).collect())
        }
        other => other,
    };
    Value::new(Some(&path.to_owned()), kind)
}
