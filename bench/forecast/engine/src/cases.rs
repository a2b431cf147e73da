//! Reading files of series: gzip natively, text in the browser, a series a line.

#[cfg(not(target_arch = "wasm32"))]
use std::io::Read;
#[cfg(not(target_arch = "wasm32"))]
use std::path::{Path, PathBuf};

use forecast::Series;

/// A series and what came after it.
#[derive(Debug)]
pub struct Case {
    /// What a model may see.
    pub series: Series,
    /// What it is scored on.
    pub actual: Vec<f64>,
    /// Season for the scale of MASE, 1 without.
    pub season: usize,
}

/// All `.tsv.gz` of a folder, by name.
#[cfg(not(target_arch = "wasm32"))]
pub fn files_of(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let missing = |error| {
        format!(
            "no series at {} ({error}): name files with --file F.tsv.gz",
            folder.display()
        )
    };
    let entries = std::fs::read_dir(folder).map_err(missing)?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.to_string_lossy().ends_with(".tsv.gz"))
        .collect();
    files.sort();
    Ok(files)
}

/// Each `every`-th series of a file.
#[cfg(not(target_arch = "wasm32"))]
pub fn read(file: &Path, every: usize) -> Result<Vec<Case>, String> {
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let mut text = String::new();
    let packed = std::fs::File::open(file).map_err(|error| at(&error))?;
    flate2::read::GzDecoder::new(packed)
        .read_to_string(&mut text)
        .map_err(|error| at(&error))?;
    of_text(&text, every).map_err(|error| at(&error))
}

/// The series without their last `horizons` horizons, scored on the first of those: what constants are chosen on, so
/// that the values to forecast stay unseen. Series of which too little is left are dropped.
#[cfg(not(target_arch = "wasm32"))]
pub fn held_back(cases: Vec<Case>, horizons: usize) -> Result<Vec<Case>, String> {
    if horizons == 0 {
        return Ok(cases);
    }
    let earlier = |case: Case| {
        let values = case.series.values();
        let horizon = case.actual.len();
        let kept = values.len().checked_sub(horizons * horizon)?;
        if kept < LEFT_MIN.max(2 * case.season + 2) {
            return None;
        }
        let series = Series::new(values[..kept].to_vec(), case.series.seasons().to_vec());
        Some(series.map(|series| Case {
            series,
            actual: values[kept..kept + horizon].to_vec(),
            season: case.season,
        }))
    };
    let earlier = cases.into_iter().filter_map(earlier);
    earlier
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}

/// Values that must be left of a series when horizons are held back.
#[cfg(not(target_arch = "wasm32"))]
const LEFT_MIN: usize = 8;

/// Each `every`-th series of an unpacked file.
pub fn of_text(text: &str, every: usize) -> Result<Vec<Case>, String> {
    text.lines().step_by(every).map(case_of).collect()
}

fn case_of(line: &str) -> Result<Case, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [_, season, _, training, actual] = fields[..] else {
        return Err(format!("five fields expected: {line:.60}"));
    };
    let numbers = |text: &str| -> Result<Vec<f64>, String> {
        let values = text.split(',').map(str::parse);
        values
            .collect::<Result<_, _>>()
            .map_err(|error| format!("{error}: {line:.60}"))
    };
    let season: usize = season
        .parse()
        .map_err(|_| format!("no season: {line:.60}"))?;
    let seasons = if season > 1 { vec![season] } else { vec![] };
    Ok(Case {
        series: Series::new(numbers(training)?, seasons).map_err(|error| error.to_string())?,
        actual: numbers(actual)?,
        season,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_a_case_and_a_broken_one_says_why() {
        let case = case_of("N1\t4\t2\t1,2,3,4\t5,6").expect("five fields");
        assert_eq!((case.season, &case.actual[..]), (4, &[5.0, 6.0][..]));
        assert_eq!(case.series.values(), [1.0, 2.0, 3.0, 4.0]);
        assert!(case_of("N1\t4\t2\t1,x\t5").is_err());
        let earlier = held_back(vec![case], 1).expect("valid");
        assert!(
            earlier.is_empty(),
            "two values are too few to hold any back"
        );
        let long = (0..20).map(|t| t.to_string()).collect::<Vec<_>>().join(",");
        let long = case_of(&format!("N2\t1\t2\t{long}\t20,21")).expect("five fields");
        let earlier = held_back(vec![long], 2).expect("valid");
        assert_eq!(earlier[0].series.len(), 16);
        assert_eq!(earlier[0].actual, [16.0, 17.0]);
        let missing = files_of(Path::new("/nowhere")).expect_err("no such folder");
        assert!(missing.contains("--file"), "{missing}");
    }
}
