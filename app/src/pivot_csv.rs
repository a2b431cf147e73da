//! The pivot table as CSV: what the screen shows, safe to open in a spreadsheet.

/// A table as CSV with a header row; cells that a spreadsheet would take for a formula stay text.
pub fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let mut csv = String::from("\u{feff}");
    for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
        let cells: Vec<String> = row.iter().map(|cell| safe(cell)).collect();
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    }
    csv
}

fn safe(cell: &str) -> String {
    let is_number = cell
        .trim_start_matches('-')
        .starts_with(|first: char| first.is_ascii_digit());
    let is_formula =
        cell.starts_with(['=', '+', '@', '\t', '\r']) || (cell.starts_with('-') && !is_number);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_stay_text_and_numbers_numbers() {
        let rows = vec![vec![
            "=cmd|' /C calc'!A0".to_owned(),
            "-12,5".to_owned(),
            "a \"b\"".to_owned(),
        ]];
        let csv = table(&["x".to_owned(), "y".to_owned(), "z".to_owned()], &rows);
        assert_eq!(
            csv,
            "\u{feff}\"x\",\"y\",\"z\"\r\n\"'=cmd|' /C calc'!A0\",\"-12,5\",\"a \"\"b\"\"\"\r\n"
        );
    }
}
