//! Work that is done once: a step is skipped while the contents of its inputs are what they were.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::run::{Outcome, at, target};

/// The first 16 hexadecimal digits of the SHA-256 of some bytes.
pub fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))[..16].to_owned()
}

/// Lower-case hexadecimal digits of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file below the given files and folders, sorted, without build output.
pub fn files_below(paths: &[PathBuf]) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = paths.to_vec();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(at(&path))? {
                let child = entry.map_err(at(&path))?.path();
                let name = child
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                if !matches!(
                    name.as_str(),
                    "target" | "node_modules" | "dist" | "var" | ".git"
                ) {
                    open.push(child);
                }
            }
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Runs `work` unless the inputs' contents, and `salt`, are what they were when it last ended well.
/// Answers whether it ran.
pub fn unless_unchanged(
    name: &str,
    salt: &str,
    inputs: &[PathBuf],
    outputs: &[PathBuf],
    work: impl FnOnce() -> Outcome,
) -> Outcome<bool> {
    let mut digest = Sha256::new();
    digest.update(salt.as_bytes());
    for file in files_below(inputs)? {
        digest.update(file.to_string_lossy().as_bytes());
        digest.update(fs::read(&file).map_err(at(&file))?);
    }
    let wanted = hex(&digest.finalize());
    let folder = target().join("stamps");
    let stamp = folder.join(name);
    let is_current = fs::read_to_string(&stamp).is_ok_and(|held| held == wanted);
    if is_current && outputs.iter().all(|output| Path::exists(output)) {
        return Ok(false);
    }
    work()?;
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    fs::write(&stamp, wanted).map_err(at(&stamp))?;
    Ok(true)
}
