//! Packs: how blobs lie on a device. A browser takes longer to read a hundred small records than to read
//! their bytes in a few large ones, so blobs that have arrived are put together in packs, whole and one
//! after another. What arrives later lies loose until there is enough of it.
//!
//! In scope: which blob is where ([`Packs`], kept beside the packs), and what has to be written anew
//! ([`Rewrite`]). Out of scope: the database (`app/engine`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kernel::Hash256;

/// A pack that has reached this many bytes takes no more blobs.
pub const PACK_BYTES: usize = 1 << 20;

const VERSION: u8 = 1;
const NAME_BYTES: usize = 32;

/// Which blobs are in which pack, in the order of their bytes.
///
/// ```
/// use sync::{Packs, content_hash};
/// let (one, two) = (content_hash(b"one"), content_hash(b"two!"));
/// let mut packs = Packs::default();
/// let written = packs.take_up(&[(one, 3), (two, 4)]);
/// assert_eq!(written.len(), 1);
/// assert_eq!(packs.place_of(two), Some((1, 3..7)));
/// assert_eq!(Packs::from_bytes(&packs.to_bytes()), Some(packs));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packs {
    packs: BTreeMap<u32, Vec<Packed>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Packed {
    name: Hash256,
    bytes: u32,
}

/// A pack to be written, or to be deleted where it has no parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The pack's number.
    pub pack: u32,
    /// The blobs that it consists of.
    pub parts: Vec<Part>,
}

/// A blob of a pack to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: Hash256,
    /// Where its bytes are until then: loose, or in a pack as it was before.
    pub from: Option<(u32, Range<usize>)>,
}

