//! Small companies for tests: facts whose sums can be worked out by hand.

use cube::{Dictionary, Entry, FactRow, SegmentWriter};
use kernel::{Date, DateRange, Month, TenantId};
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension, Measure};
use sync::{DictionaryRef, Manifest, SegmentRef, content_hash};

/// A date.
pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Net revenue of a day in minor units: a weekly pattern that grows by 1 each day.
pub(crate) fn weekly_value(date: Date) -> i64 {
    let of_week = [5_000, 5_200, 5_100, 5_600, 7_000, 9_000, 8_500];
    let at = usize::from(date.weekday().number()) - 1;
    of_week[at] + i64::from(date.days() - 20_000)
}

fn sale(date: Date) -> FactRow {
    let value = |measure: &Measure| match measure {
        Measure::Rows | Measure::PlacedUnits => Some(1),
        Measure::NetRevenueMinor | Measure::GrossMinor => Some(weekly_value(date)),
        _ => Some(0),
    };
    let code = |dimension: &Dimension| match dimension {
        Dimension::Day => date.days() as u32,
        Dimension::Order => date.days() as u32,
        _ => 1,
    };
    FactRow {
        codes: DataSet::Sales.dimensions().iter().map(code).collect(),
        measures: DataSet::Sales.measures().iter().map(value).collect(),
    }
}

/// One segment with one sale on each day of a range within one month.
pub(crate) fn segment_bytes(days: DateRange) -> Vec<u8> {
    let mut writer = SegmentWriter::new(DataSet::Sales, days.from().first_of_month(), 1);
    for date in days {
        writer.push(&sale(date)).expect("a valid fact");
    }
    writer.finish()
}

/// A cube of one sale a day from `from` to `today`.
pub(crate) fn weekly_cube(from: Date, today: Date) -> cube::Cube {
    let mut cube = cube::Cube::new(cube::CalendarRules {
        week_start: kernel::WeekStart::Monday,
        fiscal_first_month: 1,
        today,
    });
    for bytes in months(from, today).into_iter().map(segment_bytes) {
        let id = content_hash(&bytes);
        cube.add_segment(id, cube::Segment::open(bytes).expect("a valid segment"));
    }
    cube
}

fn months(from: Date, to: Date) -> Vec<DateRange> {
    let all = DateRange::new(from, to).expect("in order");
    let month = |index| Month::from_index(index).expect("a month").range();
    let (first, last) = (from.month().index(), to.month().index());
    (first..=last)
        .filter_map(|index| month(index).intersect(all))
        .collect()
}

/// A company with one sale a day: its manifest, and its blobs in the order that a plan fetches them.
pub(crate) fn company(sequence: u64, from: Date, to: Date) -> (Manifest, Vec<Vec<u8>>) {
    let profile = TenantProfile::new(TenantId::new("acme").expect("an id"), "Acme");
    let mut manifest = Manifest::empty(profile);
    manifest.sequence = sequence;
    let mut channels = Dictionary::new(Dimension::Channel);
    channels.push(Entry {
        key: "trendyol".into(),
        label: "Trendyol".into(),
        parent: 0,
    });
    let chunk = channels.chunk_from(1).encode();
    manifest.dictionaries.push(DictionaryRef {
        hash: content_hash(&chunk),
        dimension: Dimension::Channel,
        first_code: 1,
        entries: 1,
        bytes: chunk.len() as u32,
    });
    let mut blobs = vec![chunk];
    for days in months(from, to) {
        let bytes = segment_bytes(days);
        manifest.segments.push(segment_ref(&bytes, days));
        blobs.push(bytes);
    }
    (manifest, blobs)
}

/// The entry of a manifest for a segment of [`segment_bytes`].
pub(crate) fn segment_ref(bytes: &[u8], days: DateRange) -> SegmentRef {
    SegmentRef {
        hash: content_hash(bytes),
        data_set: DataSet::Sales,
        month: days.from().first_of_month(),
        channel: 1,
        rows: days.days() as u32,
        bytes: bytes.len() as u32,
        from: days.from(),
        to: days.to(),
        delta: false,
    }
}
