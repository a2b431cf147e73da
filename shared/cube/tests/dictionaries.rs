//! Dictionaries only grow, and their chunks survive storage or are refused.

use cube::{Dictionary, DictionaryChunk, DictionaryError, Entry, UNKNOWN_KEY};
use model::schema::Dimension;
use proptest::prelude::*;

fn entry(key: &str, label: &str, parent: u32) -> Entry {
    Entry {
        key: key.into(),
        label: label.into(),
        parent,
    }
}

fn any_chunk() -> impl Strategy<Value = DictionaryChunk> {
    let dimension = prop::sample::select(vec![
        Dimension::Product,
        Dimension::City,
        Dimension::Category,
    ]);
    let entries = prop::collection::vec((".{0,12}", ".{1,12}", any::<u32>()), 0..20);
    (dimension, 0_u32..1_000, entries).prop_map(|(dimension, first_code, entries)| {
        let entries = entries
            .into_iter()
            .map(|(key, label, parent)| entry(&key, &label, parent));
        DictionaryChunk {
            dimension,
            first_code,
            entries: entries.collect(),
        }
    })
}

#[test]
fn code_zero_is_always_unknown() {
    let mut products = Dictionary::new(Dimension::Product);
    assert_eq!(products.code(UNKNOWN_KEY), Some(0));
    assert_eq!(products.push(entry("A-1", "Kettle", 2)), 1);
    assert!(products.revise(0, "changed".into(), 9));
    assert_eq!(products.get(0), Some(&entry("-", "-", 0)));
    assert!(products.revise(1, "Electric kettle".into(), 3));
    assert_eq!(products.get(1), Some(&entry("A-1", "Electric kettle", 3)));
    assert!(!products.revise(2, "nobody".into(), 0));
}

#[test]
fn chunks_add_up_to_the_dictionary_they_were_cut_from() {
    let mut whole = Dictionary::new(Dimension::City);
    let mut copy = Dictionary::new(Dimension::City);
    for part in 0..5 {
        let first = whole.len();
        for city in 0..7 {
            whole.push(entry(
                &format!("city-{part}-{city}"),
                &format!("City {city}"),
                part,
            ));
        }
        let chunk = DictionaryChunk::decode(&whole.chunk_from(first).encode()).expect("whole");
        copy.extend(&chunk).expect("the next chunk");
        copy.extend(&chunk)
            .expect("the same chunk again changes nothing");
    }
    assert_eq!(copy, whole);
    assert_eq!(whole.len(), 36);
}

#[test]
fn what_would_change_a_code_is_refused_and_leaves_no_trace() {
    let mut channels = Dictionary::new(Dimension::Channel);
    channels.push(entry("trendyol", "Trendyol", 0));
    let before = channels.clone();
    let chunk = |dimension, first_code, keys: &[&str]| DictionaryChunk {
        dimension,
        first_code,
        entries: keys.iter().map(|key| entry(key, key, 0)).collect(),
    };
    let mut refused = |chunk: DictionaryChunk| channels.extend(&chunk).expect_err("refused");
    assert!(matches!(
        refused(chunk(Dimension::City, 2, &["x"])),
        DictionaryError::OtherDimension { .. }
    ));
    assert_eq!(
        refused(chunk(Dimension::Channel, 3, &["n11"])),
        DictionaryError::Gap {
            first_code: 3,
            known: 2
        }
    );
    for keys in [
        &["n11"][..],
        &["trendyol", "trendyol"],
        &["trendyol", "n11", "n11"],
    ] {
        let error = refused(chunk(Dimension::Channel, 1, keys));
        assert!(
            matches!(error, DictionaryError::KeyChanged { .. }),
            "{keys:?}"
        );
    }
    assert_eq!(channels, before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn chunks_survive_storage(chunk in any_chunk()) {
        prop_assert_eq!(DictionaryChunk::decode(&chunk.encode()), Ok(chunk));
    }

    #[test]
    fn damage_is_found(
        chunk in any_chunk(),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
    ) {
        let bytes = chunk.encode();
        prop_assert!(DictionaryChunk::decode(&bytes[..at.index(bytes.len())]).is_err());
        let mut flipped = bytes;
        let at = at.index(flipped.len());
        flipped[at] ^= flip;
        prop_assert!(DictionaryChunk::decode(&flipped).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let mut chunk = b"MBID\x01\x03".to_vec();
        chunk.extend(bytes);
        let checksum = crc32fast::hash(&chunk);
        chunk.extend(checksum.to_le_bytes());
        if let Ok(read) = DictionaryChunk::decode(&chunk) {
            prop_assert_eq!(DictionaryChunk::decode(&read.encode()), Ok(read));
        }
    }
}
