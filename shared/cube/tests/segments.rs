//! Segments return what they were given, in any order and of any shape, and refuse what is damaged,
//! cut off, foreign or newer, without a panic.

mod damage;

use cube::{FactRow, Segment, SegmentError, SegmentWriter, WriteError};
use kernel::Date;
use model::schema::{DataSet, Dimension, Measure};
use proptest::prelude::*;

fn month() -> Date {
    Date::from_ymd(2026, 2, 1).expect("a day of the calendar")
}

fn segment_of(data_set: DataSet, channel: u32, rows: &[FactRow]) -> Vec<u8> {
    let mut writer = SegmentWriter::new(data_set, month(), channel);
    rows.iter()
        .for_each(|row| writer.push(row).expect("a fact of this segment"));
    writer.finish()
}

/// Facts of a data set: few or many days, small or large codes, nulls in some columns, retractions.
fn any_rows(data_set: DataSet, rows_max: usize) -> impl Strategy<Value = Vec<FactRow>> {
    let measure = prop_oneof![
        3 => Just(Some(0)),
        3 => (0_i64..5).prop_map(Some),
        3 => (0_i64..4_000_000).prop_map(Some),
        1 => (-(1_i64 << 53)..=1 << 53).prop_map(Some),
        1 => Just(None),
    ];
    let codes = data_set.dimensions().len();
    let measures = data_set.measures().len();
    let row = (
        0_u32..28,
        prop::collection::vec(prop_oneof![0_u32..9, any::<u32>()], codes),
        prop::collection::vec(measure, measures),
        any::<bool>(),
    );
    let row = row.prop_map(move |(day, mut codes, mut measures, is_retraction)| {
        measures[0] = Some(1);
        for (code, dimension) in codes.iter_mut().zip(data_set.dimensions()) {
            match dimension {
                Dimension::Day => *code = month().days() as u32 + day,
                Dimension::Channel => *code = 3,
                _ => {}
            }
        }
        let row = FactRow { codes, measures };
        if is_retraction { row.retraction() } else { row }
    });
    prop::collection::vec(row, 0..rows_max)
}

fn any_segment(rows_max: usize) -> impl Strategy<Value = (DataSet, Vec<FactRow>)> {
    prop::sample::select(DataSet::ALL.to_vec()).prop_flat_map(move |data_set| {
        any_rows(data_set, rows_max).prop_map(move |rows| (data_set, rows))
    })
}

