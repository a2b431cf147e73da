//! An import on its way to the edge: chunks that are staged, sent, acknowledged and done.
//!
//! The outbox is saved after every step. A chunk that was being sent when the device was killed is
//! sent again: its idempotency key makes that harmless. Nothing is forgotten before the edge has
//! said what became of it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most chunks on their way at once.
pub const IN_FLIGHT_MAX: usize = 2;

/// What is known of one chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ChunkState {
    /// On the device.
    Waiting,
    /// On its way; may or may not have arrived.
    Sending,
    /// Stored at the edge under this batch id.
    Acknowledged {
        /// Batch id.
        batch: String,
    },
    /// Worked in.
    Done {
        /// Batch id.
        batch: String,
    },
    /// Refused by the edge.
    Failed {
        /// What to tell the user.
        reason: String,
    },
}

/// One chunk of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Idempotency key: a hash of what is sent.
    pub key: String,
    /// What is known of it.
    #[serde(flatten)]
    pub state: ChunkState,
}

/// All chunks of one import, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// Chunks, by position in the file.
    pub chunks: Vec<Chunk>,
    /// Whether the whole file has been cut into chunks.
    pub is_staged: bool,
}

/// An event that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OutboxError {
    /// There is no such chunk.
    #[error("chunk {index} does not exist: the import has {chunks} chunks")]
    NoChunk {
        /// Index given.
        index: usize,
        /// Chunks there are.
        chunks: usize,
    },
}

impl Outbox {
    /// Adds a chunk; gives its index. A chunk with the key of an earlier one is that one.
    pub fn stage(&mut self, key: String) -> usize {
        if let Some(index) = self.chunks.iter().position(|chunk| chunk.key == key) {
            return index;
        }
        self.chunks.push(Chunk {
            key,
            state: ChunkState::Waiting,
        });
        self.chunks.len() - 1
    }

    /// After a start: what was on its way must be sent again.
    pub fn resume(&mut self) {
        for chunk in &mut self.chunks {
            if chunk.state == ChunkState::Sending {
                chunk.state = ChunkState::Waiting;
            }
        }
    }

    /// Takes the next chunk to send, if one waits and not too many are on their way.
    pub fn take_next(&mut self) -> Option<usize> {
        let sending = self
            .chunks
            .iter()
            .filter(|chunk| chunk.state == ChunkState::Sending)
            .count();
        if sending >= IN_FLIGHT_MAX {
            return None;
        }
        let index = self
            .chunks
            .iter()
            .position(|chunk| chunk.state == ChunkState::Waiting)?;
        self.chunks[index].state = ChunkState::Sending;
        Some(index)
    }

    /// Sending failed on the way; it will be tried again.
    pub fn lost(&mut self, index: usize) -> Result<(), OutboxError> {
        self.change(index, |state| match state {
            ChunkState::Sending => ChunkState::Waiting,
            other => other,
        })
    }

    /// The edge has stored it. A late or repeated acknowledgement changes nothing.
    pub fn acknowledged(&mut self, index: usize, batch: &str) -> Result<(), OutboxError> {
        self.change(index, |state| match state {
            ChunkState::Waiting | ChunkState::Sending => ChunkState::Acknowledged {
                batch: batch.to_owned(),
            },
            other => other,
        })
    }

    /// The edge has worked it in.
    pub fn done(&mut self, index: usize, batch: &str) -> Result<(), OutboxError> {
        self.change(index, |_| ChunkState::Done {
            batch: batch.to_owned(),
        })
    }

    /// The edge refuses it for good.
    pub fn failed(&mut self, index: usize, reason: &str) -> Result<(), OutboxError> {
        self.change(index, |state| match state {
            ChunkState::Done { batch } => ChunkState::Done { batch },
            _ => ChunkState::Failed {
                reason: reason.to_owned(),
            },
        })
    }

