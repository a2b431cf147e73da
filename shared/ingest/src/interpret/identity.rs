//! What names an order line that its source gives no id: a hash of the values that make it that line.
//!
//! The values are the order, the product's code, the moment of the order, quantity and unit price, as
//! they were read; never a status, a fee, a place or a name. So a later state of a line, a renamed
//! product and a file sent again with another column corrected are the same line. The day is taken
//! without the order of its day and month, for the same reason.
//!
//! Some sources list a product twice in one order, told apart by nothing but the product's name. Rows of
//! one order that agree in all values but the name are numbered by the different names among them.
//! This needs the rows of an order in one piece, which `Splitter` sees to.
//!
//! Out of scope: rows that repeat one another to the letter; they are one line, counted once.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::Date;
use sha2::{Digest, Sha256};

/// The most lines of one order whose names are remembered; real orders have a few hundred at most.
const NAMED_LINES_MAX: usize = 20_000;
const DIGEST_BYTES: usize = 12;
const SEPARATOR: u8 = 0x1f;

/// The values that make an order line without an id what it is.
pub(super) struct Content<'r> {
    /// Order number.
    pub(super) order: &'r str,
    /// Product code.
    pub(super) sku: &'r str,
    /// The day of the order.
    pub(super) day: Date,
    /// Second of the day, where the file has one.
    pub(super) clock_seconds: u32,
    /// Units, below zero in a credit note.
    pub(super) quantity: i64,
    /// Price of a unit, in millionths.
    pub(super) unit_price_micros: i64,
}

impl Content<'_> {
    fn digest(&self) -> [u8; DIGEST_BYTES] {
        let (year, month, day) = self.day.ymd();
        let mut digest = Sha256::new();
        digest.update(self.order.as_bytes());
        digest.update([SEPARATOR]);
        digest.update(self.sku.as_bytes());
        digest.update([SEPARATOR, month.min(day), month.max(day)]);
        digest.update(year.to_le_bytes());
        digest.update(self.clock_seconds.to_le_bytes());
        digest.update(self.quantity.to_le_bytes());
        digest.update(self.unit_price_micros.to_le_bytes());
        let whole: [u8; 32] = digest.finalize().into();
        let mut head = [0; DIGEST_BYTES];
        head.copy_from_slice(&whole[..DIGEST_BYTES]);
        head
    }
}

/// Names the lines of one order after another.
#[derive(Default)]
pub(super) struct LineNames {
    order: String,
    /// Lines of the order, each with the different product names it came with.
    lines: BTreeMap<[u8; DIGEST_BYTES], Vec<u64>>,
}

impl LineNames {
    /// The id of a line that has none: 24 hexadecimal digits, with a number from the second name on.
    pub(super) fn id(&mut self, content: &Content<'_>, product_name: &str) -> String {
        if self.order != content.order {
            content.order.clone_into(&mut self.order);
            self.lines.clear();
        }
        let digest = content.digest();
        let mut id = String::with_capacity(2 * DIGEST_BYTES);
        for byte in digest {
            for digit in [byte >> 4, byte & 15] {
                id.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        let number = self.number(digest, product_name);
        if number > 0 {
            id.push('-');
            id.push_str(&(number + 1).to_string());
        }
        id
    }

    /// How many other names this line came with before.
    fn number(&mut self, digest: [u8; DIGEST_BYTES], product_name: &str) -> usize {
        if self.lines.len() >= NAMED_LINES_MAX && !self.lines.contains_key(&digest) {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        product_name.hash(&mut hasher);
        let name = hasher.finish();
        let names = self.lines.entry(digest).or_default();
        names
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(order: &'static str, day: &str) -> Content<'static> {
        Content {
            order,
            sku: "23298",
            day: day.parse().unwrap(),
            clock_seconds: 42_720,
            quantity: 3,
            unit_price_micros: 4_950_000,
        }
    }

    #[test]
    fn names_tell_lines_of_an_order_apart_and_a_repetition_stays_one() {
        let mut names = LineNames::default();
        let line = content("554084", "2011-05-22");
        let first = names.id(&line, "SPOTTY BUNTING");
        let second = names.id(&line, "BUNTING , SPOTTY");
        assert_eq!(second, format!("{first}-2"));
        assert_eq!(names.id(&line, "SPOTTY BUNTING"), first);
        assert_eq!(names.id(&line, "BUNTING , SPOTTY"), second);
        // Alone, or under a corrected name, it is the line it was.
        assert_ne!(names.id(&content("554085", "2011-05-22"), "X"), first);
        assert_eq!(names.id(&line, "23298"), first);
    }

    #[test]
    fn a_corrected_order_of_dates_is_the_same_line() {
        let mut names = LineNames::default();
        let read = names.id(&content("1", "2011-02-03"), "A");
        let corrected = names.id(&content("1", "2011-03-02"), "A");
        assert_eq!(read, corrected);
        assert_ne!(read, names.id(&content("1", "2011-03-03"), "A"));
    }

    #[test]
    fn an_order_without_end_is_named_in_flat_memory() {
        let mut names = LineNames::default();
        for quantity in 0..=NAMED_LINES_MAX as i64 + 10 {
            let line = Content {
                quantity,
                ..content("1", "2011-02-03")
            };
            names.id(&line, "A");
        }
        assert_eq!(names.lines.len(), NAMED_LINES_MAX);
    }
}
