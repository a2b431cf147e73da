//! The tiles of a dashboard: from all facts or, while a device fetches a company for the first time, those
//! whose facts or sums are here already.

use api::dashboard::{Dashboard, Tile};
use cube::QueryError;
use cube::query::{Answer, Compare, Filter, Query};
use kernel::{Currency, DateRange};
use model::metrics::MetricId;
use protocol::{Failure, FailureKind};

use super::{Session, refusal};

/// Most tiles in one answer.
const TILES_MAX: usize = 16;

impl Session {
    /// The tiles of metrics over a range.
    pub fn tiles(
        &self,
        metrics: &[MetricId],
        filters: &[Filter],
        range: DateRange,
    ) -> Result<Vec<Tile>, Failure> {
        let metrics = self.seen(metrics);
        let metrics = metrics.get(..TILES_MAX).unwrap_or(&metrics);
        let mut views = self.views.borrow_mut();
        let mut answer = |query: &Query| views.answer(&self.cube, query);
        match self.tiles_by(&mut answer, metrics, filters, range) {
            Err(failure) if failure.kind == FailureKind::NotHere => {
                self.tiles_apart(failure, metrics, filters, range)
            }
            told => told,
        }
    }

    /// The tiles of metrics whose facts, or sums that tell as much, are here already; those of the others
    /// say that there is nothing yet.
    fn tiles_apart(
        &self,
        failure: Failure,
        metrics: &[MetricId],
        filters: &[Filter],
        range: DateRange,
    ) -> Result<Vec<Tile>, Failure> {
        let mut tiles = Vec::new();
        for metric in metrics {
            // Not kept: the next question will be about all of them again.
            let mut answer = |query: &Query| self.cube.answer(query);
            match self.tiles_by(&mut answer, &[*metric], filters, range) {
                Ok(own) => tiles.extend(own),
                Err(failure) if failure.kind == FailureKind::NotHere => {
                    tiles.push(dashboard::nothing_yet(*metric));
                }
                Err(failure) => return Err(failure),
            }
        }
        match tiles.iter().any(|tile| tile.value.is_some()) {
            true => Ok(tiles),
            false => Err(failure),
        }
    }

    fn tiles_by(
        &self,
        answer: &mut dyn FnMut(&Query) -> Result<Answer, QueryError>,
        metrics: &[MetricId],
        filters: &[Filter],
        range: DateRange,
    ) -> Result<Vec<Tile>, Failure> {
        self.require(
            metrics,
            filters.iter().map(Filter::dimension),
            range,
            &[Compare::PreviousPeriod, Compare::LastYear],
        )?;
        dashboard::tiles(answer, metrics, filters, range, self.extent()).map_err(refusal)
    }

    /// The overview over the days that are shown where nothing else was chosen; without tiles where there
    /// is no data.
    pub fn home(&self) -> Dashboard {
        let today = self.cube.rules().today;
        let extent = self.extent();
        let range = extent.and_then(|_| dashboard::default_range(extent, today));
        let tiles = range.and_then(|range| self.tiles(&dashboard::OVERVIEW, &[], range).ok());
        Dashboard {
            company: self.company.clone(),
            sequence: self.sequence(),
            currency: self
                .profile()
                .map_or(Currency::TRY, |profile| profile.currency),
            as_of: self.as_of,
            today,
            range,
            tiles: tiles.unwrap_or_default(),
        }
    }
}
