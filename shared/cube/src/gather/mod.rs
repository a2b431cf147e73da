//! All aggregated facts of one range, and their folds: by row, by subtotal, in total, or the rows past
//! the top.
//!
//! A data set takes part as far as it has the dimensions: advertising is known by channel but not by
//! product, so its parts are unknown in rows by channel and product, known in the subtotals by channel.
//! Where a filter tests a dimension that a data set lacks, all its parts are unknown.

mod changes;

use std::borrow::Cow;
use std::collections::BTreeMap;

use kernel::DateRange;
use model::metrics::{Computed, Part, PartValue};
use model::schema::{DataSet, Dimension, Measure};

use crate::ages::Spread;
use crate::conditions::Conditions;
use crate::cube::Cube;
use crate::error::QueryError;
use crate::groups::{Groups, KeyTable};
use crate::keys::{Key, Radix};
use crate::parts::{Pass, ValuesByKey, measures_of, pass_of};
use crate::scan::{Effort, Scan};
use crate::segment::Segment;

pub(crate) use changes::Added;

/// How groups are folded into rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fold<'a> {
    /// One row per combination of the first dimensions, this many.
    Prefix(usize),
    /// One row, key 0, of the groups of these rows.
    Only(&'a KeyTable),
}

/// A range with everything that says which facts count and how they are grouped.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) range: DateRange,
    pub(crate) conditions: Conditions,
    /// The grouped dimensions, with the numbers of this range's days.
    pub(crate) keys: Vec<Key>,
}

impl Scope {
    /// The dimensions that are grouped or filtered by, those of filters on time left out.
    fn dimensions(&self) -> impl Iterator<Item = Dimension> {
        let grouped = self.keys.iter().map(|key| key.dimension);
        grouped.chain(self.conditions.named.keys().copied())
    }
}

/// Aggregated facts of one range.
#[derive(Debug)]
pub(crate) struct Gathered {
    sets: BTreeMap<DataSet, GatheredSet>,
    pub(crate) effort: BTreeMap<DataSet, Effort>,
}

#[derive(Debug)]
struct GatheredSet {
    data_set: DataSet,
    /// How many of the grouped dimensions the data set has, from the outermost.
    depth: usize,
    /// Days with facts, whatever the range.
    extent: DateRange,
    measures: Vec<Measure>,
    radix: Radix,
    groups: Groups,
    passes: Vec<GatheredPass>,
}

#[derive(Debug)]
struct GatheredPass {
    part: Part,
    pass: Pass,
    /// Inside of the query's.
    inner: Vec<Key>,
    radix: Radix,
    groups: Groups,
    /// Of a view, the numbers of groups by row, where the part needs no more: kept up to date by what changes.
    counts: Option<ValuesByKey>,
}

/// The facts that a pass reads.
#[derive(Clone, Copy)]
enum Facts<'a> {
    /// All of the data set.
    All(DataSet),
    These(&'a [&'a Segment]),
}

/// Reads all that the parts need.
pub(crate) fn gather(cube: &Cube, scope: &Scope, parts: &[Part]) -> Result<Gathered, QueryError> {
    let mut gathered = Gathered {
        sets: BTreeMap::new(),
        effort: BTreeMap::new(),
    };
    for (data_set, measures) in measures_of(parts) {
        let Some(extent) = cube.extent_of(data_set) else {
            continue;
        };
        if extent.intersect(scope.range).is_none() || !scope.conditions.apply_to(data_set) {
            continue;
        }
        let has = |key: &&Key| data_set.dimensions().contains(&key.stored);
        let depth = scope.keys.iter().take_while(has).count();
        let outer = scope.keys.get(..depth).unwrap_or_default();
        let radix_of = |inner: &[Key]| {
            let keys = outer.iter().chain(inner);
            Radix::new(keys.map(|key| key.cardinality).collect())
        };
        let mut passes = Vec::new();
        for &part in parts {
            let Some(pass) = pass_of(part).filter(|pass| pass.data_set == data_set) else {
                continue;
            };
            let key_of = |&dimension: &Dimension| cube.key(dimension, scope.range);
            let inner = pass
                .inner
                .iter()
                .map(key_of)
                .collect::<Result<Vec<Key>, _>>()?;
            passes.push(GatheredPass {
                part,
                radix: radix_of(&inner)?,
                pass,
                inner,
                groups: Groups::default(),
                counts: None,
            });
        }
        let mut set = GatheredSet {
            data_set,
            depth,
            extent,
            measures,
            radix: radix_of(&[])?,
            groups: Groups::default(),
            passes,
        };
        let (found, effort) = set.read(cube, scope, Facts::All(data_set))?;
        let mut found = found.into_iter();
        set.groups = found.next().unwrap_or_default();
        for (pass, groups) in set.passes.iter_mut().zip(found) {
            pass.groups = groups;
        }
        gathered.effort.insert(data_set, effort);
        gathered.sets.insert(data_set, set);
    }
    Ok(gathered)
}

