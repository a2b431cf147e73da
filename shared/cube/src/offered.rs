//! Which members of a dimension there are to choose from.

use model::schema::{DataSet, Dimension};

use crate::cube::Cube;
use crate::periods::Periods;
use crate::query::Member;
use crate::segment::Segment;

impl Cube {
    /// The members of a dimension whose key or label contains `search` (ignoring case), by label, at
    /// most `limit`: what a filter offers. "Unknown" is offered where facts may have it. Time
    /// dimensions offer the periods with facts, opaque ones nothing.
    pub fn members(&self, dimension: Dimension, search: &str, limit: usize) -> Vec<Member> {
        if dimension.is_opaque() {
            return Vec::new();
        }
        if dimension.is_time() {
            let Some(extent) = self.extent() else {
                return Vec::new();
            };
            let periods = Periods::new(dimension, extent, self.rules());
            let keys = (0..periods.count()).map(|number| periods.key(number));
            let found = keys.filter(|key| key.contains(search.trim()));
            return found.take(limit).map(Member::unlabelled).collect();
        }
        if dimension.is_of_first_orders() {
            let numbered = self
                .extent_of(DataSet::Sales)
                .map(|all| self.key(dimension, all));
            let Some(Ok(key)) = numbered else {
                return Vec::new();
            };
            let members = (0..key.cardinality as u32).map(|number| self.member(dimension, number));
            let found = members.filter(|member| member.key.contains(search.trim()));
            return found.take(limit).collect();
        }
        let least = |segment: &Segment| {
            segment
                .dimension_bounds(dimension.stored())
                .map(|it| it.min)
        };
        let has_unknown = self
            .all_segments()
            .filter_map(least)
            .any(|least| least == 0);
        let has_orphan = dimension != dimension.stored()
            && self
                .dictionaries()
                .parents(dimension)
                .iter()
                .skip(1)
                .any(|&parent| parent == 0);
        self.dictionaries()
            .search(dimension, search, has_unknown || has_orphan, limit)
    }
}
