//! Roll-ups of months that are over: what they answer is what the lines answer, each sees what it may, and a kill
//! at any step leaves none that is wrong.

use cube::{QueryError, RollupFile, RollupUse};
use policy::{Cut, Seen};
use sync::{RollupRef, SegmentRef};

use super::*;

/// Order lines of a month that is over and one that is not, on two channels.
fn many_lines(count: usize) -> String {
    let mut csv = String::from(
        "order_date,channel,order_id,line_id,version,sku,category,quantity,unit_price,unit_cost,commission",
    );
    for at in 0..count {
        let (month, day) = (10 + at % 2, 1 + at % 28);
        let (channel, sku) = (["n11", "trendyol"][at / 2 % 2], at % 7);
        csv.push_str(&format!(
            "\n2026-{month:02}-{day:02},{channel},o-{at},1,0,s-{sku},c-{},{},{}.50,{}.25,{}.10",
            sku % 3,
            1 + at % 4,
            10 + at % 90,
            5 + at % 31,
            at % 5,
        ));
    }
    csv + "\n"
}

fn filled() -> World {
    let world = company();
    send(&world, FileKind::Sales, &many_lines(4_800), "sales").unwrap();
    settle(&world);
    world
}

fn manifest_of(world: &World, cut: Option<Cut>) -> Manifest {
    let tenant = world.objects.get(&acme()).unwrap();
    match tenant.manifest(cut, None, false).unwrap() {
        Manifested::Changed { bytes, .. } => serde_json::from_slice(&bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn blob(world: &World, hash: kernel::Hash256) -> Vec<u8> {
    let found = block_on(world.blobs.get(&acme(), &blob_name(hash))).unwrap();
    found.unwrap_or_else(|| panic!("{hash} is missing"))
}

/// What a device makes of a manifest of which it has the roll-ups, and the segments that they are not of.
fn rolled(world: &World, manifest: &Manifest) -> Cube {
    let mut cube = cube_of(world, manifest, &[]);
    let mut covered = Vec::new();
    for rollup in &manifest.rollups {
        let bytes = blob(world, rollup.hash);
        assert_eq!(sync::content_hash(&bytes), rollup.hash);
        assert_eq!(bytes.len() as u32, rollup.bytes);
        let file = RollupFile::open(&bytes).unwrap();
        covered.extend_from_slice(file.sources());
        cube.add_rollup(rollup.hash, file);
    }
    for segment in &manifest.segments {
        if !covered.contains(&segment.hash) {
            cube.add_segment(
                segment.hash,
                Segment::open(blob(world, segment.hash)).unwrap(),
            );
        }
    }
    cube
}

fn cube_of(world: &World, manifest: &Manifest, segments: &[SegmentRef]) -> Cube {
    let mut cube = Cube::new(CalendarRules {
        week_start: manifest.profile.week_start,
        fiscal_first_month: 1,
        today: Date::from_ymd(2026, 11, 23).unwrap(),
    });
    cube.set_rollups(RollupUse::Never);
    for chunk in &manifest.dictionaries {
        let chunk = DictionaryChunk::decode(&blob(world, chunk.hash)).unwrap();
        cube.extend_dictionary(&chunk).unwrap();
    }
    for segment in segments {
        cube.add_segment(
            segment.hash,
            Segment::open(blob(world, segment.hash)).unwrap(),
        );
    }
    cube
}

/// Roll-ups and lines say the same, bit for bit; gives how many questions roll-ups answered.
fn agree(world: &World, cut: Option<Cut>) -> usize {
    let manifest = manifest_of(world, cut);
    let (rolled, lines) = (
        rolled(world, &manifest),
        cube_of(world, &manifest, &manifest.segments),
    );
    let mut answered = 0;
    let groups: [&[Dimension]; 6] = [
        &[],
        &[Dimension::Month, Dimension::Channel],
        &[Dimension::Day],
        &[Dimension::Category, Dimension::Year],
        &[Dimension::Product],
        &[Dimension::City],
    ];
    for metrics in MetricId::ALL.chunks(Query::METRICS_MAX) {
        for group_by in groups {
            let metrics = metrics.iter().filter(|it| it.metric().adds_up());
            let metrics: Vec<MetricId> = metrics.copied().collect();
            let question = query(&metrics, group_by);
            let mut expected = lines.answer(&question).unwrap();
            match rolled.answer(&question) {
                Ok(answer) => {
                    answered += usize::from(!answer.explain.rollups.is_empty());
                    expected.explain = answer.explain.clone();
                    assert_eq!(answer, expected, "{question:?}");
                }
                Err(QueryError::LinesNotHere { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
    let orders = query(&[MetricId::Orders], &[]);
    let refused = matches!(rolled.answer(&orders), Err(QueryError::LinesNotHere { .. }));
    assert_eq!(refused, !manifest.rollups.is_empty());
    answered
}

#[test]
fn months_that_are_over_are_rolled_up_for_each_channel_and_cut() {
    let world = filled();
    let (whole, part) = (
        manifest_of(&world, None),
        manifest_of(&world, Some(Cut::Open)),
    );
    let places = |manifest: &Manifest| -> Vec<_> {
        let of = |it: &RollupRef| (it.data_set, it.month.to_string(), it.channel);
        manifest.rollups.iter().map(of).collect()
    };
    assert_eq!(places(&whole).len(), 2, "{:?}", places(&whole));
    assert!(
        places(&whole)
            .iter()
            .all(|(_, month, _)| month != "2026-11-01")
    );
    assert_eq!(places(&whole), places(&part));
    let names =
        |manifest: &Manifest| -> Vec<_> { manifest.rollups.iter().map(|it| it.hash).collect() };
    assert!(
        names(&whole)
            .iter()
            .all(|hash| !names(&part).contains(hash))
    );
    assert!(agree(&world, None) >= 4);
    assert!(agree(&world, Some(Cut::Open)) >= 4);
    let tenant = world.objects.get(&acme()).unwrap();
    assert!(!tenant.lacks_rollups(world.now()).unwrap());
    for rollup in whole.rollups.iter().chain(&part.rollups) {
        let segments: u32 = whole
            .segments
            .iter()
            .filter(|it| {
                (it.data_set, it.month, it.channel)
                    == (rollup.data_set, rollup.month, rollup.channel)
            })
            .map(|it| it.bytes)
            .sum();
        assert!(
            rollup.bytes * 2 <= segments,
            "{} of {segments}",
            rollup.bytes
        );
    }
}

#[test]
fn what_a_cut_hides_is_in_no_byte_of_its_roll_ups() {
    let names = |costs: u32| -> Vec<_> {
        let world = company();
        let csv = many_lines(4_800).replace(".25,", &format!(".{costs},"));
        send(&world, FileKind::Sales, &csv, "sales").unwrap();
        settle(&world);
        let of = |cut| -> Vec<_> {
            let manifest = manifest_of(&world, cut);
            manifest.rollups.iter().map(|it| it.hash).collect()
        };
        vec![of(None), of(Some(Cut::Open))]
    };
    let (one, other) = (names(25), names(75));
    assert_ne!(one[0], other[0]);
    assert_eq!(one[1], other[1]);
    assert!(!one[1].is_empty());
    assert_eq!(
        Cut::Open.of(model::schema::DataSet::Sales),
        Seen::Cut(Cut::Open)
    );
}

#[test]
fn a_roll_up_is_named_to_whoever_sees_its_channel_and_columns() {
    let world = filled();
    let tenant = world.objects.get(&acme()).unwrap();
    for cut in [None, Some(Cut::Open)] {
        for rollup in manifest_of(&world, cut).rollups {
            let told = tenant.answer(Ask::Named { hash: rollup.hash }).unwrap();
            let Told::Named { named } = told else {
                panic!("{told:?}");
            };
            let expected = Named::Segment {
                data_set: rollup.data_set,
                channel: rollup.channel,
                cut,
            };
            assert_eq!(named, Some(expected));
        }
    }
}

#[test]
fn later_changes_stand_beside_roll_ups_and_a_rebuilt_month_gets_new_ones() {
    let world = filled();
    let before = manifest_of(&world, None);
    // A few corrections of a large month stay small segments, beside the same roll-up.
    let few = many_lines(6)
        .replace(",1,0,", ",1,1,")
        .replace(".50,", ".75,");
    send(&world, FileKind::Sales, &few, "few").unwrap();
    settle(&world);
    let after = manifest_of(&world, None);
    assert_eq!(after.rollups, before.rollups);
    assert!(after.segments.iter().any(|it| it.delta));
    assert!(agree(&world, None) >= 4);
    // Many are rebuilt into the month.
    let many = many_lines(2_400)
        .replace(",1,0,", ",1,2,")
        .replace(".50,", ".80,");
    send(&world, FileKind::Sales, &many, "many").unwrap();
    work(&world).unwrap();
    let retired = before.rollups.iter().map(|it| it.hash);
    settle(&world);
    let after = manifest_of(&world, None);
    assert_eq!(after.rollups.len(), before.rollups.len());
    assert!(
        retired
            .clone()
            .all(|hash| after.rollups.iter().all(|it| it.hash != hash))
    );
    assert!(agree(&world, None) >= 4);
    assert!(agree(&world, Some(Cut::Open)) >= 4);
    // Devices that hold the older manifest can fetch what it names for a day.
    retired.clone().for_each(|hash| drop(blob(&world, hash)));
    world.now.set(world.now.get() + GRACE_MILLIS + 1);
    work(&world).unwrap();
    for hash in retired {
        let found = block_on(world.blobs.get(&acme(), &blob_name(hash))).unwrap();
        assert_eq!(found, None);
    }
}

/// Import, settling and rolling up, killed at steps from the first to the last and begun again.
#[test]
fn a_kill_at_any_step_leaves_roll_ups_of_the_lines() {
    let csv = many_lines(2_400);
    let mut kills = 0;
    for steps in (0..).step_by(11) {
        let world = company();
        send(&world, FileKind::Sales, &csv, "sales").unwrap();
        work(&world).unwrap();
        world.now.set(world.now.get() + SETTLE_MILLIS + 1);
        world.fuse.set(Some(steps));
        let was_killed = work(&world).is_err();
        world.restart();
        if was_killed {
            // Whatever there is now is of the lines.
            agree(&world, None);
        }
        work(&world).unwrap();
        let rollups = manifest_of(&world, None).rollups.len();
        assert_eq!(rollups, 2, "killed at {steps}");
        agree(&world, None);
        agree(&world, Some(Cut::Open));
        if !was_killed {
            break;
        }
        kills += 1;
    }
    assert!(kills > 4, "{kills} kills");
}
