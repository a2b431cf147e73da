//! Views: questions that stay open. A view keeps its aggregated facts, so that a segment that is added
//! costs the reading of that segment, and a range that is moved costs the days that came and went.
//!
//! Out of scope: which views are worth keeping.

use std::sync::Arc;

use kernel::DateRange;

use crate::answer::{answer_from, check};
use crate::cube::Cube;
use crate::error::QueryError;
use crate::query::{Answer, Query};
use crate::ready::Ready;

/// A question that stays open.
///
/// ```
/// use cube::{CalendarRules, Cube, Query, View};
/// use kernel::{Date, DateRange, WeekStart};
/// use model::metrics::MetricId;
/// let today = Date::from_ymd(2026, 11, 23)?;
/// let cube = Cube::new(CalendarRules { week_start: WeekStart::Monday, fiscal_first_month: 1, today });
/// let mut view = View::new(Query::of(MetricId::NetRevenue, DateRange::day(today)));
/// assert_eq!(view.answer(&cube)?, cube.answer(view.query())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct View {
    query: Query,
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    ready: Ready,
    mark: Mark,
}

/// A moment in the life of a cube.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mark {
    /// The same for all marks of one cube.
    pub(crate) identity: Arc<()>,
    /// How often something other than an added segment changed.
    pub(crate) turns: u64,
    /// Segments added since.
    pub(crate) added: usize,
}

impl View {
    /// A view of a question; it reads nothing yet.
    pub const fn new(query: Query) -> View {
        View { query, kept: None }
    }

    /// The question.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// Bytes that the aggregated facts take; 0 before the first answer.
    pub fn memory_bytes(&self) -> usize {
        self.kept.as_ref().map_or(0, |kept| kept.ready.heap_bytes())
    }

    /// Asks the same about other days.
    pub const fn move_to(&mut self, range: DateRange) {
        self.query.range = range;
    }

    /// The answer: what [`Cube::answer`] says, but for `explain`, which tells what was read now.
    ///
    /// Where segments were added since, those are read; where the range was moved and no period is
    /// grouped or filtered by, the days that came and went. Anything else (a segment removed, names
    /// added, another day, another cube) costs as much as a new question.
    pub fn answer(&mut self, cube: &Cube) -> Result<Answer, QueryError> {
        check(cube, &self.query)?;
        // What fails half-way is not kept.
        let current = match self.kept.take() {
            Some(kept) => self.updated(cube, kept)?,
            None => None,
        };
        let is_kept = current.is_some();
        let ready = match current {
            Some(ready) => ready,
            None => {
                let mut ready = Ready::new(cube, &self.query)?;
                ready.sort()?;
                ready
            }
        };
        let mut answer = answer_from(cube, &self.query, &ready)?;
        answer.explain.kept = is_kept;
        self.kept = Some(Kept {
            ready,
            mark: cube.mark(),
        });
        Ok(answer)
    }

    fn updated(&self, cube: &Cube, kept: Kept) -> Result<Option<Ready>, QueryError> {
        let Kept { mut ready, mark } = kept;
        let Some(added) = cube.added_since(&mark) else {
            return Ok(None);
        };
        let is_moved = ready.main.scope.range != self.query.range;
        // Days that went have to be read as they were when they came.
        if is_moved && !added.is_empty() {
            return Ok(None);
        }
        let is_done = match is_moved {
            true => ready.shift(cube, &self.query)?,
            false => ready.add(cube, &added)?,
        };
        Ok(is_done.then_some(ready))
    }
}
