//! Writes the files of the demo company to a folder: `cargo run -p demo --example write -- 2026-11-23 DIR`.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: write YYYY-MM-DD FOLDER";
    let today = arguments.next().ok_or(usage)?.parse()?;
    let folder = PathBuf::from(arguments.next().ok_or(usage)?);
    std::fs::create_dir_all(&folder)?;
    let (mut files, mut rows, mut bytes) = (0, 0, 0);
    for file in demo::files(today) {
        std::fs::write(folder.join(&file.name), &file.csv)?;
        (files, rows, bytes) = (files + 1, rows + file.rows, bytes + file.csv.len());
    }
    println!("{files} files, {rows} rows, {bytes} bytes");
    Ok(())
}
