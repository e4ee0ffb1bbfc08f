//! The rules of this moment. SIGHUP has the file read anew; where it is wrong, the rules before it stay.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use super::{BadRules, Rules};
use crate::{counters::Counter, limits::RULES_BYTES};

/// The rules of this moment, and where they come from.
#[derive(Debug, Default)]
pub struct Live {
    file: Option<PathBuf>,
    current: RwLock<Arc<Rules>>,
    /// How often the file was read anew.
    pub reloads: Counter,
    /// How often it was wrong then.
    pub failed_reloads: Counter,
}

impl Live {
    /// Reads a file.
    pub fn open(file: &Path) -> Result<Self, BadRules> {
        let rules = read(file)?;
        Ok(Self { file: Some(file.to_owned()), current: RwLock::new(Arc::new(rules)), ..Self::default() })
    }

    /// The rules of this moment.
    pub fn current(&self) -> Arc<Rules> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The file, if there is one.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Reads the file anew. Requests that are under way end with the rules that they began with.
    pub fn reload(&self) {
        let Some(file) = &self.file else { return };
        match read(file) {
            Ok(rules) => {
                let count = rules.rules.len();
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
                self.reloads.add(1);
                tracing::info!(rules = count, "rules read anew");
            }
            Err(problem) => {
                self.failed_reloads.add(1);
                tracing::error!(%problem, "the rules are wrong, those before them stay");
            }
        }
    }

    /// Reads the file anew at every SIGHUP. Without a file SIGHUP keeps its meaning, which is to end the program.
    pub fn watch(self: &Arc<Self>) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        if self.file.is_none() {
            return Ok(());
        }
        let mut hangups = signal(SignalKind::hangup())?;
        let live = Arc::downgrade(self);
        tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                let Some(live) = live.upgrade() else { return };
                // Compiling regexes takes milliseconds.
                if tokio::task::spawn_blocking(move || live.reload()).await.is_err() {
                    tracing::error!("reading the rules failed");
                }
            }
        });
        Ok(())
    }
}

fn read(file: &Path) -> Result<Rules, BadRules> {
    let name = file.display().to_string();
    let named = |problem: BadRules| BadRules { file: Some(name.clone()), ..problem };
    let mut text = String::new();
    let read = File::open(file).and_then(|file| file.take(RULES_BYTES as u64 + 1).read_to_string(&mut text));
    read.map_err(|error| named(BadRules::whole(error.to_string())))?;
    Rules::parse(&text).map_err(named)
}
