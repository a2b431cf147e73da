//! Blobs in a company's database: loose as they arrive, and once there are some of them in packs
//! (`sync::Packs`), which a browser reads several times faster.
//!
//! Whole segments are stored, never rows: 10,000 single puts take longer than reading a company. All of it
//! is in one object store: a loose blob under its name, a pack under its number, and the list of packs,
//! which changes in the same transaction as they do. Blobs are sealed one by one under their names, so that they
//! go in and out of packs as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::{try_join, try_join_all};
use futures_util::stream::{FuturesOrdered, TryStreamExt};
use js_sys::Uint8Array;
use kernel::Hash256;
use rexie::{Store, TransactionMode};
use sync::{Packs, Part, Rewrite};
use wasm_bindgen::{JsCast, JsValue};

use super::cipher::Reading;
use super::indexed_db::{BLOBS, Change, Database, StorageError, bytes_as_value, key};

/// The key of the list of packs.
const LIST: &str = "packs";
/// Fewer loose blobs are left as they are.
const LOOSE_MAX: usize = 16;
/// Loose blobs that are packed in one transaction.
const PACKED_AT_ONCE: usize = 32;

fn pack_key(number: u32) -> JsValue {
    key(&format!("pack-{number}"))
}

fn blob_key(name: Hash256) -> JsValue {
    key(&name.to_string())
}

fn array_of(value: Option<JsValue>) -> Option<Uint8Array> {
    value?.dyn_into().ok()
}

/// The bytes of a part of an array, copied once.
fn bytes_of(array: &Uint8Array) -> Arc<[u8]> {
    let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, array.length() as usize).collect();
    if let Some(bytes) = Arc::get_mut(&mut bytes) {
        array.copy_to(bytes);
    }
    bytes
}

fn loose_names(keys: Vec<JsValue>) -> impl Iterator<Item = Hash256> {
    let name = |key: JsValue| key.as_string()?.parse().ok();
    keys.into_iter().filter_map(name)
}

fn packs_from(list: Option<JsValue>) -> Packs {
    let bytes = array_of(list).map(|list| list.to_vec());
    // What cannot be read is fetched again.
    bytes
        .and_then(|bytes| Packs::from_bytes(&bytes))
        .unwrap_or_default()
}

/// The names of loose blobs, and the list of packs.
async fn held(blobs: &Store) -> Result<(Vec<Hash256>, Packs), StorageError> {
    let (keys, list) = try_join(blobs.get_all_keys(None, None), blobs.get(key(LIST))).await?;
    Ok((loose_names(keys).collect(), packs_from(list)))
}

/// A pack as it was written; `None` where it is gone or has another length.
async fn read_pack(
    blobs: &Store,
    packs: &Packs,
    number: u32,
) -> Result<Option<Uint8Array>, StorageError> {
    let array = array_of(blobs.get(pack_key(number)).await?);
    Ok(array.filter(|array| array.length() as usize == packs.bytes_of(number)))
}

/// Those of an order that are there, then all others.
fn in_order(
    held: impl IntoIterator<Item = Hash256>,
    order: impl Iterator<Item = Hash256>,
) -> Vec<Hash256> {
    let mut left: BTreeSet<Hash256> = held.into_iter().collect();
    let mut ordered: Vec<Hash256> = order.filter(|name| left.remove(name)).collect();
    ordered.extend(left);
    ordered
}

/// What is read by one request.
#[derive(Clone, Copy)]
enum Record {
    Pack(u32),
    Loose(Hash256),
}

async fn read_record(
    blobs: &Store,
    packs: &Packs,
    record: Record,
) -> Result<(Record, Option<Uint8Array>), StorageError> {
    let array = match record {
        Record::Pack(number) => read_pack(blobs, packs, number).await?,
        Record::Loose(name) => array_of(blobs.get(blob_key(name)).await?),
    };
    Ok((record, array))
}

