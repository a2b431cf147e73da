//! Which column of a file holds what: by the habits of its source, else by the names of its headers.

use std::collections::{BTreeMap, BTreeSet};

use model::columns::FileKind;

use crate::Preset;
use crate::headers::likeness;
use crate::rows::Cells;

/// The kind of file whose needed columns are found best, with the mapping.
pub(super) fn mapping_of(
    headers: &[String],
    preset: Option<Preset>,
) -> (FileKind, BTreeMap<String, String>) {
    let mut best: Option<(usize, FileKind, BTreeMap<String, String>)> = None;
    for kind in FileKind::ALL {
        let mapping = mapping_for(kind, headers, preset);
        let missing = kind
            .required_columns()
            .iter()
            .filter(|column| !mapping.contains_key(**column))
            .count();
        if best.as_ref().is_none_or(|(fewest, _, held)| {
            (missing, std::cmp::Reverse(mapping.len())) < (*fewest, std::cmp::Reverse(held.len()))
        }) {
            best = Some((missing, kind, mapping));
        }
    }
    match best {
        Some((missing, kind, mapping)) if missing == 0 || kind == FileKind::Sales => {
            (kind, mapping)
        }
        // Where nothing fits, it is most likely order lines with headers of their own.
        _ => (
            FileKind::Sales,
            mapping_for(FileKind::Sales, headers, preset),
        ),
    }
}

fn mapping_for(
    kind: FileKind,
    headers: &[String],
    preset: Option<Preset>,
) -> BTreeMap<String, String> {
    let columns: Vec<&str> = kind
        .required_columns()
        .iter()
        .chain(kind.optional_columns())
        .copied()
        .collect();
    let known = if kind == FileKind::Sales {
        preset.map_or(&[][..], |preset| preset.columns())
    } else {
        &[]
    };
    let mut candidates = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        for column in &columns {
            let place = known
                .iter()
                .position(|(name, key)| name == column && *key == crate::headers::key(header));
            let score = match place {
                // Above all general names, the first of the list above the next.
                Some(place) => u8::MAX.saturating_sub(place as u8),
                None => likeness(column, header),
            };
            if score > 0 {
                candidates.push((std::cmp::Reverse(score), at, *column));
            }
        }
    }
    candidates.sort();
    let mut mapping = BTreeMap::new();
    let mut used = BTreeSet::new();
    for (_, at, column) in candidates {
        if !mapping.contains_key(column) && used.insert(at) {
            mapping.insert(column.to_owned(), headers[at].clone());
        }
    }
    mapping
}

/// A version that is no whole number, such as WooCommerce's `3.0.0`, is that of a program.
pub(super) fn drop_versions_of_software(
    mapping: &mut BTreeMap<String, String>,
    headers: &[String],
    rows: &[Cells],
) {
    let header = mapping.get("version");
    let index = header.and_then(|header| headers.iter().position(|name| name == header));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let cells = index
        .into_iter()
        .flat_map(|index| rows.iter().filter_map(move |row| row.get(index)));
    if !cells.into_iter().all(is_number) {
        mapping.remove("version");
    }
}