fn channel_of(data_set: DataSet) -> u32 {
    if data_set.dimensions().contains(&Dimension::Channel) {
        3
    } else {
        0
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn facts_survive_in_any_order(
        (data_set, rows) in any_segment(120),
        shuffle in any::<prop::sample::Index>(),
    ) {
        let bytes = segment_of(data_set, channel_of(data_set), &rows);
        let mut turned = rows.clone();
        if !turned.is_empty() {
            let at = shuffle.index(turned.len());
            turned.rotate_left(at);
        }
        prop_assert_eq!(&segment_of(data_set, channel_of(data_set), &turned), &bytes);
        let segment = Segment::open(bytes).expect("just written");
        prop_assert_eq!(segment.rows() as usize, rows.len());
        prop_assert_eq!((segment.data_set(), segment.month()), (data_set, month()));
        let mut read = segment.read_rows().expect("just written");
        read.sort();
        let mut expected = rows;
        expected.sort();
        if let (Some(first), Some(last)) = (expected.first(), expected.last()) {
            prop_assert_eq!(segment.days().from().days() as u32, first.codes[0]);
            prop_assert_eq!(segment.days().to().days() as u32, last.codes[0]);
        }
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn damage_is_found(
        (data_set, rows) in any_segment(40),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
    ) {
        let mut bytes = segment_of(data_set, channel_of(data_set), &rows);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let outcome = Segment::open(bytes).and_then(|segment| segment.read_rows());
        prop_assert!(outcome.is_err(), "byte {} changed and nothing noticed", at);
    }

    #[test]
    fn a_cut_or_extended_file_is_refused(
        (data_set, rows) in any_segment(30),
        cut in any::<prop::sample::Index>(),
        extra in 1_usize..9,
    ) {
        let bytes = segment_of(data_set, channel_of(data_set), &rows);
        prop_assert!(Segment::open(&bytes[..cut.index(bytes.len())]).is_err());
        let mut longer = bytes;
        longer.resize(longer.len() + extra, 0);
        let refused = matches!(Segment::open(longer), Err(SegmentError::Length { .. }));
        prop_assert!(refused);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Segment::open(bytes.clone()).is_err());
        let mut headed = b"MBIS\x01\x01".to_vec();
        headed.extend(bytes);
        prop_assert!(Segment::open(headed).is_err());
    }

    #[test]
    fn damage_behind_right_checksums_is_survived(
        (data_set, rows) in any_segment(20),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6),
    ) {
        let mut bytes = segment_of(data_set, channel_of(data_set), &rows);
        let directory = u32::from_le_bytes(bytes[32..36].try_into().expect("four bytes")) as usize;
        for (at, value, in_head) in changes {
            let at = at.index(if in_head { 44 + directory } else { bytes.len() });
            if !(32..44).contains(&at) {
                bytes[at] = value;
            }
        }
        damage::repair(&mut bytes);
        damage::survive(&bytes);
    }

    /// What the fuzz target does with files of any bytes, for a bounded time.
    #[test]
    fn any_directory_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..300), directory in 0_u32..200) {
        let mut file = b"MBIS\x01\x01".to_vec();
        file.extend(bytes);
        file.resize(file.len().max(44 + directory as usize), 0);
        let data = file.len() as u32 - 44 - directory;
        file[32..36].copy_from_slice(&directory.to_le_bytes());
        file[36..40].copy_from_slice(&data.to_le_bytes());
        damage::repair(&mut file);
        damage::survive(&file);
    }
}

/// The fuzz target for a bounded time: the same inputs in every run, half of them files of the writer with a
/// few changes.
#[test]
fn what_is_fuzzed_is_survived() {
    for_hostile_inputs(3_000, damage::run);
}

#[test]
fn what_is_fuzzed_of_roll_ups_is_survived() {
    for_hostile_inputs(1_500, damage::rollups::run);
}

/// Questions whose words and numbers were changed for others that may stand there, and for any.
#[test]
fn what_is_fuzzed_of_questions_is_survived() {
    let asked = [
        r#"{"metrics":["net-revenue","orders"],"range":{"from":"2026-02-01","to":"2026-02-28"},"group_by":["product","week"],
        "filters":[{"op":"in","dimension":"channel","members":["trendyol"]},{"op":"search","dimension":"product","text":"a"}],
        "compare":"previous-period","sort":{"by":{"change":0},"descending":true},"top":{"rows":5,"others":true},
        "derived":[{"figure":"cumulative","metric":0},{"figure":"share-of-compared","metric":0}],"fill_gaps":true}"#,
        r#"{"metrics":["cm2","return-rate"],"range":{"from":"2026-01-01","to":"2026-12-31"},"group_by":["channel","month"],
        "compare":"target","subtotals":true,"bounds":[{"metric":0,"min":-5.5,"max":1e300}],
        "derived":[{"figure":"moving-average","metric":0,"periods":3},{"figure":"rank","metric":1}]}"#,
    ];
    // Every second part stands in quotes.
    let quoted = asked
        .iter()
        .flat_map(|text| text.split('"').skip(1).step_by(2));
    let words: Vec<&str> = quoted.collect();
    let mut read = 0;
    for_hostile_inputs(1_500, |input| {
        let Some((&first, changes)) = input.split_first() else {
            return;
        };
        let mut parts: Vec<&str> = asked[usize::from(first) % asked.len()].split('"').collect();
        for change in changes.chunks_exact(2).take(1 + usize::from(first / 64)) {
            let at = usize::from(change[0]) % (parts.len() / 2) * 2 + 1;
            parts[at] = words[usize::from(change[1]) % words.len()];
        }
        let text = parts.join("\"");
        read += usize::from(serde_json::from_str::<cube::Query>(&text).is_ok());
        damage::queries::run(text.as_bytes());
        damage::queries::run(input);
    });
    assert!(read > 40, "{read} could be read");
}