impl GatheredSet {
    /// The groups of the sums, and of each pass after the other.
    fn read(
        &self,
        cube: &Cube,
        scope: &Scope,
        facts: Facts<'_>,
    ) -> Result<(Vec<Groups>, Effort), QueryError> {
        let outer = scope.keys.get(..self.depth).unwrap_or_default();
        let mut effort = Effort::default();
        let ages_accepted = scope
            .conditions
            .named
            .get(&Dimension::MonthsSinceFirstOrder);
        let mut run = |inner: &[Key], radix: &Radix, measures: &[Measure], first_days| {
            let asked: Vec<&Key> = outer.iter().chain(inner).collect();
            let filter = match ages_accepted {
                Some(accepted) => Some((cube.ages(scope.range)?, accepted)),
                None => None,
            };
            let spread = Spread::of(&asked, filter)?;
            let (keys, read_radix) = match &spread {
                Some(spread) => (spread.keys.iter().collect(), &spread.radix),
                None => (asked, radix),
            };
            let scan = Scan {
                range: scope.range,
                conditions: &scope.conditions,
                keys: &keys,
                radix: read_radix,
                measures,
                first_days,
                summary: cube.summary(self.data_set),
                rollups: cube.rollups(),
                dictionaries: cube.dictionaries(),
            };
            let (groups, own) = match facts {
                Facts::All(data_set) => scan.run(cube.months_of(data_set))?,
                Facts::These(segments) => scan.run_segments(segments)?,
            };
            effort.join(own);
            Ok::<_, QueryError>(match spread {
                Some(spread) => spread.fold(&groups, radix),
                None => groups,
            })
        };
        let mut found = vec![run(&[], &self.radix, &self.measures, None)?];
        for GatheredPass {
            pass, inner, radix, ..
        } in &self.passes
        {
            let first_days = match pass.on_first_days {
                true => Some(cube.first_days()?),
                false => None,
            };
            found.push(run(inner, radix, &pass.measures, first_days)?);
        }
        Ok((found, effort))
    }
}

/// The rows of one fold.
#[derive(Debug)]
pub(crate) struct Folded {
    sets: BTreeMap<DataSet, FoldedSet>,
}

#[derive(Debug)]
struct FoldedSet {
    extent: DateRange,
    measures: Vec<Measure>,
    index: RowIndex,
    groups: Groups,
    passes: Vec<(Part, Pass, ValuesByKey)>,
}

/// Where the groups of keys are.
#[derive(Debug)]
enum RowIndex {
    /// Keys ascend.
    Ascending,
    Hash(KeyTable),
}

impl RowIndex {
    fn of(keys: &[u64]) -> RowIndex {
        match keys.is_sorted() {
            true => RowIndex::Ascending,
            false => RowIndex::Hash(KeyTable::of(keys.iter().copied())),
        }
    }

    fn position(&self, keys: &[u64], key: u64) -> Option<usize> {
        match self {
            RowIndex::Hash(table) => table.number(key).map(|number| number as usize),
            // Where all groups hold facts, a key is its own place.
            RowIndex::Ascending => match keys.get(key as usize) {
                Some(&own) if own == key => Some(key as usize),
                _ => keys.binary_search(&key).ok(),
            },
        }
    }
}

impl FoldedSet {
    fn position(&self, key: u64) -> Option<usize> {
        self.index.position(&self.groups.keys, key)
    }
}

impl Gathered {
    /// How many groups there are to fold.
    pub(crate) fn groups(&self) -> usize {
        let of = |set: &GatheredSet| {
            let passes = set.passes.iter().map(|pass| pass.groups.keys.len());
            set.groups.keys.len() + passes.sum::<usize>()
        };
        self.sets.values().map(of).sum()
    }

    /// Folds all data sets that can tell the rows apart.
    pub(crate) fn fold(&self, fold: Fold<'_>, dimensions: usize) -> Result<Folded, QueryError> {
        let mut sets = BTreeMap::new();
        for (&data_set, set) in &self.sets {
            let needed = match fold {
                Fold::Prefix(length) => length,
                Fold::Only(_) => dimensions,
            };
            if set.depth < needed {
                continue;
            }
            let held = set.groups.held();
            let groups = fold_groups(&held, &set.radix, set.depth, fold)?
                .0
                .into_owned();
            let mut passes = Vec::new();
            for GatheredPass {
                part,
                pass,
                radix,
                groups,
                counts,
                ..
            } in &set.passes
            {
                if let (Fold::Prefix(length), Some(counts)) = (fold, counts)
                    && length == set.depth
                {
                    passes.push((*part, pass.clone(), counts.clone()));
                    continue;
                }
                let held = groups.held();
                let (folded, radix, outer) = fold_groups(&held, radix, set.depth, fold)?;
                passes.push((*part, pass.clone(), pass.values(&folded, &radix, outer)?));
            }
            let index = RowIndex::of(&groups.keys);
            let (extent, measures) = (set.extent, set.measures.clone());
            sets.insert(
                data_set,
                FoldedSet {
                    extent,
                    measures,
                    index,
                    groups,
                    passes,
                },
            );
        }
        Ok(Folded { sets })
    }
}