    /// Chunks that the edge has stored but not yet answered for, with their batch ids.
    pub fn pending(&self) -> Vec<(usize, String)> {
        let of = |(index, chunk): (usize, &Chunk)| match &chunk.state {
            ChunkState::Acknowledged { batch } => Some((index, batch.clone())),
            _ => None,
        };
        self.chunks.iter().enumerate().filter_map(of).collect()
    }

    /// Whether nothing is left to do.
    pub fn is_settled(&self) -> bool {
        let settled = |chunk: &Chunk| {
            matches!(
                chunk.state,
                ChunkState::Done { .. } | ChunkState::Failed { .. }
            )
        };
        self.is_staged && self.chunks.iter().all(settled)
    }

    fn change(
        &mut self,
        index: usize,
        to: impl FnOnce(ChunkState) -> ChunkState,
    ) -> Result<(), OutboxError> {
        let chunks = self.chunks.len();
        let chunk = self
            .chunks
            .get_mut(index)
            .ok_or(OutboxError::NoChunk { index, chunks })?;
        chunk.state = to(chunk.state.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// An edge that stores what arrives, once per key.
    #[derive(Default)]
    struct Edge {
        batches: BTreeMap<String, usize>,
    }

    impl Edge {
        fn receive(&mut self, key: &str) -> String {
            *self.batches.entry(key.to_owned()).or_default() += 1;
            format!("batch-{key}")
        }
    }

    proptest! {
        /// Whatever is lost, repeated or killed on the way, everything arrives in the end, and what
        /// was acknowledged stays so.
        #[test]
        fn everything_arrives(fates in proptest::collection::vec(0_u8..5, 0..200), chunks in 1_usize..12) {
            let mut edge = Edge::default();
            let mut outbox = Outbox::default();
            for index in 0..chunks {
                outbox.stage(format!("key-{index}"));
            }
            outbox.is_staged = true;
            let mut fates = fates.into_iter();
            let mut steps = 0;
            while !outbox.is_settled() {
                steps += 1;
                prop_assert!(steps < 1_000);
                if let Some(index) = outbox.take_next() {
                    let key = outbox.chunks[index].key.clone();
                    match fates.next().unwrap_or(4) {
                        0 => outbox.lost(index).unwrap(),
                        1 => {
                            // It arrived; the answer did not.
                            edge.receive(&key);
                            outbox.lost(index).unwrap();
                        }
                        2 => {
                            // Killed while sending: only what was saved comes back.
                            edge.receive(&key);
                            let saved = serde_json::to_string(&outbox).unwrap();
                            outbox = serde_json::from_str(&saved).unwrap();
                            outbox.resume();
                        }
                        3 => {
                            let batch = edge.receive(&key);
                            outbox.acknowledged(index, &batch).unwrap();
                            outbox.acknowledged(index, &batch).unwrap();
                        }
                        _ => {
                            let batch = edge.receive(&key);
                            outbox.acknowledged(index, &batch).unwrap();
                        }
                    }
                }
                for (index, batch) in outbox.pending() {
                    outbox.done(index, &batch).unwrap();
                    outbox.lost(index).unwrap();
                }
            }
            prop_assert_eq!(edge.batches.len(), chunks);
        }
    }

    #[test]
    fn no_more_than_a_few_are_on_their_way() {
        let mut outbox = Outbox::default();
        for index in 0..5 {
            outbox.stage(index.to_string());
        }
        assert_eq!(outbox.take_next(), Some(0));
        assert_eq!(outbox.take_next(), Some(1));
        assert_eq!(outbox.take_next(), None);
        outbox.acknowledged(0, "a").unwrap();
        assert_eq!(outbox.take_next(), Some(2));
        assert!(matches!(
            outbox.lost(9),
            Err(OutboxError::NoChunk {
                index: 9,
                chunks: 5
            })
        ));
    }

    #[test]
    fn the_same_chunk_is_staged_once() {
        let mut outbox = Outbox::default();
        assert_eq!(outbox.stage("a".into()), outbox.stage("a".into()));
        assert_eq!(outbox.chunks.len(), 1);
    }
}
