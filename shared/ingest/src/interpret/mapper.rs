//! From the cells of a file to those of the canonical columns.

use std::collections::BTreeMap;

use crate::headers::key;
use crate::rows::Cells;
use crate::spec::LINE_COLUMN;
use crate::{ImportSpec, IngestError, Preset};

/// The status of a row of an order that was cancelled.
const CANCELLED: &str = "cancelled";

/// Maps rows onto the columns of [`ImportSpec::columns`].
pub struct Mapper {
    /// Index of each canonical column's cell in the file's rows.
    indices: Vec<usize>,
    line_index: Option<usize>,
    /// A position whose empty cells another cell stands for.
    fallback: Option<(usize, usize)>,
    /// The status's position, and the cell that overrules it where it is not empty.
    cancelled: Option<(usize, usize)>,
    order_position: Option<usize>,
    /// Positions that a further line of an order leaves empty, with the last value of each.
    inherited: Vec<(usize, String)>,
    order: String,
    mapped: Cells,
    /// The least and the most cells of a row: the header's, with and without its empty ones at the end.
    cells_min: usize,
    cells_max: usize,
}

impl Mapper {
    /// Finds the columns that a specification names in a file's header.
    pub fn new(spec: &ImportSpec, header: &Cells) -> Result<Mapper, IngestError> {
        spec.validate()?;
        let headers = unique_headers(header);
        let columns = spec.columns();
        let mut indices = Vec::with_capacity(columns.len());
        for column in &columns {
            let wanted = spec
                .mapping
                .get(*column)
                .map(String::as_str)
                .unwrap_or_default();
            let index = headers.iter().position(|header| header == wanted);
            indices.push(index.ok_or_else(|| IngestError::NoSuchColumn {
                column: (*column).to_owned(),
                header: wanted.to_owned(),
            })?);
        }
        let at = |wanted: &str| headers.iter().position(|header| key(header) == wanted);
        let fallback = spec.preset.and_then(Preset::fallback);
        let cancelled = spec.preset.and_then(Preset::cancelled_at);
        let named = (0..header.len())
            .rev()
            .find(|at| header.get(*at) != Some(""));
        let inherited = spec.preset.map_or(&[][..], |preset| preset.inherited());
        let position = |name: &str| columns.iter().position(|column| *column == name);
        Ok(Mapper {
            indices,
            fallback: fallback.and_then(|(name, header)| {
                let index = headers.iter().position(|known| known == header);
                position(name).zip(index)
            }),
            cancelled: cancelled.and_then(|header| position("status").zip(at(header))),
            line_index: headers.iter().position(|header| header == LINE_COLUMN),
            order_position: position("order_id"),
            inherited: inherited
                .iter()
                .filter_map(|name| Some((position(name)?, String::new())))
                .collect(),
            order: String::new(),
            mapped: Cells::default(),
            cells_min: named.map_or(0, |at| at + 1),
            cells_max: header.len(),
        })
    }

    /// Whether a row has as many cells as the header, not counting empty ones at its end.
    pub fn fits(&self, cells: &Cells) -> bool {
        let is_over = |at| cells.get(at).is_some_and(|cell| !cell.is_empty());
        cells.len() >= self.cells_min && !(self.cells_max..cells.len()).any(is_over)
    }

    /// How many cells a row can have at most.
    pub const fn cells_max(&self) -> usize {
        self.cells_max
    }

    /// Maps one row; gives its line, which a normalised chunk carries in a column of its own.
    pub fn map(&mut self, line: u64, cells: &Cells) -> (u64, &Cells) {
        let own = self
            .line_index
            .and_then(|index| cells.get(index)?.parse().ok());
        let order = self
            .order_position
            .and_then(|position| cells.get(*self.indices.get(position)?));
        let is_same_order =
            !self.inherited.is_empty() && order.is_some_and(|order| order == self.order);
        self.mapped.clear();
        for (position, index) in self.indices.iter().enumerate() {
            let mut cell = cells.get(*index).unwrap_or_default();
            if let Some((_, index)) = self
                .fallback
                .filter(|(at, _)| *at == position && cell.is_empty())
            {
                cell = cells.get(index).unwrap_or_default();
            }
            let cancelled = self.cancelled.filter(|(at, _)| *at == position);
            if cancelled
                .is_some_and(|(_, index)| cells.get(index).is_some_and(|cell| !cell.is_empty()))
            {
                cell = CANCELLED;
            }
            match self
                .inherited
                .iter_mut()
                .find(|(inherited, _)| *inherited == position)
            {
                Some((_, last)) if cell.is_empty() && is_same_order => self.mapped.push(last),
                Some((_, last)) => {
                    cell.clone_into(last);
                    self.mapped.push(cell);
                }
                None => self.mapped.push(cell),
            }
        }
        if !self.inherited.is_empty() {
            order.unwrap_or_default().clone_into(&mut self.order);
        }
        (own.unwrap_or(line), &self.mapped)
    }
}

/// The headers of a file, each of its own: a repeated one is numbered, an empty one is named by its
/// place.
pub fn unique_headers(header: &Cells) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let name = |(at, cell): (usize, &str)| match cell.trim_start_matches('\u{feff}') {
        "" => format!("column {}", at + 1),
        text => text.to_owned(),
    };
    let names: Vec<String> = header.iter().enumerate().map(name).collect();
    names
        .into_iter()
        .map(|name| {
            let times = seen.entry(name.clone()).or_default();
            *times += 1;
            if *times == 1 {
                name
            } else {
                format!("{name} ({times})")
            }
        })
        .collect()
}
