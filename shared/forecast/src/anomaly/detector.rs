//! The stream detector: one update for each new value, in bounded memory.
//!
//! A value is compared with what its seasons expected. Four sizes are watched: the error itself, the mean of the
//! last errors (one-sided ones: the level moved), the mean of their absolute values (the season is not kept),
//! and how far the trend of the last three seasons is from that of the three before. Each has a [`Tail`] that
//! says how rare it is; what is rarer than the false-alarm rate is an alarm. What was seen once becomes known:
//! it is not taken out of the tail, so the same again is less of an event, and an event still.
//!
//! One trouble is one alarm: while sizes go on being rare, and for a third of a season after, nothing new is
//! told but that the kind has become clearer. Repeated alarms are what makes people switch alarms off.

use serde::{Deserialize, Serialize};

use super::expected::{Expected, Guess};
use super::tail::Tail;
use super::{AnomalyError, checked_rate};

/// Most seasons of a stream.
const SEASONS_MAX: usize = 2;
/// Longest season of a stream: a year of days, a week of five minutes.
const SEASON_LENGTH_MAX: usize = 2_100;
/// Sizes are remembered for this many seasons, within the limits below.
const MEMORY_SEASONS: usize = 60;
const MEMORY_MIN: usize = 365;
const MEMORY_MAX: usize = 2_000;
/// How much a new error moves the means of errors: one in a week of days.
const ERROR_SHARE: f64 = 1.0 / 7.0;
/// Steps without anything rare after which an alarm is over: at least these, and this share of a season.
const QUIET_MIN: u64 = 3;
const QUIET_SEASON: f64 = 0.3;
/// A level has shifted once so many errors in a row lie on one side, each by this share of what is usual.
const RUN_MIN: i32 = 3;
const FAR: f64 = 0.5;
/// Share of the errors' size that their mean has where they are one-sided, and where they are not.
const ONE_SIDED: f64 = 0.8;
const TWO_SIDED: f64 = 0.5;
/// Share of the way off the old trend that each of the last three seasons went where the trend is new. A step
/// goes all of it within two, a point goes back.
const TREND_SHARE: f64 = 0.2;
/// A trend is new once it is as far off as when it became rare, this many seasons later at the latest: only
/// then can it be told from a step.
const TREND_WAIT: u64 = 4;
/// A value has a part in what is known of the trend for so many seasons.
const TREND_REACH: u64 = 6;
/// Values beyond are taken as this large, so that differences stay numbers.
const VALUE_MAX: f64 = 1e300;

/// What a detector is to know of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DetectorSettings {
    /// Lengths of the seasons in steps, at most two, each 2 to 2,100; as `[7]` for days.
    pub seasons: Vec<usize>,
    /// Share of usual values that may start an alarm, 1e-9 to 0.5; 0.0001 by default. Four sizes are watched and
    /// real streams change their ways, so expect a few times as many: one in some years of days.
    pub false_alarm_rate: f64,
}

impl Default for DetectorSettings {
    fn default() -> Self {
        Self {
            seasons: Vec::new(),
            false_alarm_rate: 0.0001,
        }
    }
}

/// What is unusual about a value; later ones are clearer and replace earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmKind {
    /// The value alone, or not yet known to be more.
    Point,
    /// Values go up and down as usual but not when they should.
    SeasonBreak,
    /// Values stay above or below what was expected.
    LevelShift,
    /// Values grow or fall faster or slower than before.
    TrendBreak,
}

/// How far an alarm is beyond the false-alarm rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Rarer than the rate.
    Notice,
    /// Rarer than a tenth of it.
    Warning,
    /// Rarer than a thousandth of it.
    Critical,
}

/// Something unusual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Number of the value that raised it, 0 for the stream's first.
    pub index: u64,
    /// What is known of it so far.
    pub kind: AlarmKind,
    /// How far beyond the rate the rarest value so far was.
    pub severity: Severity,
    /// Rarity of the rarest value so far: minus the decimal logarithm of its probability, up to 15.
    pub score: f64,
    /// The value that raised it.
    pub value: f64,
    /// What was expected of that value.
    pub expected: f64,
    /// Lower end of what would have been usual.
    pub lower: f64,
    /// Upper end of what would have been usual.
    pub upper: f64,
}

/// What a value brings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "news", content = "alarm", rename_all = "snake_case")]
pub enum News {
    /// A new alarm.
    Raised(Alarm),
    /// The kind of the open alarm has become clearer.
    Clearer(Alarm),
}

/// What a detector makes of a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Number of the value.
    pub index: u64,
    /// What was expected; none for the first and for a missing value.
    pub expected: Option<f64>,
    /// The ends of what is usual; none while less than 30 errors are known.
    pub range: Option<(f64, f64)>,
    /// Rarity of the rarest size: minus the decimal logarithm of its probability, 0 to 15.
    pub score: f64,
    /// An alarm, where there is one.
    pub news: Option<News>,
}

/// Errors of one way to expect, and how rare they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Errors {
    mean: f64,
    size: f64,
    /// Errors in a row that are far out on one side; negative for below.
    run: i32,
    points: Tail,
    means: Tail,
    sizes: Tail,
}

