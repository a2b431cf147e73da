//! Where test vectors come from: `../shared/vectors` beside the project, or the folder that
//! `MESCHAIN_VECTORS` names; without either, the excerpts that are part of the project.

use std::path::PathBuf;

use serde_json::Value;

/// The vectors of a file, and whether they are all of it.
pub fn read(name: &str) -> (Value, bool) {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let whole = std::env::var_os("MESCHAIN_VECTORS")
        .map_or_else(|| here.join("../../../shared/vectors"), PathBuf::from)
        .join(name);
    let is_whole = whole.exists();
    if !is_whole {
        println!(
            "{} is not here: an excerpt of it is tested instead (set MESCHAIN_VECTORS to its folder)",
            whole.display()
        );
    }
    let path = if is_whole {
        whole
    } else {
        here.join("tests/excerpts").join(name)
    };
    let text = std::fs::read(&path).expect("the vectors can be read");
    (
        serde_json::from_slice(&text).expect("vectors are JSON"),
        is_whole,
    )
}
