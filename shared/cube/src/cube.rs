//! The cube: segments and dictionaries at hand, and the questions asked of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use kernel::{Date, DateRange, Hash256};
use model::schema::{DataSet, Dimension};

use crate::ages::{self, Ages};
use crate::answer;
use crate::cohorts::{self, Cohorts};
use crate::dictionary::{DictionaryChunk, DictionaryError};
use crate::error::QueryError;
use crate::gather::Added;
use crate::groups::FirstDays;
use crate::keys::{self, Key, KeySource};
use crate::members::Dictionaries;
use crate::month::Month;
use crate::periods::Periods;
use crate::query::{Answer, CalendarRules, Member, Query};
use crate::rollup::{Rollup, RollupFile, RollupUse};
use crate::segment::Segment;
use crate::summary::Summary;
use crate::view::Mark;

/// All facts at hand. Adding and removing a segment costs nothing but the bookkeeping; columns are
/// decoded when a query first needs them and stay decoded.
///
/// ```
/// use cube::{CalendarRules, Cube, FactRow, Query, Segment, SegmentWriter, Value};
/// use kernel::{Date, DateRange, Hash256, WeekStart};
/// use model::{metrics::MetricId, schema::DataSet};
/// let day = Date::from_ymd(2026, 11, 23)?;
/// let mut writer = SegmentWriter::new(DataSet::Ads, day, 2);
/// let measures = [1, 50_000, 310_000, 9_400, 120, 7].map(Some).to_vec();
/// writer.push(&FactRow { codes: vec![day.days() as u32, 2, 1], measures })?;
///
/// let rules = CalendarRules { week_start: WeekStart::Monday, fiscal_first_month: 1, today: day };
/// let mut cube = Cube::new(rules);
/// let id = Hash256::from_bytes([1; 32]); // the SHA-256 of the segment's bytes
/// cube.add_segment(id, Segment::open(writer.finish())?);
/// let answer = cube.answer(&Query::of(MetricId::Roas, DateRange::day(day)))?;
/// assert_eq!(answer.total.values, [Some(Value::Real(6.2))]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Cube {
    rules: CalendarRules,
    months: BTreeMap<DataSet, BTreeMap<Date, Month>>,
    /// Of the data sets in `months`, each summed up when first needed.
    summaries: BTreeMap<DataSet, OnceLock<Summary>>,
    rollups: RollupUse,
    dictionaries: Dictionaries,
    /// Found when first needed.
    first_days: OnceLock<FirstDays>,
    /// The same, from these.
    cohorts: OnceLock<Cohorts>,
    mark: Mark,
    /// The segments added since anything else changed.
    added: Vec<(DataSet, Date, Hash256)>,
}

impl Cube {
    /// A cube without facts.
    pub fn new(rules: CalendarRules) -> Self {
        Cube {
            rules,
            months: BTreeMap::new(),
            summaries: BTreeMap::new(),
            rollups: RollupUse::default(),
            dictionaries: Dictionaries::default(),
            first_days: OnceLock::new(),
            cohorts: OnceLock::new(),
            mark: Mark::default(),
            added: Vec::new(),
        }
    }

    /// Takes note of a change that views cannot follow.
    fn turn(&mut self) {
        self.mark.turns += 1;
        self.added.clear();
    }

