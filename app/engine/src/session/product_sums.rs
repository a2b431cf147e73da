//! What was computed of products, by what it was computed from: what did not change is not computed again.

use std::collections::BTreeMap;

use kernel::Date;
use prediction::{Job, Sum};
use serde::{Deserialize, Serialize};

use super::Session;

/// Grows where the same series would come to something else than before.
const FORMAT: u32 = 2;

/// What was computed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Computed {
    format: u32,
    sums: BTreeMap<String, Sum>,
}

/// Jobs that are to be computed, each once, under their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Open {
    jobs: Vec<(String, Job)>,
}

/// What every answer depends on: another value is of other data, or of another day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    sequence: u64,
    today: Date,
    /// Of the segments that are shown: while some arrive, the same sequence has other figures.
    shown: u64,
}

impl Computed {
    /// Nothing yet.
    pub fn new() -> Computed {
        Computed {
            format: FORMAT,
            sums: BTreeMap::new(),
        }
    }

    /// What is kept, from text; nothing where it is of another version.
    pub fn from_text(text: &str) -> Computed {
        let kept = serde_json::from_str(text).unwrap_or_default();
        match kept {
            Computed { format: FORMAT, .. } => kept,
            _ => Computed::new(),
        }
    }

    /// Sums that are known.
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// A sum by its name.
    pub fn get(&self, name: &str) -> Option<&Sum> {
        self.sums.get(name)
    }

    /// Takes what was computed.
    pub fn extend(&mut self, sums: impl IntoIterator<Item = (String, Sum)>) {
        self.sums.extend(sums);
    }

    /// Takes over what another has.
    pub fn extend_from(&mut self, other: &Computed) {
        let sums = other.sums.iter();
        self.extend(sums.map(|(name, sum)| (name.clone(), sum.clone())));
    }
}

impl Open {
    /// Adds a job, unless it was computed `before`: then that goes to `now`. Gives its name.
    pub fn add(&mut self, job: Job, before: &Computed, now: &mut Computed) -> String {
        let name = name_of(&job);
        match before.get(&name) {
            Some(sum) => now.extend([(name.clone(), sum.clone())]),
            None if self.jobs.iter().any(|(other, _)| *other == name) => {}
            None => self.jobs.push((name.clone(), job)),
        }
        name
    }

    /// The jobs, which are open no more.
    pub fn take(&mut self) -> Vec<(String, Job)> {
        std::mem::take(&mut self.jobs)
    }
}

/// The hash of what a sum is computed from.
fn name_of(job: &Job) -> String {
    let mut bytes = Vec::with_capacity(8 * job.values.len() + 48);
    let mut add = |number: u64| bytes.extend(number.to_le_bytes());
    add(job.horizon as u64);
    add(job.coverage.0.to_bits());
    add(u64::from(job.non_negative));
    add(job.seasons.len() as u64);
    job.seasons.iter().for_each(|season| add(*season as u64));
    add(job.sold_out.len() as u64);
    job.sold_out.iter().for_each(|place| add(*place as u64));
    add(job.analogs.len() as u64);
    let analogs = job.analogs.iter().flatten();
    analogs.for_each(|value| add(value.0.to_bits()));
    job.values.iter().for_each(|value| add(value.0.to_bits()));
    sync::content_hash(&bytes).to_string()
}

impl Session {
    /// What every answer depends on now.
    pub fn moment(&self) -> Moment {
        let shown = self.cube.segments().map(|(id, _)| {
            let first = id.as_bytes().first_chunk::<8>();
            first.map_or(0, |bytes| u64::from_le_bytes(*bytes))
        });
        Moment {
            sequence: self.sequence(),
            today: self.cube.rules().today,
            shown: shown.fold(0, u64::wrapping_add),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use prediction::Number;

    fn job(values: &[f64]) -> Job {
        Job {
            values: values.iter().copied().map(Number).collect(),
            seasons: vec![7],
            horizon: 90,
            coverage: Number(0.8),
            non_negative: true,
            ..Job::default()
        }
    }

    #[test]
    fn what_did_not_change_is_not_computed_again() {
        let (one, two) = (job(&[1.0, 2.0, 3.0]), job(&[1.0, 2.0, 4.0]));
        let (mut open, mut now) = (Open::default(), Computed::new());
        let name = open.add(one.clone(), &Computed::new(), &mut now);
        assert_eq!(open.add(one.clone(), &Computed::new(), &mut now), name);
        let jobs = open.take();
        assert_eq!(jobs, [(name.clone(), one.clone())], "each once");
        let sum = prediction::sum(&one).unwrap();
        let mut before = Computed::new();
        before.extend([(name.clone(), sum.clone())]);
        let text = serde_json::to_string(&before).unwrap();
        assert_eq!(Computed::from_text(&text), before);
        assert_eq!(open.add(one, &before, &mut now), name);
        assert_eq!((now.get(&name), now.len()), (Some(&sum), 1));
        assert_ne!(open.add(two.clone(), &before, &mut now), name);
        let sold_out = Job {
            sold_out: vec![1],
            ..two.clone()
        };
        let longer = Job { horizon: 30, ..two };
        open.add(longer, &before, &mut now);
        open.add(sold_out, &before, &mut now);
        assert_eq!(open.take().len(), 3);
        let older = text.replace("\"format\":2", "\"format\":1");
        assert!(Computed::from_text(&older).is_empty());
        assert!(Computed::from_text("of another version").is_empty());
    }
}
