//! Unsigned integers of any width from 0 to 64 bits, packed without gaps, lowest bit first.

/// Bits needed for every value from 0 to `max`.
pub(super) const fn width_of(max: u64) -> u8 {
    (u64::BITS - max.leading_zeros()) as u8
}

/// Bytes that `count` values of `width` bits take.
pub(super) const fn packed_length(count: usize, width: u8) -> usize {
    (count * width as usize).div_ceil(8)
}

/// Appends the values, each of which fits into `width` bits.
pub(super) fn pack(out: &mut Vec<u8>, width: u8, values: impl Iterator<Item = u64>) {
    let mut held = 0_u128;
    let mut held_bits = 0_u32;
    for value in values {
        held |= u128::from(value) << held_bits;
        held_bits += u32::from(width);
        while held_bits >= 8 {
            out.push(held as u8);
            held >>= 8;
            held_bits -= 8;
        }
    }
    if held_bits > 0 {
        out.push(held as u8);
    }
}

/// The `count` values packed in `bytes`; what lies past the end reads as zero bits.
pub(super) fn unpack(bytes: &[u8], width: u8, count: usize) -> impl Iterator<Item = u64> {
    let width = u32::from(width);
    let mask = if width == 64 {
        u64::MAX
    } else {
        (1 << width) - 1
    };
    (0..count).map(move |index| {
        let bit = index as u64 * u64::from(width);
        let (start, shift) = ((bit / 8) as usize, (bit % 8) as u32);
        let rest = bytes.get(start..).unwrap_or_default();
        let word = match rest.first_chunk::<8>() {
            Some(word) => u64::from_le_bytes(*word),
            None => {
                let mut word = [0; 8];
                word.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                u64::from_le_bytes(word)
            }
        };
        let low = word >> shift;
        // Only a value wider than 57 bits can reach into a ninth byte.
        let high = match rest.get(8) {
            Some(&next) if shift + width > 64 => u64::from(next) << (64 - shift),
            _ => 0,
        };
        (low | high) & mask
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_are_the_least_that_fit() {
        for (max, width) in [(0, 0), (1, 1), (2, 2), (255, 8), (256, 9), (u64::MAX, 64)] {
            assert_eq!(width_of(max), width);
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            width in 0_u8..=64,
            seeds in prop::collection::vec(any::<u64>(), 0..70),
        ) {
            let mask = if width == 64 { u64::MAX } else { (1 << width) - 1 };
            let values: Vec<u64> = seeds.iter().map(|seed| seed & mask).collect();
            let mut bytes = Vec::new();
            pack(&mut bytes, width, values.iter().copied());
            prop_assert_eq!(bytes.len(), packed_length(values.len(), width));
            prop_assert_eq!(unpack(&bytes, width, values.len()).collect::<Vec<_>>(), values);
        }
    }
}
