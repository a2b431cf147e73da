//! A brotli copy beside each file that gets smaller by it, for the edge to serve as it is.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::run::{Outcome, at};
use crate::stamp::files_below;

const COMPRESSIBLE: [&str; 9] = [
    "html",
    "js",
    "css",
    "wasm",
    "svg",
    "json",
    "webmanifest",
    "txt",
    "map",
];

/// Compresses what is below a folder, two files at a time.
pub fn below(folder: &Path) -> Outcome {
    let files: Vec<_> = files_below(&[folder.to_path_buf()])?
        .into_iter()
        .filter(|file| {
            let extension = file
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            COMPRESSIBLE.contains(&extension.as_str())
        })
        .collect();
    std::thread::scope(|scope| {
        let halves: [Vec<_>; 2] = [0, 1].map(|half| {
            files
                .iter()
                .enumerate()
                .filter(|(at, _)| at % 2 == half)
                .map(|(_, file)| file)
                .collect()
        });
        let workers: Vec<_> = halves
            .into_iter()
            .map(|half| scope.spawn(move || half.iter().try_for_each(|file| one(file))))
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err("compression failed".into()))
        })
    })
}

fn one(file: &Path) -> Outcome {
    let bytes = fs::read(file).map_err(at(file))?;
    let compressed = brotli(&bytes);
    if compressed.len() < bytes.len() {
        let mut name = file.as_os_str().to_owned();
        name.push(".br");
        let to = Path::new(&name);
        fs::write(to, compressed).map_err(at(to))?;
    }
    Ok(())
}

/// Brotli at its best quality, as it is served.
pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    {
        let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, 11, 24);
        writer
            .write_all(bytes)
            .expect("writing to memory does not fail");
    }
    compressed
}