fn cut(array: &Uint8Array, range: &std::ops::Range<usize>) -> Uint8Array {
    array.subarray(range.start as u32, range.end as u32)
}

/// Writes packs anew as `plan` wants, with the list of them. `loose` holds the loose blobs that go in.
/// A pack that cannot be read is given up with all that was in it.
async fn rewrite(
    blobs: &Store,
    before: &Packs,
    loose: &BTreeMap<Hash256, Uint8Array>,
    plan: impl Fn(&mut Packs) -> Vec<Rewrite>,
) -> Result<(), StorageError> {
    let mut unreadable = BTreeSet::new();
    loop {
        let mut packs = before.clone();
        let mut rewrites = packs.forget(&unreadable);
        rewrites.extend(plan(&mut packs));
        if rewrites.is_empty() {
            return Ok(());
        }
        let parts = rewrites.iter().flat_map(|it| &it.parts);
        let from = parts.filter_map(|part| Some(part.from.as_ref()?.0));
        let sources: BTreeSet<u32> = from.collect();
        let mut arrays = BTreeMap::new();
        let known = unreadable.len();
        for number in sources {
            match read_pack(blobs, before, number).await? {
                Some(array) => drop(arrays.insert(number, array)),
                None => unreadable.extend(before.blobs_of(number).map(|(name, _)| name)),
            }
        }
        if unreadable.len() > known {
            continue;
        }
        for Rewrite { pack, parts } in rewrites {
            if parts.is_empty() {
                blobs.delete(pack_key(pack)).await?;
                continue;
            }
            let part = |Part { name, from }: &Part| match from {
                Some((number, range)) => arrays.get(number).map(|array| cut(array, range)),
                None => loose.get(name).cloned(),
            };
            let parts: Vec<Uint8Array> = parts.iter().filter_map(part).collect();
            let whole = Uint8Array::new_with_length(parts.iter().map(Uint8Array::length).sum());
            let mut start = 0;
            for part in parts {
                whole.set(&part, start);
                start += part.length();
            }
            blobs.put(&whole.into(), Some(&pack_key(pack))).await?;
        }
        let list = bytes_as_value(&packs.to_bytes());
        blobs.put(&list, Some(&key(LIST))).await?;
        return Ok(());
    }
}

impl Database {
    /// Names of the blobs that are held.
    pub async fn blob_names(&self) -> Result<BTreeSet<Hash256>, StorageError> {
        let (_, _open, blobs) = self.begin(BLOBS, TransactionMode::ReadOnly).await?;
        let (loose, packs) = held(&blobs).await?;
        Ok(loose.into_iter().chain(packs.names()).collect())
    }

    /// Reads all blobs in one transaction and hands each over as it comes: while the browser reads one
    /// pack, what is in the one before is taken. Those that are sealed follow when all are read. Gives the names of
    /// blobs whose bytes are gone or cannot be opened.
    pub async fn read_blobs(
        &self,
        mut take: impl FnMut(Hash256, Arc<[u8]>),
    ) -> Result<Vec<Hash256>, StorageError> {
        let (mut gone, mut sealed) = (Vec::new(), Vec::new());
        {
            let (seal, _open, blobs) = self.begin(BLOBS, TransactionMode::ReadOnly).await?;
            let (loose, packs) = held(&blobs).await?;
            let records = packs.numbers().map(Record::Pack);
            let records = records.chain(loose.into_iter().map(Record::Loose));
            // All is asked for at once, so that the transaction lasts.
            let mut reading: FuturesOrdered<_> = records
                .map(|record| read_record(&blobs, &packs, record))
                .collect();
            let mut take_stored = |name: Hash256, stored: Option<Uint8Array>| {
                let Some(stored) = stored else {
                    return gone.push(name);
                };
                match seal.reading(BLOBS, &name.to_string(), stored.into()) {
                    Reading::Clear(value) => match array_of(Some(value)) {
                        Some(array) => take(name, bytes_of(&array)),
                        None => gone.push(name),
                    },
                    Reading::Sealed(opening) => sealed.push((name, opening)),
                    Reading::Lost => gone.push(name),
                }
            };
            while let Some((record, array)) = reading.try_next().await? {
                match record {
                    Record::Pack(number) => packs.blobs_of(number).for_each(|(name, range)| {
                        take_stored(name, array.as_ref().map(|array| cut(array, &range)));
                    }),
                    Record::Loose(name) => take_stored(name, array),
                }
            }
        }
        for (name, opening) in sealed {
            match opening.done().await {
                Some(array) => take(name, bytes_of(&array)),
                None => gone.push(name),
            }
        }
        Ok(gone)
    }

