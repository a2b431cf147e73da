//! When the clocks of a zone were and will be changed, read from the table that `build.rs` writes (its form is told
//! there).

use std::sync::OnceLock;

/// 1900-01-01T00:00:00Z, in seconds since 1970.
const FROM: i64 = -2_208_988_800;
const QUARTER: i64 = 900;

/// Names, sorted, and rules as bytes.
const TABLE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/zones.rs"));

/// How many zones there are.
pub const COUNT: usize = TABLE.len();

/// The name of a zone, by its place.
pub fn name(place: u8) -> Option<&'static str> {
    TABLE.get(usize::from(place)).map(|(name, _)| *name)
}

/// The place of a zone, by its name.
pub fn place(name: &str) -> Option<u8> {
    let found = TABLE.binary_search_by(|(known, _)| (*known).cmp(name));
    found.ok().and_then(|place| u8::try_from(place).ok())
}

/// The rules of a zone.
#[derive(Debug, Default)]
pub struct Rules {
    /// Offset before the first change, in seconds east of Greenwich.
    first: i64,
    /// Each change, oldest first.
    changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug)]
struct Change {
    /// When, in seconds since 1970.
    at: i64,
    /// The offset until then, in seconds.
    before: i64,
    /// The offset from then on, in seconds.
    offset: i64,
}

impl Rules {
    /// The rules of a zone, by its place; those of Greenwich where there is none. They are read once.
    pub fn of(place: u8) -> &'static Rules {
        static READ: [OnceLock<Rules>; COUNT] = [const { OnceLock::new() }; COUNT];
        static GREENWICH: Rules = Rules {
            first: 0,
            changes: Vec::new(),
        };
        let place = usize::from(place);
        let known = TABLE.get(place).zip(READ.get(place));
        known.map_or(&GREENWICH, |((_, bytes), read)| {
            read.get_or_init(|| Rules::read(bytes))
        })
    }

    fn read(bytes: &[u8]) -> Rules {
        let mut numbers = Numbers(bytes);
        let first = numbers.next().unwrap_or_default();
        let (mut at, mut offset) = (FROM, first);
        let mut changes = Vec::new();
        while let Some((time, growth)) = numbers.next().zip(numbers.next()) {
            at += match time % 2 {
                0 => time / 2 * QUARTER,
                _ => time / 2,
            };
            let before = offset;
            offset += growth;
            changes.push(Change { at, before, offset });
        }
        Rules { first, changes }
    }

    /// The offset at an instant, both in seconds.
    pub fn offset(&self, instant: i64) -> i64 {
        let after = self.changes.partition_point(|change| change.at <= instant);
        self.before(after)
    }

    /// The instant of a local time, both in seconds since 1970. In the hour that a change skips or repeats, the offset of
    /// before the change is taken.
    pub fn instant(&self, local: i64) -> i64 {
        let is_over = |change: &Change| change.at + change.before.max(change.offset) <= local;
        let over = self.changes.partition_point(is_over);
        local - self.before(over)
    }

    /// The offset before a change, by its place.
    fn before(&self, place: usize) -> i64 {
        let last = place.checked_sub(1).and_then(|last| self.changes.get(last));
        last.map_or(self.first, |change| change.offset)
    }
}

/// Zigzag varints.
struct Numbers<'b>(&'b [u8]);

impl Iterator for Numbers<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::DateTime;
    use jiff::tz::TimeZone;

    use super::*;

    /// Around every change, of both the instant and the local time, each zone is jiff's.
    #[test]
    fn every_change_of_every_zone_agrees_with_jiff() {
        let second = |at: i64| jiff::Timestamp::from_second(at).unwrap();
        let origin = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        for (place, (name, _)) in TABLE.iter().enumerate() {
            let rules = Rules::of(place as u8);
            let zone = TimeZone::get(name).unwrap();
            let end = second(7_289_654_400);
            let changes = zone.following(second(FROM)).map(|it| it.timestamp());
            let moments = changes.take_while(|at| *at < end).map(|at| at.as_second());
            let regular = (0..301 * 12).map(|month| FROM + month * 2_629_746 + 4_321);
            for at in moments.chain(regular) {
                for near in [
                    -90_000, -7_201, -3_600, -1, 0, 1, 1_799, 3_599, 3_600, 7_200,
                ] {
                    let at = at + near;
                    let expected = i64::from(zone.to_offset(second(at)).seconds());
                    assert_eq!(rules.offset(at), expected, "{name} at {at}");
                    let local = at + expected;
                    let civil = origin.checked_add(jiff::SignedDuration::from_secs(local));
                    let instant = zone.to_ambiguous_timestamp(civil.unwrap()).compatible();
                    let instant = instant.unwrap().as_second();
                    assert_eq!(rules.instant(local), instant, "{name}, local {local}");
                    // What a change skips is no local time of any instant.
                    let skipped = local + 1_800;
                    let civil = origin.checked_add(jiff::SignedDuration::from_secs(skipped));
                    let instant = zone.to_ambiguous_timestamp(civil.unwrap()).compatible();
                    let instant = instant.unwrap().as_second();
                    assert_eq!(rules.instant(skipped), instant, "{name}, local {skipped}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_zone_has_no_place_and_no_changes() {
        assert_eq!((place("Mars/Olympus"), name(COUNT as u8)), (None, None));
        assert_eq!(Rules::of(COUNT as u8).offset(0), 0);
        assert_eq!(Rules::of(COUNT as u8).instant(5), 5);
    }
}