impl Packs {
    /// Reads what [`Packs::to_bytes`] wrote; `None` where it is something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Packs> {
        fn word(rest: &mut &[u8]) -> Option<u32> {
            let (word, after) = rest.split_first_chunk::<4>()?;
            *rest = after;
            Some(u32::from_le_bytes(*word))
        }
        let (&version, mut rest) = bytes.split_first()?;
        let mut packs = BTreeMap::new();
        while version == VERSION && !rest.is_empty() {
            let (number, count) = (word(&mut rest)?, word(&mut rest)?);
            let mut blobs = Vec::new();
            for _ in 0..count {
                let (name, after) = rest.split_first_chunk::<NAME_BYTES>()?;
                rest = after;
                let (name, bytes) = (Hash256::from_bytes(*name), word(&mut rest)?);
                blobs.push(Packed { name, bytes });
            }
            packs.insert(number, blobs);
        }
        (version == VERSION).then_some(Packs { packs })
    }

    /// The list as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        for (number, blobs) in &self.packs {
            out.extend(number.to_le_bytes());
            out.extend((blobs.len() as u32).to_le_bytes());
            for Packed { name, bytes } in blobs {
                out.extend_from_slice(name.as_bytes());
                out.extend(bytes.to_le_bytes());
            }
        }
        out
    }

    /// The numbers of all packs.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.packs.keys().copied()
    }

    /// The names of all blobs in packs.
    pub fn names(&self) -> impl Iterator<Item = Hash256> {
        self.packs.values().flatten().map(|blob| blob.name)
    }

    /// The blobs of a pack and where in it they are.
    pub fn blobs_of(&self, pack: u32) -> impl Iterator<Item = (Hash256, Range<usize>)> {
        let blobs = self.packs.get(&pack).into_iter().flatten();
        blobs.scan(0, |next, blob| {
            let start = *next;
            *next += blob.bytes as usize;
            Some((blob.name, start..*next))
        })
    }

    /// How many bytes a pack has.
    pub fn bytes_of(&self, pack: u32) -> usize {
        let blobs = self.packs.get(&pack).into_iter().flatten();
        blobs.map(|blob| blob.bytes as usize).sum()
    }

    /// The pack that holds a blob, and where in it.
    pub fn place_of(&self, name: Hash256) -> Option<(u32, Range<usize>)> {
        self.numbers().find_map(|pack| {
            let mut blobs = self.blobs_of(pack);
            let (_, range) = blobs.find(|(own, _)| *own == name)?;
            Some((pack, range))
        })
    }

    /// Puts loose blobs, with their sizes, into packs, in the order given; packs that are less than half
    /// full are put together with them. Gives what has to be written. A loose blob takes the place of one
    /// of the same name in a pack.
    pub fn take_up(&mut self, loose: &[(Hash256, u32)]) -> Vec<Rewrite> {
        let known: BTreeSet<Hash256> = loose.iter().map(|(name, _)| *name).collect();
        if known.is_empty() {
            return Vec::new();
        }
        let open: Vec<u32> = self
            .numbers()
            .filter(|&pack| {
                let is_renewed = self.blobs_of(pack).any(|(name, _)| known.contains(&name));
                is_renewed || self.bytes_of(pack) < PACK_BYTES / 2
            })
            .collect();
        let mut next = self.numbers().last().unwrap_or(0).saturating_add(1);
        let mut parts = Vec::new();
        for &pack in &open {
            let kept = self
                .blobs_of(pack)
                .filter(|(name, _)| !known.contains(name));
            parts.extend(kept.map(|(name, range)| Part {
                name,
                from: Some((pack, range)),
            }));
        }
        let mut sizes: BTreeMap<Hash256, u32> = loose.iter().copied().collect();
        let mut taken = BTreeSet::new();
        let news = loose.iter().filter(|(name, _)| taken.insert(*name));
        parts.extend(news.map(|&(name, _)| Part { name, from: None }));
        let mut rewrites: Vec<Rewrite> = Vec::new();
        let mut room = 0;
        for part in parts {
            let bytes = match &part.from {
                Some((_, range)) => range.len() as u32,
                None => sizes.remove(&part.name).unwrap_or(0),
            };
            if room == 0 {
                room = PACK_BYTES;
                rewrites.push(Rewrite {
                    pack: next,
                    parts: Vec::new(),
                });
                next = next.saturating_add(1);
            }
            room = room.saturating_sub(bytes as usize);
            if let Some(rewrite) = rewrites.last_mut() {
                let blob = Packed {
                    name: part.name,
                    bytes,
                };
                self.packs.entry(rewrite.pack).or_default().push(blob);
                rewrite.parts.push(part);
            }
        }
        for pack in open {
            self.packs.remove(&pack);
            rewrites.push(Rewrite {
                pack,
                parts: Vec::new(),
            });
        }
        rewrites
    }

    /// Takes blobs out of their packs. Gives what has to be written, so that their bytes are gone.
    pub fn forget(&mut self, names: &BTreeSet<Hash256>) -> Vec<Rewrite> {
        let mut rewrites = Vec::new();
        let numbers: Vec<u32> = self.numbers().collect();
        for pack in numbers {
            let blobs: Vec<_> = self.blobs_of(pack).collect();
            let kept = blobs.iter().filter(|(name, _)| !names.contains(name));
            let parts: Vec<Part> = kept
                .map(|(name, range)| Part {
                    name: *name,
                    from: Some((pack, range.clone())),
                })
                .collect();
            if parts.len() == blobs.len() {
                continue;
            }
            match self.packs.get_mut(&pack) {
                Some(blobs) if !parts.is_empty() => {
                    blobs.retain(|blob| !names.contains(&blob.name));
                }
                _ => drop(self.packs.remove(&pack)),
            }
            rewrites.push(Rewrite { pack, parts });
        }
        rewrites
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content_hash;

    /// A device: loose blobs and packs as bytes, and the list of what is where.
    #[derive(Default)]
    struct Device {
        loose: BTreeMap<Hash256, Vec<u8>>,
        records: BTreeMap<u32, Vec<u8>>,
        list: Vec<u8>,
    }

    impl Device {
        fn packs(&self) -> Packs {
            Packs::from_bytes(&self.list).unwrap_or_default()
        }

        fn write(&mut self, packs: &Packs, rewrites: &[Rewrite]) {
            let before = self.records.clone();
            for Rewrite { pack, parts } in rewrites {
                let bytes_of = |part: &Part| match &part.from {
                    Some((pack, range)) => before[pack][range.clone()].to_vec(),
                    None => self.loose[&part.name].clone(),
                };
                let bytes: Vec<u8> = parts.iter().flat_map(bytes_of).collect();
                match parts.is_empty() {
                    true => self.records.remove(pack),
                    false => self.records.insert(*pack, bytes),
                };
            }
            self.list = packs.to_bytes();
        }

        fn pack(&mut self) {
            let mut packs = self.packs();
            let sizes = self.loose.iter().map(|(&name, it)| (name, it.len() as u32));
            let rewrites = packs.take_up(&sizes.collect::<Vec<_>>());
            self.write(&packs, &rewrites);
            self.loose.clear();
        }

        fn forget(&mut self, names: &BTreeSet<Hash256>) {
            self.loose.retain(|name, _| !names.contains(name));
            let mut packs = self.packs();
            let rewrites = packs.forget(names);
            self.write(&packs, &rewrites);
        }

        fn all(&self) -> BTreeMap<Hash256, Vec<u8>> {
            let mut all = self.loose.clone();
            let packs = self.packs();
            assert!(packs.numbers().eq(self.records.keys().copied()));
            for (number, record) in &self.records {
                assert_eq!(packs.bytes_of(*number), record.len());
                for (name, range) in packs.blobs_of(*number) {
                    assert_eq!(packs.place_of(name), Some((*number, range.clone())));
                    all.entry(name).or_insert(record[range].to_vec());
                }
            }
            all
        }
    }

    fn blob(seed: u16) -> (Hash256, Vec<u8>) {
        let bytes = seed.to_le_bytes().repeat(1 + usize::from(seed) * 97);
        (content_hash(&bytes), bytes)
    }

    #[derive(Clone, Debug)]
    enum Step {
        Arrive(Vec<u16>),
        Pack,
        Forget(Vec<u16>),
    }

    fn any_steps() -> impl Strategy<Value = Vec<Step>> {
        let seeds = || prop::collection::vec(0_u16..900, 0..12);
        let step = prop_oneof![
            3 => seeds().prop_map(Step::Arrive),
            2 => Just(Step::Pack),
            2 => seeds().prop_map(Step::Forget),
        ];
        prop::collection::vec(step, 0..24)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn whatever_happens_each_blob_is_held_once_and_what_is_forgotten_is_gone(steps in any_steps()) {
            let (mut device, mut expected) = (Device::default(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Arrive(seeds) => {
                        let blobs: Vec<_> = seeds.into_iter().map(blob).collect();
                        device.loose.extend(blobs.iter().cloned());
                        expected.extend(blobs);
                    }
                    Step::Pack => device.pack(),
                    Step::Forget(seeds) => {
                        let names: BTreeSet<_> = seeds.into_iter().map(|seed| blob(seed).0).collect();
                        expected.retain(|name, _| !names.contains(name));
                        device.forget(&names);
                    }
                }
                prop_assert_eq!(&device.all(), &expected);
            }
            device.pack();
            let packed: usize = device.records.values().map(Vec::len).sum();
            prop_assert_eq!(packed, expected.values().map(Vec::len).sum::<usize>());
        }

        #[test]
        fn other_bytes_are_no_list(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            if let Some(packs) = Packs::from_bytes(&bytes) {
                prop_assert_eq!(Packs::from_bytes(&packs.to_bytes()), Some(packs));
            }
        }
    }

    #[test]
    fn packs_are_filled_and_small_ones_joined() {
        let mut packs = Packs::default();
        let size = PACK_BYTES as u32 / 3;
        let names: Vec<_> = (0..9_u8).map(|seed| content_hash(&[seed])).collect();
        let first: Vec<_> = names[..5].iter().map(|&name| (name, size)).collect();
        packs.take_up(&first);
        // Four fill a pack: the third leaves a byte of room.
        assert_eq!(
            packs
                .numbers()
                .map(|it| packs.blobs_of(it).count())
                .collect::<Vec<_>>(),
            [4, 1]
        );
        let next: Vec<_> = names[5..].iter().map(|&name| (name, size)).collect();
        let rewrites = packs.take_up(&next);
        assert_eq!(
            rewrites
                .iter()
                .map(|it| (it.pack, it.parts.len()))
                .collect::<Vec<_>>(),
            [(3, 4), (4, 1), (2, 0)]
        );
        assert_eq!(
            packs.names().collect::<BTreeSet<_>>(),
            names.into_iter().collect()
        );
        assert_eq!(packs.take_up(&[]), []);
    }
}