fn for_hostile_inputs(count: usize, mut run: impl FnMut(&[u8])) {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut dice = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as usize
    };
    for _ in 0..count {
        let length = dice() % 160;
        let input: Vec<u8> = (0..length).map(|_| dice() as u8).collect();
        run(&input);
    }
}

#[test]
fn repair_leaves_a_whole_file_as_it_is() {
    let rows = priced_lines(&[(3, 1, 0), (9, 7, 2), (4, 6, 1)]);
    let bytes = segment_of(DataSet::Sales, 3, &rows);
    let mut broken = bytes.clone();
    broken[40] ^= 1;
    assert!(Segment::open(&broken[..]).is_err());
    damage::repair(&mut broken);
    assert_eq!(broken, bytes);
}

/// Order lines whose amounts follow from one another, some of them not known or off by a little.
fn priced_lines(seeds: &[(i64, i64, i64)]) -> Vec<FactRow> {
    let line = |(at, &(price, kind, off)): (usize, &(i64, i64, i64))| {
        let mut measures = vec![Some(0); DataSet::Sales.measures().len()];
        let gross = price * 10 + 90;
        let discount = gross * (kind % 4 * 5) / 100;
        let cancelled = if kind == 7 { gross - discount } else { 0 };
        let kept = gross - discount - cancelled;
        let net = kept * 100 / (100 + [1, 10, 20, 20][kind as usize % 4]) + off;
        for (measure, value) in [
            (0, Some(1)),
            (5, Some(gross)),
            (6, Some(discount)),
            (8, (kind != 6).then_some(cancelled)),
            (10, Some(net)),
            (11, (kind != 5).then_some(kept - net)),
            (13, Some(kept * 15 / 100)),
        ] {
            measures[measure] = value;
        }
        let day = month().days() as u32 + at as u32 % 28;
        FactRow {
            codes: vec![day, 3, 1, 1, 1, at as u32],
            measures,
        }
    };
    let rows = seeds.iter().enumerate().map(line);
    rows.map(|row| {
        if row.codes[5] % 9 == 4 {
            row.retraction()
        } else {
            row
        }
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn predicted_amounts_survive(
        seeds in prop::collection::vec((0_i64..200_000, 0_i64..8, 0_i64..2), 0..300),
    ) {
        let rows = priced_lines(&seeds);
        let segment = Segment::open(segment_of(DataSet::Sales, 3, &rows)).expect("just written");
        let mut read = segment.read_rows().expect("just written");
        let mut expected = rows;
        read.sort();
        expected.sort();
        prop_assert_eq!(read, expected);
    }
}

#[test]
fn amounts_that_follow_from_others_cost_little() {
    let seeds: Vec<_> = (0..4_000)
        .map(|at| (at * 7_919 % 199_999, at % 4, 0))
        .collect();
    let segment =
        Segment::open(segment_of(DataSet::Sales, 3, &priced_lines(&seeds))).expect("written");
    let lengths = segment.column_lengths();
    let (gross, net, vat) = (lengths[6 + 5], lengths[6 + 10], lengths[6 + 11]);
    assert!(gross > 8_000, "{gross}");
    assert!(net < 2_000, "{net}");
    assert!(vat < 40, "{vat}");
}

fn ads_row() -> FactRow {
    let measures = [1, 50_000, 310_000, 9_400, 120, 7].map(Some).to_vec();
    FactRow {
        codes: vec![month().days() as u32, 3, 1],
        measures,
    }
}

#[test]
fn foreign_and_newer_files_are_named() {
    assert_eq!(
        Segment::open(*b"PK\x03\x04 a zip").map(|_| ()),
        Err(SegmentError::Foreign)
    );
    assert_eq!(
        Segment::open(Vec::new()).map(|_| ()),
        Err(SegmentError::Foreign)
    );
    let mut bytes = segment_of(DataSet::Ads, 3, &[ads_row()]);
    bytes[4] = 2;
    assert_eq!(
        Segment::open(bytes).map(|_| ()),
        Err(SegmentError::Newer { found: 2 })
    );
}

#[test]
fn opening_decodes_nothing_and_a_bad_column_is_found_when_it_is_read() {
    let rows: Vec<FactRow> = (0..50)
        .map(|row| {
            let mut fact = ads_row();
            fact.measures[1] = Some(row * row);
            fact
        })
        .collect();
    let mut bytes = segment_of(DataSet::Ads, 3, &rows);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let segment = Segment::open(bytes).expect("the head is whole");
    assert_eq!(segment.decoded_bytes(), 0);
    assert!(matches!(
        segment.read_rows(),
        Err(SegmentError::Column {
            reason: "checksum",
            ..
        })
    ));
}

#[test]
fn facts_that_do_not_belong_are_refused() {
    let refused = |change: &dyn Fn(&mut FactRow)| {
        let mut row = ads_row();
        change(&mut row);
        let mut writer = SegmentWriter::new(DataSet::Ads, month(), 3);
        let outcome = writer.push(&row);
        assert!(writer.is_empty());
        outcome.expect_err("this fact does not belong")
    };
    assert!(matches!(
        refused(&|row| row.codes.push(1)),
        WriteError::Shape { codes: 4, .. }
    ));
    assert!(matches!(
        refused(&|row| row.codes[0] += 28),
        WriteError::OtherMonth { .. }
    ));
    assert!(matches!(
        refused(&|row| row.codes[0] -= 1),
        WriteError::OtherMonth { .. }
    ));
    assert!(matches!(
        refused(&|row| row.codes[1] = 4),
        WriteError::OtherChannel {
            expected: 3,
            found: 4
        }
    ));
    assert_eq!(refused(&|row| row.measures[0] = None), WriteError::NoRows);
    assert_eq!(
        refused(&|row| row.measures[2] = Some(i64::MIN)),
        WriteError::TooLarge { value: i64::MIN }
    );
}

proptest! {
    /// Whatever the hidden values are, the bytes are the same: nothing can be learned of them.
    #[test]
    fn what_is_hidden_leaves_no_trace(
        (data_set, rows) in any_segment(40),
        others in prop::collection::vec(prop::option::of(-(1_i64 << 53)..=1 << 53), 1..60),
        bits in any::<u32>(),
    ) {
        let measures = data_set.measures();
        let is_hidden = |at: usize| at > 0 && bits >> at & 1 == 1;
        let hidden: Vec<Measure> = (0..measures.len()).filter(|at| is_hidden(*at)).map(|at| measures[at]).collect();
        let mut changed = rows.clone();
        let mut next = others.iter().cycle();
        for row in &mut changed {
            for at in (0..measures.len()).filter(|at| is_hidden(*at)) {
                row.measures[at] = *next.next().expect("it never ends");
            }
        }
        let without = |rows: &[FactRow]| {
            let mut writer = SegmentWriter::new(data_set, month(), channel_of(data_set));
            rows.iter().for_each(|row| writer.push(row).expect("a fact of this segment"));
            writer.hide(&hidden);
            writer.finish()
        };
        let bytes = without(&rows);
        prop_assert_eq!(&bytes, &without(&changed));
        let mut expected = rows;
        for row in &mut expected {
            for (at, value) in row.measures.iter_mut().enumerate() {
                *value = value.filter(|_| !is_hidden(at));
            }
        }
        let mut read = Segment::open(bytes).expect("valid").read_rows().expect("rows");
        read.sort();
        expected.sort();
        prop_assert_eq!(read, expected);
    }
}

#[test]
fn a_segment_without_facts_is_valid() {
    let segment = Segment::open(segment_of(DataSet::Stock, 0, &[])).expect("valid");
    assert_eq!(segment.rows(), 0);
    assert_eq!(segment.read_rows(), Ok(Vec::new()));
}
