//! Damage that checksums do not show, as a hostile or mistaken writer would make it: what the reader
//! makes of it, apart from a panic, is its own affair. Used by the tests and by the fuzz target.

pub mod queries;
pub mod rollups;

use cube::{
    CalendarRules, Cube, DictionaryChunk, DictionaryError, FactRow, Query, Segment, SegmentError,
    SegmentWriter, VERSION,
};
use kernel::{Date, DateRange, Hash256, WeekStart};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension};

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

/// What any input is put through, by the fuzz target and by the bounded run of the tests.
///
/// The first byte chooses: the rest is a file as it is, or facts and then changes to the file that the
/// writer makes of them, three bytes each (where, and to what); that file is also cut short.
pub fn run(input: &[u8]) {
    let Some((&choice, rest)) = input.split_first() else {
        return;
    };
    let _: Result<DictionaryChunk, DictionaryError> = DictionaryChunk::decode(rest);
    survive_chunk(choice, rest);
    let mut bytes = match choice.checked_sub(128) {
        None => rest.to_vec(),
        Some(choice) => changed(choice, rest),
    };
    if choice % 2 == 1 && choice < 128 {
        bytes = named_segment(choice, &bytes);
    }
    survive(&bytes);
    repair(&mut bytes);
    survive(&bytes);
    let is_whole = Segment::open(&bytes[..]).is_ok();
    let cut = rest
        .first()
        .map_or(0, |&at| bytes.len() * usize::from(at) / 256);
    if is_whole && cut < bytes.len() {
        assert!(Segment::open(&bytes[..cut]).is_err(), "cut to {cut} bytes");
        bytes.push(0);
        assert!(matches!(
            Segment::open(&bytes[..]),
            Err(SegmentError::Length { .. })
        ));
    }
}

/// Bytes behind the head that names a segment of a data set, as many of them for its directory as their first
/// says: what any reader of the directory and of columns would otherwise never be handed.
fn named_segment(choice: u8, bytes: &[u8]) -> Vec<u8> {
    let data_set = DataSet::ALL[usize::from(choice / 2) % DataSet::ALL.len()];
    let mut file = SegmentWriter::new(data_set, month(), 0).finish();
    file.truncate(HEAD);
    let (&share, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let directory = rest.len() * usize::from(share) / 255;
    let data = rest.len() - directory;
    file[16..20].copy_from_slice(&u32::from(choice / 8).to_le_bytes());
    file[32..36].copy_from_slice(&(directory as u32).to_le_bytes());
    file[36..40].copy_from_slice(&(data as u32).to_le_bytes());
    file.extend_from_slice(rest);
    file
}

/// Reads bytes as entries of a dictionary, behind the head and before the check sum that every chunk has.
fn survive_chunk(choice: u8, bytes: &[u8]) {
    let mut file = b"MBID\x01".to_vec();
    file.push([2, 3, 4, 7, 8, 9][usize::from(choice) % 6]);
    file.extend_from_slice(bytes);
    let checksum = crc32fast::hash(&file);
    file.extend_from_slice(&checksum.to_le_bytes());
    if let Ok(chunk) = DictionaryChunk::decode(&file) {
        let again = DictionaryChunk::decode(&chunk.encode());
        assert_eq!(again.as_ref(), Ok(&chunk));
        let mut cube = Cube::new(rules(month()));
        let _: Result<(), DictionaryError> = cube.extend_dictionary(&chunk);
    }
}

fn month() -> Date {
    Date::from_ymd(2026, 2, 1).expect("a day of the calendar")
}

/// A file as the writer makes it of facts that come from bytes, with some of its bytes changed.
fn changed(choice: u8, input: &[u8]) -> Vec<u8> {
    let (writer, changes) = written(choice, input);
    altered(writer.finish(), changes)
}

/// Bytes with some of them changed.
fn altered(mut bytes: Vec<u8>, changes: &[u8]) -> Vec<u8> {
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        bytes[at] = change[2];
    }
    bytes
}

/// Facts that come from bytes, and the bytes that are left.
fn written(choice: u8, input: &[u8]) -> (SegmentWriter, &[u8]) {
    let data_set = DataSet::ALL[usize::from(choice) % DataSet::ALL.len()];
    let (seeds, changes) = input.split_at(input.len().min(usize::from(choice / 4) * 2));
    let month = month();
    let has_channel = data_set.dimensions().contains(&Dimension::Channel);
    let mut writer = SegmentWriter::new(data_set, month, u32::from(has_channel));
    for seed in seeds.chunks_exact(2) {
        let (one, other) = (u32::from(seed[0]), i64::from(seed[1]));
        let code = |dimension: &Dimension| match dimension {
            Dimension::Day => month.days() as u32 + one % 28,
            Dimension::Channel => 1,
            _ => one * 7,
        };
        let measure = |at: usize| match at {
            0 => Some(1),
            at if (one as usize + at).is_multiple_of(11) => None,
            at => Some(other << (at % 24)),
        };
        let fact = FactRow {
            codes: data_set.dimensions().iter().map(code).collect(),
            measures: (0..data_set.measures().len()).map(measure).collect(),
        };
        writer
            .push(&fact)
            .expect("a fact of this month and channel");
    }
    (writer, changes)
}

/// Opens bytes, reads all that they hold and asks for every metric by some dimensions. Answers and errors
/// are both fine.
pub fn survive(bytes: &[u8]) {
    let opened = Segment::open(bytes);
    match bytes.split_first_chunk::<4>() {
        Some((b"MBIS", [version, ..])) if *version > VERSION => {
            let found = *version;
            assert_eq!(opened.err(), Some(SegmentError::Newer { found }));
            return;
        }
        Some((b"MBIS", _)) => {}
        _ => {
            assert_eq!(opened.err(), Some(SegmentError::Foreign));
            return;
        }
    }
    let Ok(segment) = opened else {
        return;
    };
    let _: Result<Vec<FactRow>, SegmentError> = segment.read_rows();
    let month: Date = segment.month();
    let range = DateRange::new(month, month.last_of_month()).unwrap_or(segment.days());
    let mut cube = Cube::new(rules(segment.days().to()));
    cube.add_segment(Hash256::from_bytes([0; 32]), segment);
    ask_everything(&cube, range);
}

const fn rules(today: Date) -> CalendarRules {
    CalendarRules {
        week_start: WeekStart::Monday,
        fiscal_first_month: 1,
        today,
    }
}

/// Asks for every metric by some dimensions.
fn ask_everything(cube: &Cube, range: DateRange) {
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
