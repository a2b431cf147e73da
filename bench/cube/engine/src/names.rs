//! The members: their keys are their numbers, code 1 is `0`. A product's category is its number modulo 40.

use cube::{DictionaryChunk, Entry};
use model::schema::Dimension;

const CHANNELS: u32 = 7;
const CATEGORIES: u32 = 40;
const PRODUCTS: u32 = 5_000;

/// All members, as dictionary chunks.
pub(crate) fn dictionaries() -> [DictionaryChunk; 3] {
    [
        (Dimension::Channel, CHANNELS),
        (Dimension::Category, CATEGORIES),
        (Dimension::Product, PRODUCTS),
    ]
    .map(|(dimension, count)| chunk(dimension, count))
}

fn chunk(dimension: Dimension, count: u32) -> DictionaryChunk {
    let parent = |number| match dimension {
        Dimension::Product => 1 + number % CATEGORIES,
        _ => 0,
    };
    let entry = |number: u32| Entry {
        key: number.to_string(),
        label: format!("Member {number}"),
        parent: parent(number),
    };
    DictionaryChunk {
        dimension,
        first_code: 1,
        entries: (0..count).map(entry).collect(),
    }
}
