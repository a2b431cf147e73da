//! Noise for tests: SplitMix64 of the position, white, and the same everywhere.

/// Between -0.5 and 0.5.
pub fn noise(t: usize) -> f64 {
    let mut bits = (t as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
}
