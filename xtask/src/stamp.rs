//! Remembers what a step was made from, so that a second run with nothing changed does nothing.
//! Contents are compared, not times: a fresh clone, a branch switch and a restored cache all get it right.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The inputs of one step, reduced to a number.
#[derive(Default)]
pub struct Inputs(DefaultHasher);

impl Inputs {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a setting: a flag, a version.
    pub fn text(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().hash(&mut self.0);
        self
    }

    /// Adds a file by name and content, or a directory with all that it holds.
    pub fn file(mut self, path: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(path, &mut files)?;
        files.sort();
        for file in files {
            file.hash(&mut self.0);
            let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            content.hash(&mut self.0);
        }
        Ok(self)
    }

    /// The stamp file of a step with these inputs.
    pub fn stamp(self, file: PathBuf) -> Stamp {
        Stamp { file, value: format!("{:016x}\n", self.0.finish()) }
    }
}

/// A file that holds the inputs of a step's last success.
pub struct Stamp {
    file: PathBuf,
    value: String,
}

impl Stamp {
    /// True if the step ran with these very inputs and its outputs are still there.
    pub fn is_fresh(&self, outputs: &[&Path]) -> bool {
        outputs.iter().all(|output| output.exists())
            && fs::read_to_string(&self.file).is_ok_and(|old| old == self.value)
    }

    /// Records that the step succeeded.
    pub fn write(&self) -> Result<()> {
        write(&self.file, &self.value)
    }
}

/// Writes a file and the directories above it.
pub fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    }
    fs::write(file, content).with_context(|| format!("cannot write {}", file.display()))
}

/// All files below a path, in no order.
pub fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_input_and_a_missing_output_both_spoil_the_stamp() {
        let dir = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        let (input, output) = (dir.join("in/a"), dir.join("out"));
        write(&input, "one").unwrap();
        write(&output, "made").unwrap();
        let stamp = |flag: &str| Inputs::new().text(flag).file(&dir.join("in")).unwrap().stamp(dir.join("stamp"));

        assert!(!stamp("-O").is_fresh(&[&output]), "never ran");
        stamp("-O").write().unwrap();
        assert!(stamp("-O").is_fresh(&[&output]));
        assert!(!stamp("-Oz").is_fresh(&[&output]), "another flag");
        write(&input, "two").unwrap();
        assert!(!stamp("-O").is_fresh(&[&output]), "another content");
        write(&input, "one").unwrap();
        fs::remove_file(&output).unwrap();
        assert!(!stamp("-O").is_fresh(&[&output]), "no output");
        fs::remove_dir_all(dir).unwrap();
    }
}
