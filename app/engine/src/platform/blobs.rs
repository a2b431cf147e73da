//! Blobs in a company's database: loose as they arrive, and once there are some of them in packs
//! (`sync::Packs`), which a browser reads several times faster.
//!
//! Whole segments are stored, never rows: 10,000 single puts take longer than reading a company. All of it
//! is in one object store: a loose blob under its name, a pack under its number, and the list of packs,
//! which changes in the same transaction as they do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::{try_join, try_join_all};
use futures_util::stream::{FuturesOrdered, TryStreamExt};
use js_sys::Uint8Array;
use kernel::Hash256;
use rexie::{Store, TransactionMode};
use sync::{Packs, Part, Rewrite};
use wasm_bindgen::{JsCast, JsValue};

use super::indexed_db::{BLOBS, Database, StorageError, bytes_as_value, key};

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
        let (_open, blobs) = self.start(BLOBS, TransactionMode::ReadOnly)?;
        let (loose, packs) = held(&blobs).await?;
        Ok(loose.into_iter().chain(packs.names()).collect())
    }

    /// Reads all blobs in one transaction and hands each over as it comes: while the browser reads one
    /// pack, what is in the one before is taken. Gives the names of blobs whose bytes are gone.
    pub async fn read_blobs(
        &self,
        mut take: impl FnMut(Hash256, Arc<[u8]>),
    ) -> Result<Vec<Hash256>, StorageError> {
        let (_open, blobs) = self.start(BLOBS, TransactionMode::ReadOnly)?;
        let (loose, packs) = held(&blobs).await?;
        let records = packs.numbers().map(Record::Pack);
        let records = records.chain(loose.into_iter().map(Record::Loose));
        // All is asked for at once, so that the transaction lasts.
        let mut reading: FuturesOrdered<_> = records
            .map(|record| read_record(&blobs, &packs, record))
            .collect();
        let mut gone = Vec::new();
        while let Some((record, array)) = reading.try_next().await? {
            match (record, array) {
                (Record::Pack(number), Some(array)) => packs
                    .blobs_of(number)
                    .for_each(|(name, range)| take(name, bytes_of(&cut(&array, &range)))),
                (Record::Pack(number), None) => {
                    gone.extend(packs.blobs_of(number).map(|(name, _)| name));
                }
                (Record::Loose(name), Some(array)) => take(name, bytes_of(&array)),
                (Record::Loose(name), None) => gone.push(name),
            }
        }
        Ok(gone)
    }

    /// One blob.
    pub async fn blob(&self, name: Hash256) -> Result<Option<Arc<[u8]>>, StorageError> {
        let (_open, blobs) = self.start(BLOBS, TransactionMode::ReadOnly)?;
        if let Some(array) = array_of(blobs.get(blob_key(name)).await?) {
            return Ok(Some(bytes_of(&array)));
        }
        let packs = packs_from(blobs.get(key(LIST)).await?);
        let Some((number, range)) = packs.place_of(name) else {
            return Ok(None);
        };
        let array = read_pack(&blobs, &packs, number).await?;
        Ok(array.map(|array| bytes_of(&cut(&array, &range))))
    }

    /// Stores a blob.
    pub async fn put_blob(&self, name: Hash256, bytes: &[u8]) -> Result<(), StorageError> {
        let (open, blobs) = self.start(BLOBS, TransactionMode::ReadWrite)?;
        let name = blob_key(name);
        blobs.put(&bytes_as_value(bytes), Some(&name)).await?;
        open.done().await?;
        Ok(())
    }

    /// Forgets blobs: of what is in packs, no byte is left either.
    pub async fn delete_blobs(&self, names: &[Hash256]) -> Result<(), StorageError> {
        if names.is_empty() {
            return Ok(());
        }
        let (open, blobs) = self.start(BLOBS, TransactionMode::ReadWrite)?;
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
            let (_open, blobs) = self.start(BLOBS, TransactionMode::ReadOnly)?;
            held(&blobs).await?.0
        };
        if loose.len() < LOOSE_MAX {
            return Ok(());
        }
        let mut left: BTreeSet<Hash256> = loose.into_iter().collect();
        let mut ordered: Vec<Hash256> = order.filter(|name| left.remove(name)).collect();
        ordered.extend(left);
        for names in ordered.chunks(PACKED_AT_ONCE) {
            self.pack_these(names).await?;
        }
        Ok(())
    }

    async fn pack_these(&self, names: &[Hash256]) -> Result<(), StorageError> {
        let (open, blobs) = self.start(BLOBS, TransactionMode::ReadWrite)?;
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
        let (_open, blobs) = self.start(BLOBS, TransactionMode::ReadOnly)?;
        Ok(blobs.count(None).await?)
    }

    /// Takes the last byte off the first pack.
    pub(crate) async fn cut_a_pack(&self) -> Result<(), StorageError> {
        let (open, blobs) = self.start(BLOBS, TransactionMode::ReadWrite)?;
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
