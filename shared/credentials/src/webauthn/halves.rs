//! Signatures of ECDSA as authenticators write them (a DER sequence of two integers), as everybody else does: both
//! halves in a row, each as long as the curve's order.

/// Both halves in a row; none where the bytes are not the one way that DER has of writing two such integers.
pub(super) fn fixed(der: &[u8], half_bytes: usize) -> Option<Vec<u8>> {
    let (&0x30, rest) = der.split_first()? else {
        return None;
    };
    // Lengths from 128 on, which only P-521 has, are written in two bytes.
    let (length, content) = match rest {
        [0x81, length, content @ ..] if *length >= 128 => (length, content),
        [length, content @ ..] if *length < 128 => (length, content),
        _ => return None,
    };
    if usize::from(*length) != content.len() {
        return None;
    }
    let mut halves = vec![0; 2 * half_bytes];
    let (first, second) = halves.split_at_mut(half_bytes);
    let rest = take(content, first)?;
    take(rest, second)?.is_empty().then_some(halves)
}

/// Takes an integer that is not negative and written without need for a zero before it; gives what follows.
fn take<'d>(der: &'d [u8], half: &mut [u8]) -> Option<&'d [u8]> {
    let [0x02, length, rest @ ..] = der else {
        return None;
    };
    if !(1..128).contains(length) {
        return None;
    }
    let (number, rest) = rest.split_at_checked(usize::from(*length))?;
    let digits = match number {
        [0, next, ..] if *next < 0x80 => return None,
        [0, digits @ ..] => digits,
        [first, ..] if *first >= 0x80 => return None,
        digits => digits,
    };
    let zeros = half.len().checked_sub(digits.len())?;
    half.get_mut(zeros..)?.copy_from_slice(digits);
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_of_writing_is_read() {
        let written = |der: &[u8]| fixed(der, 2);
        let good: &[u8] = &[0x30, 7, 2, 1, 5, 2, 2, 0, 0x80];
        assert_eq!(written(good), Some(vec![0, 5, 0, 0x80]));
        let bad: [&[u8]; 9] = [
            &[],
            &[0x31, 7, 2, 1, 5, 2, 2, 0, 0x80],
            &[0x30, 8, 2, 1, 5, 2, 2, 0, 0x80],
            &[0x30, 0x81, 7, 2, 1, 5, 2, 2, 0, 0x80],
            &[0x30, 6, 2, 1, 5, 2, 1, 0x80],
            &[0x30, 7, 2, 2, 0, 5, 2, 1, 6],
            &[0x30, 8, 2, 3, 1, 0, 0, 2, 1, 6],
            &[0x30, 8, 2, 1, 5, 2, 1, 6, 2, 0],
            &[0x30, 4, 2, 0, 2, 0],
        ];
        for der in bad {
            assert_eq!(written(der), None, "{der:?}");
        }
    }

    /// Each signature that is read is the one that the crate of the curve reads.
    #[cfg(feature = "own-checks")]
    #[test]
    fn bytes_are_read_as_by_another() {
        use p256::ecdsa::Signature;
        use proptest::prelude::*;
        proptest!(|(r in prop::collection::vec(any::<u8>(), 32), s in prop::collection::vec(any::<u8>(), 32),
                zeros in 0_usize..32, at: prop::sample::Index, byte: u8)| {
            let mut r = r;
            r[..zeros].fill(0);
            let halves = [r, s].concat();
            let Ok(signature) = Signature::from_slice(&halves) else {
                return Ok(());
            };
            let der = signature.to_der();
            prop_assert_eq!(fixed(der.as_bytes(), 32), Some(halves));
            let mut changed = der.as_bytes().to_vec();
            let place = at.index(changed.len());
            changed[place] = byte;
            let theirs = Signature::from_der(&changed).ok().map(|it| it.to_bytes().to_vec());
            let ours = fixed(&changed, 32).filter(|halves| Signature::from_slice(halves).is_ok());
            prop_assert_eq!(ours, theirs);
        });
    }
}
