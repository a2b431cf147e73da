//! Segments that belong to one group as a whole: their sums stand in the directory.

use model::schema::Measure;

use super::Scan;
use crate::groups::GroupTable;
use crate::segment::Segment;

impl Scan<'_> {
    /// Adds a whole segment to one group from its directory; `false` where that does not say enough.
    pub(super) fn add_directory(
        &self,
        segment: &Segment,
        key: u64,
        table: &mut GroupTable,
    ) -> bool {
        let Some(rows) = segment.measure_bounds(Measure::Rows) else {
            return false;
        };
        let mut found = Vec::with_capacity(self.measures.len());
        for &measure in self.measures {
            let Some(bounds) = segment.measure_bounds(measure) else {
                return false;
            };
            // How often unknown values were retracted the directory does not say.
            if bounds.nulls > 0 && bounds.nulls < segment.rows() && rows.min != rows.max {
                return false;
            }
            let unknown = match bounds.nulls {
                nulls if nulls == segment.rows() => rows.sum,
                nulls => i128::from(nulls) * i128::from(rows.min),
            };
            let (Ok(sum), Ok(unknown)) = (i64::try_from(bounds.sum), i64::try_from(unknown)) else {
                return false;
            };
            found.push((sum, unknown));
        }
        let place = table.place(key) as usize;
        table.fit();
        let add_to = |sums: Option<&mut Vec<i64>>, value: i64| {
            if let Some(into) = sums.and_then(|sums| sums.get_mut(place)) {
                *into += value;
            }
        };
        add_to(Some(&mut table.rows), i64::try_from(rows.sum).unwrap_or(0));
        for (measure, (sum, unknown)) in found.into_iter().enumerate() {
            add_to(table.sums.get_mut(measure), sum);
            if unknown != 0 {
                add_to(table.unknown_of(measure), unknown);
            }
        }
        true
    }
}
