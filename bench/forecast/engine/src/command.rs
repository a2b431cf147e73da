//! What is measured natively: the options of the command line, the files, the lines.

use std::path::{Path, PathBuf};

use crate::cases;
use crate::models::{self, MODELS};
use crate::reliability;
use crate::scores;

/// Where the series are, seen from the root of the project.
const SERIES: &str = "../shared/data/series";

struct Wanted {
    files: Vec<PathBuf>,
    models: Vec<String>,
    every: usize,
    back: usize,
    keep: Option<PathBuf>,
    reliability: bool,
}

impl Wanted {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wanted = Self {
            files: Vec::new(),
            models: Vec::new(),
            every: 1,
            back: 0,
            keep: None,
            reliability: false,
        };
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or(format!("{option} needs a value"))?;
            match option.as_str() {
                "--file" => wanted.files.push(PathBuf::from(value)),
                "--model" => wanted.models.push(value),
                "--keep" => wanted.keep = Some(PathBuf::from(value)),
                "--what" if value == "scores" => wanted.reliability = false,
                "--what" if value == "reliability" => wanted.reliability = true,
                "--what" => {
                    return Err(format!(
                        "--what {value} is unknown: scores and reliability are not"
                    ));
                }
                "--every" => {
                    let number = value.parse().ok().filter(|&number| number > 0);
                    wanted.every = number.ok_or("--every needs a number above 0")?;
                }
                "--back" => {
                    let number = value.parse();
                    wanted.back = number.map_err(|_| "--back needs a number".to_owned())?;
                }
                _ => {
                    return Err(format!(
                        "{option} is unknown: --file, --model, --every, --back, --keep and --what are not"
                    ));
                }
            }
        }
        if wanted.models.is_empty() {
            wanted.models = MODELS.iter().map(|(name, _)| (*name).to_owned()).collect();
        }
        if wanted.files.is_empty() {
            wanted.files = cases::files_of(Path::new(SERIES))?;
        }
        Ok(wanted)
    }
}

/// Measures what the command line asks for.
pub fn measure() -> Result<(), String> {
    let wanted = Wanted::read(std::env::args().skip(1))?;
    for file in &wanted.files {
        let cases = cases::held_back(cases::read(file, wanted.every)?, wanted.back)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if wanted.reliability {
            reliability::lines(&name, &cases)
                .iter()
                .for_each(|line| println!("{line}"));
            continue;
        }
        let naive2 = scores::average(&cases, models::naive2, |_| ());
        for model in &wanted.models {
            let mut kept = String::new();
            let average = scores::average(&cases, models::named(model)?, |mean| {
                let numbers: Vec<String> = mean.iter().map(f64::to_string).collect();
                kept.push_str(&numbers.join(","));
                kept.push('\n');
            });
            println!("{}", average.line(&name, model, cases.len(), &naive2));
            if let Some(folder) = &wanted.keep {
                let path = folder.join(format!("{}.{model}.csv", name.trim_end_matches(".tsv.gz")));
                let written =
                    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, kept));
                written.map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_or_say_what_is_wrong() {
        let read = |text: &str| Wanted::read(text.split_whitespace().map(str::to_owned));
        let wanted = read("--file a.tsv.gz --every 7 --model auto").expect("all known");
        assert_eq!(
            (wanted.every, wanted.files.len(), wanted.models.len()),
            (7, 1, 1)
        );
        for wrong in ["--every 0", "--file", "--colour red", "--what else"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