impl Errors {
    fn new() -> Self {
        Self {
            mean: 0.0,
            size: 0.0,
            run: 0,
            points: Tail::new(),
            means: Tail::new(),
            sizes: Tail::new(),
        }
    }

    /// Adds an error; the rarity of it, of the mean and of the size, by what came before. `reach` is what
    /// was usual.
    fn add(&mut self, error: f64, reach: Option<f64>, memory: usize, least: f64) -> [f64; 3] {
        self.mean += (error - self.mean) * ERROR_SHARE;
        self.size += (error.abs() - self.size) * ERROR_SHARE;
        let far = reach.is_some_and(|reach| error.abs() > FAR * reach);
        self.run = match (far, error > 0.0) {
            (false, _) => 0,
            (true, true) => self.run.max(0).saturating_add(1),
            (true, false) => self.run.min(0).saturating_sub(1),
        };
        // The first of two equal peaks shall not hide the second. The other sizes go on for a season after
        // what moved them: cut, they would be rare again on their way back.
        let point = error.abs();
        let learnt = self.points.learnt(point);
        let watched = [
            (&mut self.points, point, learnt),
            (&mut self.means, self.mean.abs(), self.mean.abs()),
            (&mut self.sizes, self.size, self.size),
        ];
        watched.map(|(tail, size, learnt)| {
            let rarity = tail.rarity(size);
            tail.push(learnt, memory, least);
            rarity
        })
    }
}

/// A stream's detector. It can be written down after any value and read back.
///
/// ```
/// use forecast::{AlarmKind, Detector, DetectorSettings, News};
///
/// let settings = DetectorSettings { seasons: vec![7], ..DetectorSettings::default() };
/// let mut detector = Detector::new(settings)?;
/// let mut alarms = Vec::new();
/// for day in 0..200 {
///     let usual = 100.0 + 20.0 * (day % 7) as f64 + (day * day % 13) as f64;
///     let value = if day == 150 { usual + 90.0 } else { usual };
///     if let Some(News::Raised(alarm)) = detector.update(value)?.news {
///         alarms.push(alarm);
///     }
/// }
/// assert_eq!((alarms.len(), alarms[0].index), (1, 150));
/// assert_eq!(alarms[0].kind, AlarmKind::Point);
/// assert!(alarms[0].upper < alarms[0].value);
/// # Ok::<(), forecast::AnomalyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detector {
    rate: f64,
    expected: Expected,
    /// Errors of the level and of the seasons: a stream that learns its season starts anew.
    of_level: Errors,
    of_season: Errors,
    trends: Tail,
    trends_seen: usize,
    trend_rare: Option<RareTrend>,
    memory: usize,
    count: u64,
    largest: f64,
    last_rare: Option<u64>,
    open: Option<Alarm>,
}

impl Detector {
    /// A detector that has not seen anything.
    pub fn new(settings: DetectorSettings) -> Result<Self, AnomalyError> {
        let rate = checked_rate(settings.false_alarm_rate)?;
        let mut seasons = settings.seasons;
        seasons.sort_unstable();
        seasons.dedup();
        if seasons.len() > SEASONS_MAX {
            return Err(AnomalyError::TooManySeasons {
                count: seasons.len(),
                most: SEASONS_MAX,
            });
        }
        let within = |length: &&usize| (2..=SEASON_LENGTH_MAX).contains(*length);
        if let Some(&length) = seasons.iter().find(|length| !within(length)) {
            return Err(AnomalyError::SeasonLength {
                length,
                most: SEASON_LENGTH_MAX,
            });
        }
        let expected = Expected::new(&seasons);
        let memory = (MEMORY_SEASONS * expected.block()).clamp(MEMORY_MIN, MEMORY_MAX);
        Ok(Self {
            rate,
            expected,
            of_level: Errors::new(),
            of_season: Errors::new(),
            trends: Tail::new(),
            trends_seen: 0,
            trend_rare: None,
            memory,
            count: 0,
            largest: 0.0,
            last_rare: None,
            open: None,
        })
    }

