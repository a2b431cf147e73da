//! Keys that sign, one after another: a new one is published a day before it signs, so that whoever keeps the list
//! knows it by then, and stays in the list a day after the next has begun to sign, which outlasts every token.

/// How long a key is published before it signs, and after it has stopped, in milliseconds.
pub const LEAD_MILLIS: i64 = 24 * 3_600_000;
/// How long a key signs, in milliseconds.
pub const TERM_MILLIS: i64 = 30 * 24 * 3_600_000;

/// What to do with some keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<K> {
    /// The one that signs; none where there are no keys.
    pub signer: Option<K>,
    /// Those that others must know, newest first.
    pub published: Vec<K>,
    /// Those that no token in use was signed by.
    pub forgotten: Vec<K>,
    /// Whether it is time for a new one.
    pub is_new_due: bool,
}

/// What to do with keys, by when each was made, in milliseconds since 1970. Each isolate comes to the same answer.
pub fn plan<K: Clone + Ord>(keys: &[(K, i64)], now: i64) -> Plan<K> {
    let mut keys = keys.to_vec();
    keys.sort_by(|one, other| (other.1, &other.0).cmp(&(one.1, &one.0)));
    let begins = |made: i64| made.saturating_add(LEAD_MILLIS);
    // Where none has been known for long enough, the first one has to do.
    let at = keys.iter().position(|(_, made)| begins(*made) <= now);
    let at = at.or(keys.len().checked_sub(1));
    let began = at
        .and_then(|at| keys.get(at))
        .map_or(now, |(_, made)| begins(*made));
    let is_over = began.saturating_add(LEAD_MILLIS) <= now;
    let kept = match at {
        Some(at) if is_over => at + 1,
        _ => keys.len(),
    };
    let name = |(key, _): &(K, i64)| key.clone();
    let due = keys
        .first()
        .map(|(_, made)| made.saturating_add(TERM_MILLIS));
    Plan {
        signer: at.and_then(|at| keys.get(at)).map(name),
        published: keys.iter().take(kept).map(name).collect(),
        forgotten: keys.iter().skip(kept).map(name).collect(),
        is_new_due: due.is_none_or(|due| due <= now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_signs_at_once() {
        let none = plan::<u8>(&[], 0);
        assert_eq!((none.signer, none.is_new_due), (None, true));
        let one = plan(&[(1, 0)], 0);
        assert_eq!(
            (one.signer, one.published, one.is_new_due),
            (Some(1), vec![1], false)
        );
    }

    /// Three months, hour by hour: whatever signs was published for a day before (but the first), and whatever signed
    /// in the last day is still published.
    #[test]
    fn a_signature_can_always_be_checked_by_who_looked_within_a_day() {
        let hour = 3_600_000;
        let mut keys: Vec<(u32, i64)> = Vec::new();
        let mut seen: Vec<(Option<u32>, Vec<u32>)> = Vec::new();
        for step in 0..90 * 24 {
            let now = step * hour;
            let todo = plan(&keys, now);
            keys.retain(|(key, _)| !todo.forgotten.contains(key));
            if todo.is_new_due {
                keys.push((keys.last().map_or(1, |(key, _)| key + 1), now));
            }
            let now = plan(&keys, now);
            assert!(!now.is_new_due && now.published.len() <= 2, "{now:?}");
            let day = seen.iter().rev().take(24);
            for (signer, published) in day {
                assert!(signer.is_none_or(|signer| now.published.contains(&signer)));
                let is_known = now.signer.is_none_or(|signer| published.contains(&signer));
                assert!(is_known, "{now:?} {published:?}");
            }
            seen.push((now.signer, now.published));
        }
        assert_eq!(keys.last().map(|(key, _)| *key), Some(3));
    }
}
