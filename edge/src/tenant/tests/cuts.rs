//! What a cut shows: the same figures without what it leaves out, however its segments came to be.

use policy::{Cut, Seen};

use super::*;

fn part(world: &World) -> Manifest {
    let tenant = world.objects.get(&acme()).unwrap();
    match tenant.manifest(Some(Cut::Open), None, false).unwrap() {
        Manifested::Changed { bytes, .. } => serde_json::from_slice(&bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn blob(world: &World, hash: kernel::Hash256) -> Vec<u8> {
    let found = block_on(world.blobs.get(&acme(), &blob_name(hash))).unwrap();
    found.unwrap_or_else(|| panic!("{hash} is missing"))
}

/// Order lines with what they cost and what the marketplace takes.
fn costly(costs: &[i64]) -> String {
    let mut csv = String::from(
        "order_date,channel,order_id,line_id,version,sku,quantity,unit_price,unit_cost,commission",
    );
    for (at, cost) in costs.iter().enumerate() {
        let (day, channel) = (1 + at % 20, ["n11", "trendyol"][at % 2]);
        csv.push_str(&format!(
            "\n2026-11-{day:02},{channel},o-{at},1,{cost},s-{},2,100.00,{cost}.00,{}.50",
            at % 3,
            cost % 7
        ));
    }
    csv + "\n"
}

const STOCK: &str = "date,sku,on_hand,unit_cost\n2026-11-02,s-1,5,7.00\n2026-11-03,s-1,4,8.00\n";
const ADS: &str = "date,channel,campaign,spend,ad_sales,impressions,clicks,ad_orders\n2026-11-02,n11,Gizli,10.00,50.00,900,8,1\n";

fn filled(costs: &[i64]) -> World {
    let world = company();
    send(&world, FileKind::Sales, &costly(costs), "sales").unwrap();
    send(&world, FileKind::Stock, STOCK, "stock").unwrap();
    send(&world, FileKind::Ads, ADS, "ads").unwrap();
    settle(&world);
    world
}

/// How often each fact is there, less how often it is taken back.
fn net(rows: &[cube::FactRow]) -> BTreeMap<cube::FactRow, i64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        let (fact, count) = match row.measures[0] {
            Some(1) => (row.clone(), 1),
            _ => (row.retraction(), -1),
        };
        *counts.entry(fact).or_default() += count;
    }
    counts.retain(|_, count| *count != 0);
    counts
}

/// Every segment with something to be seen is there, with the same facts less what is hidden.
fn check(world: &World) {
    let (whole, part) = (manifest(world), part(world));
    assert_eq!((part.cut, part.sequence), (Some(Cut::Open), whole.sequence));
    let visible = |data_set| Cut::Open.of(data_set) != Seen::Nothing;
    let expected = whole.segments.iter().filter(|it| visible(it.data_set));
    assert_eq!(expected.clone().count(), part.segments.len());
    assert!(!part.segments.is_empty());
    for (one, other) in expected.zip(&part.segments) {
        assert_ne!(one.hash, other.hash);
        let bytes = blob(world, other.hash);
        assert_eq!(bytes.len() as u32, other.bytes);
        let hidden: Vec<_> = Cut::Open.hidden(one.data_set).collect();
        let measures = one.data_set.measures();
        let mut rows = Segment::open(blob(world, one.hash))
            .unwrap()
            .read_rows()
            .unwrap();
        for row in &mut rows {
            for (value, measure) in row.measures.iter_mut().zip(measures) {
                *value = value.filter(|_| !hidden.contains(measure));
            }
        }
        let seen = Segment::open(bytes).unwrap().read_rows().unwrap();
        assert_eq!(net(&seen), net(&rows));
    }
    let dimensions = part.dictionaries.iter().map(|chunk| chunk.dimension);
    assert!(!dimensions.clone().any(|it| it == Dimension::Campaign));
    assert!(dimensions.clone().any(|it| it == Dimension::Product));
}

#[test]
fn of_each_segment_a_cut_holds_what_is_not_hidden() {
    let world = filled(&[40, 50, 60, 41, 52, 63]);
    check(&world);
    // A correction of costs alone: for who sees no costs, the same facts once more and taken back.
    send(&world, FileKind::Sales, &costly(&[41, 51]), "later").unwrap();
    work(&world).unwrap();
    check(&world);
    send(&world, FileKind::Sales, &costly(&[42, 52]), "last").unwrap();
    work(&world).unwrap();
    check(&world);
    settle(&world);
    check(&world);
}

#[test]
fn what_a_cut_holds_does_not_tell_of_costs() {
    let names = |world: &World| -> Vec<_> {
        let part = part(world);
        part.segments.iter().map(|segment| segment.hash).collect()
    };
    let one = filled(&[40, 50, 60, 41, 52, 63]);
    let other = filled(&[90, 20, 15, 71, 33, 8]);
    assert_eq!(names(&one), names(&other));
    assert_ne!(manifest(&one).segments, manifest(&other).segments);
}

#[test]
fn segments_of_before_there_were_cuts_get_theirs() {
    let world = filled(&[40, 50, 60]);
    let before = part(&world);
    world.forget_cuts(&acme());
    // Until they have, nothing is shown rather than a part of the facts.
    assert_eq!(part(&world).segments, []);
    let tenant = world.objects.get(&acme()).unwrap();
    assert_eq!(tenant.next_alarm(world.now()).unwrap(), Some(world.now()));
    work(&world).unwrap();
    assert_eq!(part(&world).segments, before.segments);
    assert!(part(&world).sequence > before.sequence);
    assert!(!tenant.lacks_cuts().unwrap());
    check(&world);
}
