//! The questions last asked, kept as views: asked again after new facts have come, they read those only,
//! and asked about a range that was moved a little, the days that came and went.
//!
//! Out of scope: what a view can follow (`cube::View`).

use cube::query::{Answer, Query};
use cube::{Cube, QueryError, View};
use kernel::DateRange;

/// Most views kept: what a few dashboards ask.
const VIEWS_MAX: usize = 48;
/// Most bytes of aggregated facts kept by all of them.
const BYTES_MAX: usize = 4 << 20;

/// Views, the one asked last at the end.
#[derive(Debug)]
pub(super) struct Views {
    kept: Vec<View>,
    bytes_max: usize,
}

impl Default for Views {
    fn default() -> Self {
        Views {
            kept: Vec::new(),
            bytes_max: BYTES_MAX,
        }
    }
}

impl Views {
    /// Answers a question.
    pub(super) fn answer(&mut self, cube: &Cube, query: &Query) -> Result<Answer, QueryError> {
        let same = self.kept.iter().position(|view| view.query() == query);
        let found = same.or_else(|| self.kept.iter().position(|view| is_near(view, query)));
        let mut view = match found {
            Some(at) => self.kept.remove(at),
            None => View::new(query.clone()),
        };
        view.move_to(query.range);
        let answer = view.answer(cube);
        if answer.is_ok() {
            self.keep(view);
        }
        answer
    }

    fn keep(&mut self, view: View) {
        let own = view.memory_bytes();
        // One that is too large by itself would push out all others and be let go of too.
        if own > self.bytes_max {
            return;
        }
        let mut bytes = own + self.kept.iter().map(View::memory_bytes).sum::<usize>();
        while self.kept.len() >= VIEWS_MAX || (bytes > self.bytes_max && !self.kept.is_empty()) {
            bytes -= self.kept.remove(0).memory_bytes();
        }
        self.kept.push(view);
    }
}

/// Whether a view asks the same about a range that overlaps by more than half.
fn is_near(view: &View, query: &Query) -> bool {
    let (one, other) = (view.query().range, query.range);
    let is_overlapping = |both: DateRange| 2 * both.days() > one.days().max(other.days());
    one.intersect(other).is_some_and(is_overlapping)
        && *view.query()
            == Query {
                range: one,
                ..query.clone()
            }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;
    use cube::CalendarRules;
    use kernel::WeekStart;
    use model::metrics::MetricId;
    use model::schema::Dimension;

    fn query(from: &str, to: &str) -> Query {
        Query::of(
            MetricId::NetRevenue,
            DateRange::new(day(from), day(to)).unwrap(),
        )
    }

    #[test]
    fn a_view_that_is_too_large_by_itself_leaves_the_others_alone() {
        let (from, to) = ("2026-10-01", "2026-11-22");
        let cube = crate::sample::weekly_cube(day(from), day(to));
        let by = |dimension| Query {
            group_by: vec![dimension],
            ..query(from, to)
        };
        let small = [query(from, to), by(Dimension::Month), by(Dimension::Week)];
        let mut views = Views {
            bytes_max: 1_000,
            ..Views::default()
        };
        let mut kept = |query: &Query| views.answer(&cube, query).unwrap().explain.kept;
        for query in &small {
            assert!(!kept(query));
        }
        // 53 days take 24 bytes each and more.
        assert_eq!([1, 2].map(|_| kept(&by(Dimension::Day))), [false; 2]);
        for query in &small {
            assert!(kept(query), "{query:?}");
        }
    }

    #[test]
    fn a_question_about_neighbouring_days_moves_its_view_and_others_have_their_own() {
        let rules = CalendarRules {
            week_start: WeekStart::Monday,
            fiscal_first_month: 1,
            today: day("2026-11-23"),
        };
        let (cube, mut views) = (Cube::new(rules), Views::default());
        let mut asked = |query: &Query| {
            let answer = views.answer(&cube, query).unwrap();
            assert_eq!(answer.rows, cube.answer(query).unwrap().rows);
            (answer.explain.kept, views.kept.len())
        };
        let november = query("2026-11-01", "2026-11-30");
        assert_eq!(asked(&november), (false, 1));
        assert_eq!(asked(&november), (true, 1));
        assert_eq!(asked(&query("2026-11-02", "2026-12-01")), (true, 1));
        assert_eq!(asked(&query("2026-01-01", "2026-12-31")), (false, 2));
        let units = Query {
            metrics: vec![MetricId::Units],
            ..november
        };
        assert_eq!(asked(&units), (false, 3));
        for number in 0..VIEWS_MAX {
            let top = cube::query::Top {
                rows: 1 + number,
                others: false,
            };
            let (_, kept) = asked(&Query {
                top: Some(top),
                ..units.clone()
            });
            assert!(kept <= VIEWS_MAX);
        }
        assert_eq!(
            asked(&query("2026-01-01", "2026-12-31")),
            (false, VIEWS_MAX)
        );
    }
}