    /// Now, for a view to come back to.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            added: self.added.len(),
            ..self.mark.clone()
        }
    }

    /// The segments added since; `None` where anything else changed too.
    pub(crate) fn added_since(&self, mark: &Mark) -> Option<Added<'_>> {
        let is_same = Arc::ptr_eq(&mark.identity, &self.mark.identity);
        if !is_same || mark.turns != self.mark.turns {
            return None;
        }
        let mut added = Added::new();
        for &(data_set, month, id) in self.added.get(mark.added..)? {
            let segment = self.months.get(&data_set)?.get(&month)?.get(id)?;
            added.entry(data_set).or_default().push(segment);
        }
        Some(added)
    }

    /// The tenant's calendar.
    pub const fn rules(&self) -> &CalendarRules {
        &self.rules
    }

    /// Changes the tenant's calendar.
    pub fn set_rules(&mut self, rules: CalendarRules) {
        if rules != self.rules {
            self.rules = rules;
            self.turn();
        }
    }

    /// Tells the tenant's local day.
    pub fn set_today(&mut self, today: Date) {
        self.set_rules(CalendarRules {
            today,
            ..self.rules
        });
    }

    /// Says when questions are answered from roll-ups, which changes no answer.
    pub fn set_rollups(&mut self, rollups: RollupUse) {
        self.rollups = rollups;
    }

    pub(crate) const fn rollups(&self) -> RollupUse {
        self.rollups
    }

    /// Adds a segment under its content address; one that is there already changes nothing.
    pub fn add_segment(&mut self, id: Hash256, segment: Segment) {
        let (data_set, first) = (segment.data_set(), segment.month());
        let months = self.months.entry(data_set).or_default();
        let month = months.entry(first).or_default();
        if month.contains(id) {
            return;
        }
        let summary = self.summaries.entry(data_set).or_default();
        if let Some(summary) = summary.get_mut() {
            summary.take(&segment);
        }
        month.add(id, segment);
        self.added.push((data_set, first, id));
        self.forget_first_days();
    }

    fn forget_first_days(&mut self) {
        self.first_days = OnceLock::new();
        self.cohorts = OnceLock::new();
    }

    /// Removes a segment; `false` where it was not there.
    pub fn remove_segment(&mut self, id: Hash256) -> bool {
        self.take_out(|month| month.remove(id))
    }

    fn take_out(&mut self, remove: impl Fn(&mut Month) -> bool) -> bool {
        let mut is_removed = false;
        for months in self.months.values_mut() {
            for month in months.values_mut() {
                is_removed |= remove(month);
            }
            months.retain(|_, month| !month.is_empty());
        }
        if is_removed {
            let is_held =
                |data_set: &DataSet| self.months.get(data_set).is_some_and(|it| !it.is_empty());
            self.summaries.retain(|data_set, _| is_held(data_set));
            self.summaries
                .values_mut()
                .for_each(|it| *it = OnceLock::new());
            self.forget_first_days();
            self.turn();
        }
        is_removed
    }

    /// Lets a roll-up stand for the segments that it was made of, none of which may be there.
    pub fn add_rollup(&mut self, id: Hash256, file: RollupFile) {
        let (data_set, first) = (file.data_set(), file.month());
        let summary = self.summaries.entry(data_set).or_default();
        if let Some(summary) = summary.get_mut() {
            summary.take_rollup(&file);
        }
        let months = self.months.entry(data_set).or_default();
        months.entry(first).or_default().stand_in(id, file);
        self.forget_first_days();
        self.turn();
    }

    /// Removes a roll-up; `false` where it was not there.
    pub fn remove_rollup(&mut self, id: Hash256) -> bool {
        self.take_out(|month| month.stand_down(id))
    }

    /// Whether a segment is there.
    pub fn has_segment(&self, id: Hash256) -> bool {
        self.all_months().any(|month| month.contains(id))
    }

    /// The content addresses of all segments at hand.
    pub fn segment_ids(&self) -> impl Iterator<Item = Hash256> {
        self.segments().map(|(id, _)| id)
    }

    /// All segments at hand, with their content addresses.
    pub fn segments(&self) -> impl Iterator<Item = (Hash256, &Segment)> {
        self.all_months().flat_map(Month::named)
    }

    /// Adds members. Chunks of a dimension are added in order of their first code; a chunk that is
    /// there already changes nothing.
    pub fn extend_dictionary(&mut self, chunk: &DictionaryChunk) -> Result<(), DictionaryError> {
        let moved = self.dictionaries.first_moved(chunk);
        let is_known = self.dictionaries.know(chunk);
        self.dictionaries.extend(chunk)?;
        if !is_known {
            self.turn();
        }
        let mut rollups = Rollup::ALL.iter();
        if is_known || !rollups.any(|it| it.derives_from(chunk.dimension)) {
            return Ok(());
        }
        for month in self.months.values_mut().flat_map(BTreeMap::values_mut) {
            // A product that is new is of a known category from now on, be it of none.
            month.forget_categories();
            if let Some(moved) = moved {
                month.forget_moved(chunk.dimension, moved);
            }
        }
        Ok(())
    }

    /// Answers a question.
    pub fn answer(&self, query: &Query) -> Result<Answer, QueryError> {
        answer::answer(self, query)
    }

    /// From the first to the last day with facts of any data set.
    pub fn extent(&self) -> Option<DateRange> {
        let extents = self.summaries().filter_map(Summary::extent);
        extents
            .reduce(|a, b| DateRange::new(a.from().min(b.from()), a.to().max(b.to())).unwrap_or(a))
    }

    /// From the first to the last day with facts of one data set.
    pub fn extent_of(&self, data_set: DataSet) -> Option<DateRange> {
        self.summary(data_set)?.extent()
    }

    fn summaries(&self) -> impl Iterator<Item = &Summary> {
        self.summaries
            .keys()
            .filter_map(|&data_set| self.summary(data_set))
    }

    /// All segments of a data set, summed up; `None` where there are none.
    pub(crate) fn summary(&self, data_set: DataSet) -> Option<&Summary> {
        let slot = self.summaries.get(&data_set)?;
        Some(slot.get_or_init(|| {
            let mut summary = Summary::of(data_set, self.segments_of(data_set));
            let stand_ins = self.months_of(data_set).flat_map(Month::standing_in);
            stand_ins.for_each(|it| summary.take_rollup(&it.file));
            summary
        }))
    }

    /// Facts held, retractions counted as facts of their own, by data set.
    pub fn rows(&self) -> BTreeMap<DataSet, u64> {
        let rows = self.summaries.keys().filter_map(|&data_set| {
            let summary = self.summary(data_set)?;
            Some((data_set, summary.rows()))
        });
        rows.collect()
    }

    /// Bytes that segments take in memory: as sent, decoded so far, and rolled up.
    pub fn memory_bytes(&self) -> usize {
        self.all_months().map(Month::memory_bytes).sum()
    }

    fn all_months(&self) -> impl Iterator<Item = &Month> {
        self.months.values().flat_map(BTreeMap::values)
    }

    pub(crate) fn all_segments(&self) -> impl Iterator<Item = &Segment> {
        self.all_months().flat_map(Month::segments)
    }

    /// The months of a data set, in order.
    pub(crate) fn months_of(&self, data_set: DataSet) -> impl Iterator<Item = &Month> + Clone {
        self.months
            .get(&data_set)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    pub(crate) fn segments_of(&self, data_set: DataSet) -> impl Iterator<Item = &Segment> {
        self.months_of(data_set).flat_map(Month::segments)
    }

    pub(crate) const fn dictionaries(&self) -> &Dictionaries {
        &self.dictionaries
    }

    /// A dimension as something to group by over a range.
    pub(crate) fn key(&self, dimension: Dimension, range: DateRange) -> Result<Key, QueryError> {
        let stored = dimension.stored();
        if dimension.is_time() {
            let periods = Periods::new(dimension, range, &self.rules);
            let cardinality = periods.count().into();
            return Ok(Key {
                dimension,
                stored,
                source: KeySource::Days(periods.by_day().to_vec()),
                cardinality,
            });
        }
        if dimension == Dimension::MonthsSinceFirstOrder {
            let ages = self.ages(range)?;
            return Ok(Key {
                dimension,
                stored,
                cardinality: ages.cardinality(),
                source: KeySource::Ages(ages),
            });
        }
        if dimension == Dimension::FirstOrderMonth {
            let cohorts = self.cohorts()?;
            return Ok(Key {
                dimension,
                stored,
                source: KeySource::Parent(cohorts.by_customer()),
                cardinality: cohorts.cardinality().into(),
            });
        }
        if dimension != stored {
            let parents = self.dictionaries.parents(dimension);
            let cardinality = parents.iter().max().map_or(1, |&max| u64::from(max) + 1);
            return Ok(Key {
                dimension,
                stored,
                source: KeySource::Parent(parents),
                cardinality,
            });
        }
        let largest = self.summaries().filter_map(|it| it.largest(dimension));
        let used = largest.max().map_or(1, |code| code + 1);
        // Every import has new orders and customers: without places for them, each would have all views
        // read all facts anew.
        let cardinality = match dimension.is_opaque() {
            true => keys::with_room(used),
            false => used,
        };
        Ok(Key {
            dimension,
            stored,
            source: KeySource::Code,
            cardinality,
        })
    }

    /// The member of a dimension without periods, by number; of months of first orders, once a
    /// question was about them.
    pub(crate) fn member(&self, dimension: Dimension, number: u32) -> Member {
        match (dimension, self.cohorts.get()) {
            (Dimension::MonthsSinceFirstOrder, _) => Member::unlabelled(ages::key_of(number)),
            (Dimension::FirstOrderMonth, Some(cohorts)) => cohorts.member(number),
            _ => self.dictionaries.member(dimension, number),
        }
    }

    /// Its key.
    pub(crate) fn member_key(&self, dimension: Dimension, number: u32) -> Cow<'_, str> {
        match (dimension, self.cohorts.get()) {
            (Dimension::MonthsSinceFirstOrder, _) => Cow::Owned(ages::key_of(number)),
            (Dimension::FirstOrderMonth, Some(cohorts)) => Cow::Owned(cohorts.key(number)),
            _ => self.dictionaries.key(dimension, number),
        }
    }

    /// Months since the first order of the facts of a range.
    pub(crate) fn ages(&self, range: DateRange) -> Result<Ages, QueryError> {
        Ok(Ages::new(self.cohorts()?, range))
    }

    /// Customers by the month of their first order.
    pub(crate) fn cohorts(&self) -> Result<&Cohorts, QueryError> {
        if let Some(cohorts) = self.cohorts.get() {
            return Ok(cohorts);
        }
        let cohorts = Cohorts::of(self.first_days()?)?;
        Ok(self.cohorts.get_or_init(|| cohorts))
    }

    /// By customer code, the first day with an order, over all facts.
    pub(crate) fn first_days(&self) -> Result<&FirstDays, QueryError> {
        if let Some(first_days) = self.first_days.get() {
            return Ok(first_days);
        }
        let first_days = cohorts::first_days(self, self.rollups)?;
        Ok(self.first_days.get_or_init(|| first_days))
    }
}
