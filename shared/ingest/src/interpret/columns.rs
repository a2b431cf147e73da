//! Which cell of a row holds which canonical column: found out once a file, asked many times a row.

use crate::ImportSpec;

const SLOTS: usize = 128;

/// The columns of [`ImportSpec::columns`] with their places.
pub(super) struct Columns {
    names: Vec<&'static str>,
    /// Place of a name, at the slot of its hash or, where that is taken, the next one free.
    slots: [Option<u8>; SLOTS],
}

impl Columns {
    pub(super) fn new(spec: &ImportSpec) -> Columns {
        let names = spec.columns();
        let mut slots = [None; SLOTS];
        for (place, name) in names.iter().enumerate() {
            let free = probe(name).find(|slot| slots[*slot].is_none());
            let slot = free.expect("no kind of file has as many columns as there are slots");
            slots[slot] = Some(place as u8);
        }
        Columns { names, slots }
    }

    /// The place of a column, if the file has it.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        for slot in probe(column) {
            let place = usize::from(self.slots[slot]?);
            if self.names.get(place) == Some(&column) {
                return Some(place);
            }
        }
        None
    }
}

/// The slots that a name may have, in order: the first by its length, its first letter and its last.
fn probe(name: &str) -> impl Iterator<Item = usize> {
    let bytes = name.as_bytes();
    let end = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
    let first = name.len() * 23 + end(bytes.first()) * 7 + end(bytes.last());
    (0..SLOTS).map(move |step| (first + step) % SLOTS)
}

#[cfg(test)]
mod tests {
    use model::columns::FileKind;
    use model::profile::TenantProfile;

    use super::*;

    #[test]
    fn every_column_is_at_its_place_and_no_other() {
        let profile = TenantProfile::new(kernel::TenantId::new("acme").unwrap(), "Acme");
        let head = b"order_date,order_id,sku,quantity,unit_price\n2026-03-01,A,S,1,1\n";
        let guessed = crate::sniff(head, &profile).unwrap().spec;
        for kind in FileKind::ALL {
            let all = kind
                .required_columns()
                .iter()
                .chain(kind.optional_columns());
            let all: Vec<&str> = all.copied().collect();
            let mut spec = ImportSpec {
                kind,
                ..guessed.clone()
            };
            spec.mapping = all
                .iter()
                .map(|name| ((*name).to_owned(), (*name).to_owned()))
                .collect();
            let columns = Columns::new(&spec);
            for (place, name) in all.iter().enumerate() {
                assert_eq!(columns.place(name), Some(place), "{name}");
            }
            for name in ["", "colour", "Quantity"] {
                assert_eq!(columns.place(name), None);
            }
        }
    }
}
