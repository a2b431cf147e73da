//! Reading the benchmark: a folder of groups of CSV files, and the windows in which each holds an anomaly.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kernel::Date;

const SECONDS_PER_DAY: i64 = 86_400;

/// A stream of values and where it is unusual.
#[derive(Debug)]
pub struct Stream {
    /// Group and file.
    pub name: String,
    pub values: Vec<f64>,
    /// First and last position of each window, in order of time.
    pub windows: Vec<(usize, usize)>,
    /// Steps of a day and of a week, as the clock has it; the values are not looked at.
    pub seasons: Vec<usize>,
}

/// All streams of a folder, by name.
pub fn read(folder: &Path) -> Result<Vec<Stream>, String> {
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
    let text =
        fs::read_to_string(folder.join("combined_windows.json")).map_err(|error| at(&error))?;
    let windows: BTreeMap<String, Vec<(String, String)>> =
        serde_json::from_str(&text).map_err(|error| at(&error))?;
    let mut streams = Vec::new();
    for (name, windows) in windows {
        // The copy may hold some of the groups only.
        let path = folder.join(&name);
        if path.is_file() {
            let text = fs::read_to_string(&path).map_err(|error| at(&error))?;
            let stream = of_text(&name, &text, &windows);
            streams.push(stream.map_err(|error| format!("{name}: {error}"))?);
        }
    }
    match streams.is_empty() {
        true => Err(at(&"holds none of the files that it has windows for")),
        false => Ok(streams),
    }
}

fn of_text(name: &str, text: &str, windows: &[(String, String)]) -> Result<Stream, String> {
    let rows: Vec<(i64, f64)> = text.lines().skip(1).map(row).collect::<Result<_, _>>()?;
    let position = |moment: &str| -> Result<usize, String> {
        let wanted = seconds(moment)?;
        let found = rows.iter().position(|(moment, _)| *moment == wanted);
        found.ok_or_else(|| format!("no value of {moment}"))
    };
    let windows = windows
        .iter()
        .map(|(from, to)| Ok((position(from)?, position(to)?)))
        .collect::<Result<_, String>>()?;
    let mut steps: Vec<i64> = rows.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    steps.sort_unstable();
    let step = steps
        .get(steps.len() / 2)
        .copied()
        .unwrap_or(SECONDS_PER_DAY);
    let day = usize::try_from(SECONDS_PER_DAY / step.max(1)).unwrap_or(1);
    Ok(Stream {
        name: name.to_owned(),
        values: rows.iter().map(|(_, value)| *value).collect(),
        windows,
        seasons: vec![day, 7 * day],
    })
}

fn row(line: &str) -> Result<(i64, f64), String> {
    let broken = || format!("no moment and value: {line:.60}");
    let (moment, value) = line.split_once(',').ok_or_else(broken)?;
    Ok((
        seconds(moment)?,
        value.trim().parse().map_err(|_| broken())?,
    ))
}

/// Seconds of `YYYY-MM-DD HH:MM:SS`, with or without a fraction, which is not looked at.
fn seconds(moment: &str) -> Result<i64, String> {
    let broken = || format!("no moment: {moment:.40}");
    let (date, time) = moment.split_once(' ').ok_or_else(broken)?;
    let date: Date = date.parse().map_err(|_| broken())?;
    let time = time.split('.').next().ok_or_else(broken)?;
    let parts: Vec<i64> = time
        .split(':')
        .map(|part| part.parse().map_err(|_| broken()))
        .collect::<Result<_, _>>()?;
    let [hours, minutes, seconds] = parts[..] else {
        return Err(broken());
    };
    Ok(i64::from(date.days()) * SECONDS_PER_DAY + hours * 3_600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_becomes_a_stream() {
        let text = "timestamp,value\n2014-02-14 23:30:00,1.5\n2014-02-15 00:00:00,2\n2014-02-15 00:30:00,-3\n";
        let window = ("2014-02-15 00:00:00.000000", "2014-02-15 00:30:00.000000");
        let windows = [(window.0.to_owned(), window.1.to_owned())];
        let stream = of_text("a/b.csv", text, &windows).expect("a whole file");
        assert_eq!(stream.values, [1.5, 2.0, -3.0]);
        assert_eq!(stream.windows, [(1, 2)]);
        assert_eq!(stream.seasons, [48, 336]);
        assert!(of_text("a/b.csv", "timestamp,value\nx,1\n", &[]).is_err());
    }
}
