//! Which metrics there are figures of: a manifest may be of segments that were written without some columns.

use model::metrics::MetricId;

use super::Session;

impl Session {
    /// Those of some metrics whose columns are here.
    pub(super) fn seen(&self, metrics: &[MetricId]) -> Vec<MetricId> {
        let sight = match &self.manifest {
            Some(manifest) if manifest.cut.is_some() => manifest.sight(),
            _ => return metrics.to_vec(),
        };
        let is_seen = |metric: &&MetricId| sight.sees_metric(metric.metric());
        metrics.iter().filter(is_seen).copied().collect()
    }

    /// The metrics of the catalogue whose columns are not.
    pub(super) fn hidden(&self) -> Vec<MetricId> {
        let seen = self.seen(MetricId::ALL);
        let all = MetricId::ALL.iter().copied();
        all.filter(|metric| !seen.contains(metric)).collect()
    }
}
