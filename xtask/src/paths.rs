//! Where things are in the checkout.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The checkout and the places in it that the build writes to.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The directory of the workspace's Cargo.toml.
    pub root: PathBuf,
}

impl Paths {
    /// Finds the checkout: cargo says where xtask lies; a binary that was started by hand looks upwards instead.
    pub fn find() -> Result<Self> {
        let here = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(xtask) => PathBuf::from(xtask),
            None => env::current_dir().context("the current directory cannot be read")?,
        };
        let root = here
            .ancestors()
            .find(|dir| dir.join("rust-toolchain.toml").is_file() && dir.join("xtask").is_dir())
            .context("run this inside a checkout of Tracebeam: no rust-toolchain.toml found here or above")?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// A path below the checkout.
    pub fn at(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's target directory. Always the checkout's own, so that the artifacts' paths hold on every machine.
    pub fn target(&self) -> PathBuf {
        self.at("target")
    }

    /// What the build leaves between its steps.
    pub fn work(&self) -> PathBuf {
        self.at("target/xtask")
    }

    /// Tools that the set-up built for this checkout.
    pub fn tools(&self) -> PathBuf {
        self.at("target/tools")
    }

    /// A command of an npm package.
    pub fn npm_bin(&self, name: &str) -> PathBuf {
        self.at("node_modules/.bin").join(name)
    }

    /// The path as the checkout sees it, for messages.
    pub fn show(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// The program of this name on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}