    /// One blob.
    pub async fn blob(&self, name: Hash256) -> Result<Option<Arc<[u8]>>, StorageError> {
        let array = array_of(self.blob_value(name).await?);
        Ok(array.map(|array| bytes_of(&array)))
    }

    async fn blob_value(&self, name: Hash256) -> Result<Option<JsValue>, StorageError> {
        let (seal, stored) = {
            let (seal, _open, blobs) = self.begin(BLOBS, TransactionMode::ReadOnly).await?;
            let stored = match array_of(blobs.get(blob_key(name)).await?) {
                Some(array) => Some(array),
                None => {
                    let packs = packs_from(blobs.get(key(LIST)).await?);
                    let Some((number, range)) = packs.place_of(name) else {
                        return Ok(None);
                    };
                    let array = read_pack(&blobs, &packs, number).await?;
                    array.map(|array| cut(&array, &range))
                }
            };
            (seal, stored)
        };
        match stored {
            Some(stored) => {
                let reading = seal.reading(BLOBS, &name.to_string(), stored.into());
                Ok(reading.done().await)
            }
            None => Ok(None),
        }
    }

    /// Stores a blob.
    pub async fn put_blob(&self, name: Hash256, bytes: &[u8]) -> Result<(), StorageError> {
        let blob = Change::Put(name.to_string(), bytes_as_value(bytes));
        self.write(BLOBS, &[blob]).await
    }

    /// Forgets blobs: of what is in packs, no byte is left either.
    pub async fn delete_blobs(&self, names: &[Hash256]) -> Result<(), StorageError> {
        if names.is_empty() {
            return Ok(());
        }
        let (_, open, blobs) = self.begin(BLOBS, TransactionMode::ReadWrite).await?;
        let packs = packs_from(blobs.get(key(LIST)).await?);
        let gone: BTreeSet<Hash256> = names.iter().copied().collect();
        try_join_all(gone.iter().map(|&name| blobs.delete(blob_key(name)))).await?;
        rewrite(&blobs, &packs, &BTreeMap::new(), |packs| {
            packs.forget(&gone)
        })
        .await?;
        open.done().await?;
        Ok(())
    }

    /// Puts loose blobs into packs where there are more than a few; those named in `order` in that order.
    pub async fn pack(&self, order: impl Iterator<Item = Hash256>) -> Result<(), StorageError> {
        let loose = {
            let (_, _open, blobs) = self.begin(BLOBS, TransactionMode::ReadOnly).await?;
            held(&blobs).await?.0
        };
        if loose.len() < LOOSE_MAX {
            return Ok(());
        }
        for names in in_order(loose, order).chunks(PACKED_AT_ONCE) {
            self.pack_these(names).await?;
        }
        Ok(())
    }

