//! Damage that checksums do not show, as a hostile or mistaken writer would make it: what the reader
//! makes of it, apart from a panic, is its own affair. Used by the tests and by the fuzz target.

use cube::{CalendarRules, Cube, FactRow, Query, Segment, SegmentError};
use kernel::{Date, DateRange, Hash256, WeekStart};
use model::metrics::MetricId;
use model::schema::Dimension;

/// Bytes of the fixed head; its last four are the checksum.
const HEAD: usize = 44;

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(word.try_into().ok()?) as usize)
}

/// A number of 7 bits a byte, the lowest first.
fn number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= usize::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
}

/// Makes all checksums right, as far as the directory can be read.
pub fn repair(bytes: &mut [u8]) {
    let Some(directory) = word(bytes, 32) else {
        return;
    };
    let end = HEAD.saturating_add(directory).min(bytes.len());
    let (mut at, mut data) = (HEAD, end);
    while at < end {
        at += 2;
        let length = number(bytes, &mut at).and_then(|_nulls| number(bytes, &mut at));
        for _ in 0..3 {
            number(bytes, &mut at);
        }
        let Some(length) = length.filter(|_| at + 4 <= end) else {
            break;
        };
        let column = bytes
            .get(data..data.saturating_add(length))
            .unwrap_or_default();
        let checksum = crc32fast::hash(column);
        bytes[at..at + 4].copy_from_slice(&checksum.to_le_bytes());
        at += 4;
        data = data.saturating_add(length);
    }
    if bytes.len() >= HEAD && end >= HEAD {
        let checked = [&bytes[..HEAD - 4], &bytes[HEAD..end]].concat();
        let checksum = crc32fast::hash(&checked);
        bytes[HEAD - 4..HEAD].copy_from_slice(&checksum.to_le_bytes());
    }
}

/// Opens bytes, reads all that they hold and asks for every metric by some dimensions. Answers and errors
/// are both fine.
pub fn survive(bytes: &[u8]) {
    let Ok(segment) = Segment::open(bytes) else {
        return;
    };
    let _: Result<Vec<FactRow>, SegmentError> = segment.read_rows();
    let rules = CalendarRules {
        week_start: WeekStart::Monday,
        fiscal_first_month: 1,
        today: segment.days().to(),
    };
    let month: Date = segment.month();
    let range = DateRange::new(month, month.last_of_month()).unwrap_or(segment.days());
    let mut cube = Cube::new(rules);
    cube.add_segment(Hash256::from_bytes([0; 32]), segment);
    for dimension in [
        Dimension::Day,
        Dimension::Channel,
        Dimension::Product,
        Dimension::Country,
    ] {
        for metrics in MetricId::ALL.chunks(Query::METRICS_MAX) {
            let _: Result<cube::Answer, cube::QueryError> = cube.answer(&Query {
                metrics: metrics.to_vec(),
                group_by: vec![dimension],
                ..Query::of(MetricId::Gmv, range)
            });
        }
    }
}