/// Folds groups whose keys have `depth` outer dimensions and any number of inner ones, which are
/// kept. Gives the groups, their radix, and how many outer dimensions are left.
fn fold_groups<'g>(
    groups: &'g Groups,
    radix: &Radix,
    depth: usize,
    fold: Fold<'_>,
) -> Result<(Cow<'g, Groups>, Radix, usize), QueryError> {
    let inner_space = radix.inner_space(depth);
    let inner = radix.cardinalities().get(depth..).unwrap_or_default();
    match fold {
        Fold::Prefix(0) if inner.is_empty() && depth > 0 => {
            Ok((Cow::Owned(groups.total()), Radix::new(Vec::new())?, 0))
        }
        Fold::Prefix(length) => {
            let outer = radix.cardinalities().get(..length).unwrap_or_default();
            let folded = Radix::new([outer, inner].concat())?;
            if length == depth {
                return Ok((Cow::Borrowed(groups), folded, length));
            }
            let dropped = radix.inner_space(length);
            let key_of = |key| Some(key / dropped * inner_space + key % inner_space);
            Ok((
                Cow::Owned(groups.regroup(folded.space(), key_of)),
                folded,
                length,
            ))
        }
        Fold::Only(rows) => {
            let folded = Radix::new(inner.to_vec())?;
            let key_of = |key: u64| {
                let row = key / inner_space;
                rows.number(row).is_some().then_some(key % inner_space)
            };
            Ok((
                Cow::Owned(groups.regroup(folded.space(), key_of)),
                folded,
                0,
            ))
        }
    }
}

impl Folded {
    /// The keys of rows that hold facts.
    pub(crate) fn keys(&self) -> impl Iterator<Item = u64> {
        self.sets
            .values()
            .flat_map(|set| set.groups.keys.iter().copied())
    }

    /// The sums of a measure in rows that hold facts, where these keys are all of them: the same as
    /// [`Folded::part`] of each, found at once.
    pub(crate) fn sums(&self, part: Part, keys: &[u64]) -> Option<Vec<Option<i64>>> {
        let Part::Sum(data_set, measure) = part else {
            return None;
        };
        let set = self.sets.get(&data_set)?;
        let measure = set.measures.iter().position(|&it| it == measure)?;
        let sum = |at| set.groups.sum(measure, at);
        (set.groups.keys == keys).then(|| (0..keys.len()).map(sum).collect())
    }

    /// The value of a part in the row with a key, which covers days of `days` and of no others.
    ///
    /// Sums and counts are 0 where no fact is in the row, and unknown where the row lies outside the
    /// days that the data set has facts for: sales before the first import are not zero.
    pub(crate) fn part(&self, part: Part, key: u64, days: DateRange) -> Option<PartValue> {
        let set = self.sets.get(&part.data_set()?)?;
        set.extent.intersect(days)?;
        if let Part::Sum(_, measure) = part {
            let measure = set.measures.iter().position(|&it| it == measure)?;
            return match set.position(key) {
                Some(at) => set.groups.sum(measure, at).map(PartValue::from),
                None => Some(PartValue::Whole(0)),
            };
        }
        let (_, pass, values) = set.passes.iter().find(|(own, ..)| *own == part)?;
        match set.position(key) {
            Some(_) => values.get(key).or_else(|| pass.value_of_nothing()),
            None => pass.value_of_nothing(),
        }
    }

    /// The value of a part that is a sum, in rows with these keys together, which cover days of `days`
    /// and of no others: what [`Folded::part`] says of one row.
    pub(crate) fn sum_over(
        &self,
        part: Part,
        keys: impl Iterator<Item = u64>,
        days: DateRange,
    ) -> Option<PartValue> {
        let Part::Sum(data_set, measure) = part else {
            return None;
        };
        let set = self.sets.get(&data_set)?;
        set.extent.intersect(days)?;
        let measure = set.measures.iter().position(|&it| it == measure)?;
        let (mut sum, mut has_facts, mut is_known) = (0, false, false);
        for at in keys.filter_map(|key| set.position(key)) {
            has_facts = true;
            if let Some(own) = set.groups.sum(measure, at) {
                is_known = true;
                sum += i128::from(own);
            }
        }
        (is_known || !has_facts).then_some(PartValue::Whole(sum))
    }

    /// Net revenue of a row, as the other range's growth refers to it.
    pub(crate) fn net_revenue(&self, key: u64, days: DateRange) -> Option<PartValue> {
        self.part(
            Part::Sum(DataSet::Sales, Measure::NetRevenueMinor),
            key,
            days,
        )
    }
}

/// Whether a part is the comparison's net revenue.
pub(crate) const fn is_compared(part: Part) -> bool {
    matches!(part, Part::Computed(Computed::NetRevenueCompared))
}