    /// Brings every record into the form of now, sealed or not, until it is done or not wanted any more; answers
    /// whether it is done. Killed in the middle, it is begun anew: records tell their form by themselves.
    pub async fn renew(
        &self,
        order: impl Iterator<Item = Hash256>,
        is_wanted: impl Fn() -> bool,
    ) -> Result<bool, StorageError> {
        self.renew_small().await?;
        let held = self.blob_names().await?;
        for names in in_order(held, order).chunks(PACKED_AT_ONCE) {
            if !is_wanted() {
                return Ok(false);
            }
            for &name in names {
                // What cannot be read is found out, and fetched again, by the next start.
                if let Some(blob) = self.blob_value(name).await? {
                    let blob = Change::Put(name.to_string(), blob);
                    self.write(BLOBS, &[blob]).await?;
                }
            }
            // A loose blob takes the place of the one in a pack.
            self.pack_these(names).await?;
        }
        self.drop_strays().await?;
        Ok(true)
    }

    /// Deletes what is neither a blob nor the list of packs nor on it, such as the packs of a list that was lost.
    async fn drop_strays(&self) -> Result<(), StorageError> {
        let (_, open, blobs) = self.begin(BLOBS, TransactionMode::ReadWrite).await?;
        let packs = packs_from(blobs.get(key(LIST)).await?);
        let named: Vec<JsValue> = packs.numbers().map(pack_key).chain([key(LIST)]).collect();
        for name in blobs.get_all_keys(None, None).await? {
            if !named.contains(&name) && loose_names(vec![name.clone()]).next().is_none() {
                blobs.delete(name).await?;
            }
        }
        open.done().await?;
        Ok(())
    }

    async fn pack_these(&self, names: &[Hash256]) -> Result<(), StorageError> {
        let (_, open, blobs) = self.begin(BLOBS, TransactionMode::ReadWrite).await?;
        let packs = packs_from(blobs.get(key(LIST)).await?);
        let reading = names.iter().map(|&name| blobs.get(blob_key(name)));
        let values = try_join_all(reading).await?;
        let named = names.iter().copied().zip(values);
        // Another tab may have packed or forgotten some of them since.
        let arrays: Vec<(Hash256, Uint8Array)> = named
            .filter_map(|(name, value)| Some((name, array_of(value)?)))
            .collect();
        let sizes: Vec<_> = arrays
            .iter()
            .map(|(name, it)| (*name, it.length()))
            .collect();
        let arrays = arrays.into_iter().collect();
        rewrite(&blobs, &packs, &arrays, |packs| packs.take_up(&sizes)).await?;
        try_join_all(arrays.keys().map(|&name| blobs.delete(blob_key(name)))).await?;
        open.done().await?;
        Ok(())
    }
}

/// What tests look at and damage.
#[cfg(test)]
impl Database {
    /// How many records hold blobs, packs and their list.
    pub(crate) async fn record_count(&self) -> Result<u32, StorageError> {
        let (_, _open, blobs) = self.begin(BLOBS, TransactionMode::ReadOnly).await?;
        Ok(blobs.count(None).await?)
    }

    /// Every blob in a pack as it is stored there.
    pub(crate) async fn packed(&self) -> Result<Vec<(Hash256, Vec<u8>)>, StorageError> {
        let (_, _open, blobs) = self.begin(BLOBS, TransactionMode::ReadOnly).await?;
        let (_, packs) = held(&blobs).await?;
        let mut all = Vec::new();
        for number in packs.numbers() {
            if let Some(array) = read_pack(&blobs, &packs, number).await? {
                let parts = packs.blobs_of(number);
                all.extend(parts.map(|(name, range)| (name, cut(&array, &range).to_vec())));
            }
        }
        Ok(all)
    }

    /// Takes the last byte off the first pack.
    pub(crate) async fn cut_a_pack(&self) -> Result<(), StorageError> {
        let (_, open, blobs) = self.begin(BLOBS, TransactionMode::ReadWrite).await?;
        let (_, packs) = held(&blobs).await?;
        if let Some(number) = packs.numbers().next()
            && let Some(array) = read_pack(&blobs, &packs, number).await?
        {
            let cut = array.slice(0, array.length() - 1);
            blobs.put(&cut.into(), Some(&pack_key(number))).await?;
        }
        open.done().await?;
        Ok(())
    }
}
