//! A small random company: dictionaries, facts with nulls, retractions and unknown members, and
//! random questions about it. The same seed gives the same world.

use std::collections::BTreeMap;

use cube::{
    Bound, CalendarRules, Compare, Cube, Derived, DictionaryChunk, Entry, FactRow, Filter, Query,
    Segment, SegmentWriter, Sort, SortBy, Top,
};
use kernel::{Date, DateRange, Hash256, WeekStart};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end` - 1.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

pub struct World {
    pub rules: CalendarRules,
    pub facts: Vec<(DataSet, FactRow)>,
    pub entries: BTreeMap<Dimension, Vec<Entry>>,
    pub first_day: Date,
    pub days: u64,
    /// Whether amounts may be negative, very large, and open in any measure.
    pub is_wild: bool,
    /// Whether costs are small, so that margins are above 0.
    is_cheap: bool,
}

pub const GROUPABLE: [Dimension; 16] = [
    Dimension::Channel,
    Dimension::Product,
    Dimension::Category,
    Dimension::Country,
    Dimension::City,
    Dimension::Campaign,
    Dimension::Endpoint,
    Dimension::Caller,
    Dimension::Day,
    Dimension::Week,
    Dimension::Month,
    Dimension::Quarter,
    Dimension::Year,
    Dimension::Weekday,
    Dimension::FirstOrderMonth,
    Dimension::MonthsSinceFirstOrder,
];

impl World {
    pub fn new(seed: u64) -> World {
        World::made(seed, true)
    }

    /// One whose amounts are known but for two, and not below 0.
    pub fn calm(seed: u64) -> World {
        World::made(seed, false)
    }

    fn made(seed: u64, can_be_wild: bool) -> World {
        let mut dice = Dice(seed);
        let first_day = Date::from_ymd(2025, 1, 1)
            .and_then(|date| date.add_days(dice.below(500) as i32))
            .expect("in range");
        let days = dice.pick(&[3, 20, 75, 430]);
        let entry = |name: &str, number: u64, parent: u64| Entry {
            key: format!("{name}-{}", number * 7 % 10),
            label: format!("{} {number}", name.to_uppercase()),
            parent: parent as u32,
        };
        let mut entries = BTreeMap::new();
        let mut names = |dimension, name: &str, count: u64, parents: u64| {
            let list =
                (1..=count).map(|it| entry(name, it, if parents == 0 { 0 } else { it % parents }));
            entries.insert(dimension, list.collect::<Vec<_>>());
        };
        names(Dimension::Channel, "channel", 3, 0);
        names(Dimension::Category, "category", 3, 0);
        names(Dimension::Product, "sku", 8, 4);
        names(Dimension::Country, "country", 2, 0);
        names(Dimension::City, "city", 5, 3);
        names(Dimension::Campaign, "campaign", 3, 0);
        names(Dimension::Endpoint, "endpoint", 4, 0);
        names(Dimension::Caller, "caller", 3, 0);
        let today = first_day
            .add_days(dice.below(days + 5) as i32)
            .expect("in range");
        let rules = CalendarRules {
            week_start: dice.pick(&[WeekStart::Monday, WeekStart::Sunday, WeekStart::Saturday]),
            fiscal_first_month: dice.pick(&[1, 1, 4, 7, 12]),
            today,
        };
        let mut world = World {
            rules,
            facts: Vec::new(),
            entries,
            first_day,
            days,
            is_wild: dice.one_in(2) && can_be_wild,
            is_cheap: dice.one_in(3),
        };
        for data_set in DataSet::ALL {
            if !dice.one_in(6) {
                let count = dice.pick(&[1, 40, 220]);
                for _ in 0..count {
                    let fact = world.fact(data_set, &mut dice);
                    world.facts.push((data_set, fact));
                }
            }
        }
        // Corrections: an earlier fact is taken back, and often added again with other numbers.
        for _ in 0..world.facts.len() / 10 {
            let at = dice.below(world.facts.len() as u64) as usize;
            let (data_set, fact) = world.facts[at].clone();
            if fact.measures[0] != Some(1) {
                continue;
            }
            let is_taken_back = world
                .facts
                .iter()
                .filter(|other| other.0 == data_set && other.1.codes == fact.codes)
                .any(|other| other.1.measures[0] == Some(-1));
            if is_taken_back {
                continue;
            }
            world.facts.push((data_set, fact.retraction()));
            if dice.one_in(2) {
                let mut again = world.fact(data_set, &mut dice);
                again.codes = fact.codes.clone();
                world.facts.push((data_set, again));
            }
        }
        world
    }

    fn fact(&self, data_set: DataSet, dice: &mut Dice) -> FactRow {
        let day = dice.below(self.days);
        let codes = data_set
            .dimensions()
            .iter()
            .map(|dimension| match dimension {
                Dimension::Day => (self.first_day.days() as u64 + day) as u32,
                // More appear as time goes on, some with codes far beyond those before.
                Dimension::Customer if dice.one_in(40) => 9_000 + dice.below(3) as u32 * 4_000,
                Dimension::Customer => dice.below(12 + day / 40) as u32,
                Dimension::Order if dice.one_in(40) => 5_000 + dice.below(5) as u32 * 7_000,
                Dimension::Order => dice.below(60 + day / 8) as u32,
                named => {
                    // Code 0 is unknown, the last one has no dictionary entry yet.
                    let known = self.entries[named].len() as u64;
                    dice.below(known + 2) as u32
                }
            })
            .collect();
        let measures = (0..data_set.measures().len())
            .map(|at| match at {
                0 => Some(1),
                8 | 12 if dice.one_in(2) => None,
                _ if self.is_wild && dice.one_in(12) => None,
                _ if dice.one_in(4) => Some(0),
                _ if self.is_wild && dice.one_in(12) => Some(-(dice.below(3_000) as i64)),
                _ if self.is_wild && dice.one_in(40) => Some(dice.below(1 << 40) as i64),
                _ if self.is_cheap && at >= 12 => Some(dice.below(2_000) as i64),
                _ => Some(dice.below(if at > 4 { 100_000 } else { 4 }) as i64),
            })
            .collect();
        FactRow { codes, measures }
    }

    /// A cube of these facts, cut into segments in one of many ways.
    pub fn cube(&self, seed: u64) -> Cube {
        let mut cube = self.empty_cube();
        for (id, bytes) in self.segments(seed) {
            let segment = Segment::open(bytes).expect("just written");
            cube.add_segment(id, segment);
        }
        cube
    }

    /// A cube that knows the members and no facts.
    pub fn empty_cube(&self) -> Cube {
        let mut cube = Cube::new(self.rules);
        for (&dimension, entries) in &self.entries {
            let chunk = DictionaryChunk {
                dimension,
                first_code: 1,
                entries: entries.clone(),
            };
            cube.extend_dictionary(&chunk).expect("the first chunk");
        }
        cube
    }

    /// These facts, cut into segments in one of many ways.
    pub fn segments(&self, seed: u64) -> Vec<(Hash256, Vec<u8>)> {
        let mut dice = Dice(seed);
        let parts = dice.pick(&[1, 1, 2, 4]);
        let mut writers: BTreeMap<(DataSet, Date, u32, u64), SegmentWriter> = BTreeMap::new();
        for (data_set, fact) in &self.facts {
            let month = Date::from_days(fact.codes[0] as i32)
                .expect("in range")
                .first_of_month();
            let channel = match data_set.dimensions().get(1) {
                Some(Dimension::Channel) => fact.codes[1],
                _ => 0,
            };
            let writer = writers
                .entry((*data_set, month, channel, dice.below(parts)))
                .or_insert_with(|| SegmentWriter::new(*data_set, month, channel));
            writer.push(fact).expect("a fact of this segment");
        }
        let numbered = (0_u64..).zip(writers.into_values());
        let named = numbered.map(|(number, writer)| {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&(number * 77 % 256).to_le_bytes());
            id[8..16].copy_from_slice(&number.to_le_bytes());
            (Hash256::from_bytes(id), writer.finish())
        });
        named.collect()
    }

    pub fn range(&self, dice: &mut Dice) -> DateRange {
        let start = dice.below(self.days + 3) as i32 - 2;
        let from = self.first_day.add_days(start).expect("in range");
        let length = dice.pick(&[1, 7, 30, 62, 400]);
        DateRange::new(from, from.add_days(length - 1).expect("in range")).expect("in order")
    }

    /// A random question that passes all checks.
    pub fn query(&self, seed: u64) -> Query {
        let mut dice = Dice(seed);
        let range = self.range(&mut dice);
        let metrics: Vec<MetricId> = (0..1 + dice.below(5))
            .map(|_| dice.pick(MetricId::ALL))
            .collect();
        let mut group_by = Vec::new();
        for _ in 0..dice.below(5) {
            let dimension = dice.pick(&GROUPABLE);
            if !group_by.contains(&dimension) {
                group_by.push(dimension);
            }
        }
        let filters = (0..dice.below(3))
            .map(|_| self.filter(range, &mut dice))
            .collect();
        let compare = dice.pick(&[
            None,
            Some(Compare::PreviousPeriod),
            Some(Compare::LastYear),
            Some(Compare::Target),
        ]);
        let metric = dice.below(metrics.len() as u64) as usize;
        let by = match dice.below(3) {
            0 => SortBy::Key,
            1 if compare.is_some() => SortBy::Change(metric),
            _ => SortBy::Metric(metric),
        };
        let sort = dice.one_in(2).then(|| Sort {
            by,
            descending: dice.one_in(2),
        });
        let top = dice.one_in(3).then(|| Top {
            rows: 1 + dice.below(5) as usize,
            others: dice.one_in(2),
        });
        let has_time = group_by.iter().any(|dimension| dimension.is_time());
        let derived = (0..dice.below(4)).filter_map(|_| {
            let figure = derived(&metrics, &group_by, &mut dice)?;
            let metric = figure.metric();
            let is_amount = metrics
                .get(metric)
                .is_some_and(|it| it.metric().is_amount());
            match compare.is_some() && is_amount && dice.one_in(4) {
                true => Some(Derived::ShareOfCompared { metric }),
                false => Some(figure),
            }
        });
        let derived = derived.collect();
        let bounds = (0..dice.below(8))
            .filter(|_| dice.one_in(8))
            .collect::<Vec<_>>();
        let bounds = bounds.into_iter().map(|_| bound(metrics.len(), &mut dice));
        Query {
            bounds: bounds.collect(),
            derived,
            metrics,
            range,
            compare,
            sort,
            top,
            subtotals: dice.one_in(3),
            fill_gaps: has_time && group_by.len() < 3 && dice.one_in(3),
            group_by,
            filters,
        }
    }

    fn filter(&self, range: DateRange, dice: &mut Dice) -> Filter {
        let dimension = dice.pick(&GROUPABLE);
        let member = |dice: &mut Dice| -> String {
            let day = range
                .from()
                .add_days(dice.below(range.days() as u64) as i32)
                .expect("in range");
            match dimension {
                Dimension::Weekday => (1 + dice.below(7)).to_string(),
                _ if dimension.is_time() => super::periods::period(dimension, day, &self.rules),
                Dimension::FirstOrderMonth => {
                    super::periods::period(Dimension::Month, day, &self.rules)
                }
                Dimension::MonthsSinceFirstOrder => match dice.below(6) {
                    0 => "-".into(),
                    _ => dice.below(13).to_string(),
                },
                named => match dice.below(8) {
                    0 => "-".into(),
                    1 => "nobody".into(),
                    _ => self.entries[&named]
                        [dice.below(self.entries[&named].len() as u64) as usize]
                        .key
                        .clone(),
                },
            }
        };
        let members = (0..1 + dice.below(3)).map(|_| member(dice)).collect();
        match dice.below(5) {
            0 if dimension.has_dictionary() => Filter::Search {
                dimension,
                text: dice.pick(&["1", "-3", "y 2", "SKU", ""]).into(),
            },
            0 => {
                let end = |dice: &mut Dice| dice.one_in(2).then(|| member(dice));
                let named = |end: &String| end != "-";
                let (from, to) = (end(dice).filter(named), end(dice).filter(named));
                Filter::Range {
                    dimension,
                    from,
                    to,
                }
            }
            1 | 2 => Filter::NotIn { dimension, members },
            _ => Filter::In { dimension, members },
        }
    }
}

/// A derived figure that rows can have.
fn derived(metrics: &[MetricId], group_by: &[Dimension], dice: &mut Dice) -> Option<Derived> {
    let metric = dice.below(metrics.len() as u64) as usize;
    let is_amount = metrics[metric].metric().is_amount();
    let is_period = |it: &&Dimension| super::periods::is_run_along(**it);
    let runs = group_by.iter().filter(is_period).count() == 1;
    match dice.below(6) {
        0 if runs => Some(Derived::Cumulative { metric }),
        1 | 2 if runs => Some(Derived::MovingAverage {
            metric,
            periods: 2 + dice.below(4) as u16,
        }),
        5 if is_amount && runs => Some(Derived::ShareOfFirst { metric }),
        3 if is_amount => Some(Derived::ShareOfTotal { metric }),
        4 if is_amount => Some(Derived::ShareOfParent { metric }),
        _ => Some(Derived::Rank { metric }),
    }
}

fn bound(metrics: usize, dice: &mut Dice) -> Bound {
    let end = |dice: &mut Dice| dice.one_in(2).then(|| dice.below(2_000) as f64 - 200.0);
    Bound {
        metric: dice.below(metrics as u64) as usize,
        min: end(dice).map(|end| end - 500.0),
        max: end(dice).map(|end| end + 500.0),
    }
}