    /// Takes the next value, NaN where it is missing.
    pub fn update(&mut self, value: f64) -> Result<Reading, AnomalyError> {
        if value.is_infinite() {
            return Err(AnomalyError::Infinite { value });
        }
        let index = self.count;
        self.count += 1;
        let mut reading = Reading {
            index,
            expected: None,
            range: None,
            score: 0.0,
            news: None,
        };
        if value.is_nan() {
            self.expected.push(value);
            return Ok(reading);
        }
        let value = value.clamp(-VALUE_MAX, VALUE_MAX);
        self.largest = self.largest.max(value.abs());
        let least = 1e-9 * self.largest;
        let guess = self.expected.judge(value);
        self.expected.push(value);
        let trend = self.trend(least);
        let Some(guess) = guess else {
            return Ok(reading);
        };
        let threshold = self.threshold();
        let errors = if guess.seasonal {
            &mut self.of_season
        } else {
            &mut self.of_level
        };
        let reach = errors.points.size_at(self.rate);
        let [point, mean, size] = errors.add(value - guess.value, reach, self.memory, least);
        let range = reach.map(|reach| (guess.value - reach, guess.value + reach));
        let kind = kind_of(errors, guess, [mean, size], trend.is_new, threshold);
        reading.expected = Some(guess.value);
        reading.range = range;
        let of_errors = point.max(mean).max(size);
        reading.score = of_errors.max(trend.rarity);
        // A trend may be rare for a value that was told already.
        let reach = TREND_REACH * self.expected.block() as u64;
        let is_near = self.last_rare.is_some_and(|last| index - last <= reach);
        let is_echo = is_near && of_errors < threshold && !trend.is_new;
        if !is_echo && (reading.score >= threshold || trend.is_new) {
            let (lower, upper) = range.unwrap_or((guess.value, guess.value));
            let alarm = Alarm {
                index,
                kind,
                severity: severity_of(reading.score - threshold),
                score: reading.score,
                value,
                expected: guess.value,
                lower,
                upper,
            };
            reading.news = self.tell(alarm);
        }
        Ok(reading)
    }

    /// The alarm that is going on, with what is known of it by now.
    pub fn open(&self) -> Option<&Alarm> {
        let last = self.last_rare?;
        let over = self.count.saturating_sub(1).saturating_sub(last) > self.quiet();
        self.open.as_ref().filter(|_| !over)
    }

    /// What is new about something rare.
    fn tell(&mut self, alarm: Alarm) -> Option<News> {
        let index = alarm.index;
        let quiet = self.quiet();
        let wait = match alarm.kind {
            AlarmKind::TrendBreak => TREND_WAIT * self.expected.block() as u64,
            _ => quiet,
        };
        let goes_on = self.last_rare.is_some_and(|last| index - last <= wait);
        self.last_rare = Some(index);
        let open = match &mut self.open {
            Some(open) if goes_on => open,
            open => {
                *open = Some(alarm.clone());
                return Some(News::Raised(alarm));
            }
        };
        open.score = open.score.max(alarm.score);
        open.severity = open.severity.max(alarm.severity);
        if alarm.kind <= open.kind {
            return None;
        }
        open.kind = alarm.kind;
        Some(News::Clearer(open.clone()))
    }

    fn threshold(&self) -> f64 {
        -crate::portable::ln(self.rate) / std::f64::consts::LN_10
    }

    fn quiet(&self) -> u64 {
        ((QUIET_SEASON * self.expected.block() as f64) as u64).max(QUIET_MIN)
    }

    /// How far the way of the last three seasons is from that of the three before.
    fn trend(&mut self, least: f64) -> Trend {
        let Some([a, b, c, d, _, f]) = self.expected.blocks() else {
            return Trend {
                rarity: 0.0,
                is_new: false,
            };
        };
        let size = ((a - c) - (d - f)).abs();
        // The means overlap: until a season of them is known they say little of what is usual.
        let known = self.trends_seen >= self.expected.block();
        let rarity = if known { self.trends.rarity(size) } else { 0.0 };
        self.trends.push(size, self.memory, least);
        self.trends_seen += 1;
        let threshold = self.threshold();
        let index = self.count - 1;
        let wait = TREND_WAIT * self.expected.block() as u64;
        let is_waiting = |rare: &&RareTrend| index - rare.index <= wait;
        let is_new = match self.trend_rare.as_ref().filter(is_waiting) {
            Some(rare) => {
                let off = [a - b, b - c, c - d].map(|step| step - rare.old);
                let way: f64 = off.iter().sum();
                way.abs() >= rare.size && off.iter().all(|step| step / way >= TREND_SHARE)
            }
            None => {
                if rarity >= threshold {
                    let old = (d - f) / 2.0;
                    self.trend_rare = Some(RareTrend { index, size, old });
                }
                false
            }
        };
        Trend { rarity, is_new }
    }
}

/// Where the trend became rare last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct RareTrend {
    index: u64,
    size: f64,
    /// The way of a season by the trend before.
    old: f64,
}

struct Trend {
    rarity: f64,
    is_new: bool,
}

fn kind_of(
    errors: &Errors,
    guess: Guess,
    [mean, size]: [f64; 2],
    is_new: bool,
    threshold: f64,
) -> AlarmKind {
    let one_sided = errors.mean.abs() >= ONE_SIDED * errors.size;
    let two_sided = errors.mean.abs() < TWO_SIDED * errors.size;
    if is_new {
        AlarmKind::TrendBreak
    } else if mean >= threshold && one_sided && errors.run.abs() >= RUN_MIN {
        AlarmKind::LevelShift
    } else if size >= threshold && two_sided && guess.seasonal {
        AlarmKind::SeasonBreak
    } else {
        AlarmKind::Point
    }
}

fn severity_of(beyond: f64) -> Severity {
    if beyond >= 3.0 {
        Severity::Critical
    } else if beyond >= 1.0 {
        Severity::Warning
    } else {
        Severity::Notice
    }
}

#[cfg(test)]
mod tests;
