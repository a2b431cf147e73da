//! Who tries a second service out: a share of the callers, always the same ones, and whoever asks for it.

use crate::rules::Canary;

/// Whether a caller's request goes to the second service. `caller` is an id that is always theirs; `chosen` what they
/// say by the canary's header.
pub fn takes(canary: &Canary, route: &str, caller: &str, chosen: Option<&str>) -> bool {
    match chosen {
        Some("always") => true,
        Some("never") => false,
        // By route too, so that not the same callers try everything out.
        _ => {
            hash(&[route.as_bytes(), b"\n", caller.as_bytes()]) % 10_000
                < u64::from(canary.percent) * 100
        }
    }
}

/// A number for a text that is the same everywhere and evenly spread: FNV-1a of 64 bits, mixed as in `SplitMix64`.
pub fn hash(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.iter());
    let folded = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    mixed(folded)
}

/// The finish of `SplitMix64`: each bit of the answer depends on all bits of the number.
pub const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canary(percent: u32) -> Canary {
        Canary {
            upstream: 1,
            percent,
            header: None,
        }
    }

    #[test]
    fn a_share_of_callers_takes_it_and_stays() {
        for percent in [0, 1, 5, 50, 99, 100] {
            let takers = |percent| {
                let callers = (0..20_000).map(|caller| format!("caller-{caller}"));
                callers.filter(move |caller| takes(&canary(percent), "/api/x/v1/a", caller, None))
            };
            let share = takers(percent).count() as f64 / 200.0;
            // Five standard deviations of a share of 20,000.
            let p = f64::from(percent) / 100.0;
            assert!(
                (share - f64::from(percent)).abs()
                    <= 500.0 * (p * (1.0 - p) / 20_000.0).sqrt() + 1e-9
            );
            // Who takes a smaller share takes a larger one too: nobody goes back and forth while it grows.
            for caller in takers(percent).take(200) {
                assert!(takes(
                    &canary(100.min(percent + 1)),
                    "/api/x/v1/a",
                    &caller,
                    None
                ));
            }
        }
    }

    #[test]
    fn callers_choose() {
        assert!(takes(&canary(0), "r", "c", Some("always")));
        assert!(!takes(&canary(100), "r", "c", Some("never")));
        assert!(takes(&canary(100), "r", "c", Some("perhaps")));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // FNV-1a's published values for "" and "a", before the mixing.
        assert_eq!(hash(&[]), mixed(0xcbf2_9ce4_8422_2325));
        assert_eq!(hash(&[b"a"]), mixed(0xaf63_dc4c_8601_ec8c));
        // SplitMix64 from 0 begins with this number.
        assert_eq!(mixed(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    }
}
