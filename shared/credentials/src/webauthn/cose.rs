//! CBOR as CTAP2 writes it, and keys in it (RFC 9052, 7; RFC 9053, 7).
//!
//! Only what these structures need: definite lengths, keys in order and once, nothing nested deeper than an
//! attestation statement.

use minicbor::Decoder;
use minicbor::data::Type;

use super::{PART_BYTES_MAX, WebauthnError};
use crate::{Algorithm, Key, KeyError};

/// Members of a map, at most.
const MEMBERS_MAX: u64 = 32;

const BAD: WebauthnError = WebauthnError::AuthenticatorData;

/// The authenticator data in an attestation object; its statement is passed over.
pub(super) fn authenticator_data_of(object: &[u8]) -> Result<&[u8], WebauthnError> {
    let mut decoder = Decoder::new(object);
    let mut found = [None, None, None];
    for _ in 0..members(&mut decoder)? {
        let at = match decoder.str().map_err(|_| BAD)? {
            "fmt" => 0,
            "attStmt" => 1,
            "authData" => 2,
            _ => return Err(BAD),
        };
        let place = found.get_mut(at).ok_or(BAD)?;
        if place.is_some() {
            return Err(BAD);
        }
        *place = Some(match at {
            0 => decoder.str().map_err(|_| BAD)?.as_bytes(),
            1 => {
                let begin = decoder.position();
                members_are_definite(&mut decoder)?;
                object.get(begin..decoder.position()).ok_or(BAD)?
            }
            _ => decoder.bytes().map_err(|_| BAD)?,
        });
    }
    match found {
        [Some(_), Some(_), Some(data)] if decoder.position() == object.len() => Ok(data),
        _ => Err(BAD),
    }
}

/// The first map of some bytes, and what follows it.
pub(super) fn split_map(bytes: &[u8]) -> Result<(&[u8], &[u8]), WebauthnError> {
    let mut decoder = Decoder::new(bytes);
    members_are_definite(&mut decoder)?;
    bytes.split_at_checked(decoder.position()).ok_or(BAD)
}

/// A public key, with the members that its type has and no others.
pub(super) fn key(bytes: &[u8]) -> Result<Key, WebauthnError> {
    let mut decoder = Decoder::new(bytes);
    let (mut kind, mut algorithm, mut curve) = (None, None, None);
    let (mut first, mut second) = (None, None);
    let mut last = None;
    for _ in 0..members(&mut decoder)? {
        let label = decoder.i64().map_err(|_| BAD)?;
        // CTAP2 sorts 1, 3, -1, -2, -3, so that none is there twice.
        let rank = if label >= 0 {
            label
        } else {
            label.saturating_neg().saturating_add(1 << 32)
        };
        if last.replace(rank).is_some_and(|last| last >= rank) {
            return Err(BAD);
        }
        match (label, kind) {
            (1, _) => kind = Some(decoder.i64().map_err(|_| BAD)?),
            (3, _) => algorithm = Some(decoder.i64().map_err(|_| BAD)?),
            (-1, Some(1 | 2)) => curve = Some(decoder.i64().map_err(|_| BAD)?),
            (-1, Some(3)) => first = Some(decoder.bytes().map_err(|_| BAD)?),
            (-2, Some(1 | 2)) => first = Some(decoder.bytes().map_err(|_| BAD)?),
            (-2, Some(3)) => second = Some(decoder.bytes().map_err(|_| BAD)?),
            (-3, Some(2)) => second = Some(decoder.bytes().map_err(|_| BAD)?),
            _ => return Err(BAD),
        }
    }
    if decoder.position() != bytes.len() {
        return Err(BAD);
    }
    let algorithm = algorithm.and_then(Algorithm::from_cose);
    let algorithm = algorithm.ok_or(KeyError::Algorithm)?;
    Ok(match (kind, algorithm, curve, first, second) {
        (Some(2), Algorithm::Es256, Some(1), Some(x), Some(y))
        | (Some(2), Algorithm::Es384, Some(2), Some(x), Some(y))
        | (Some(2), Algorithm::Es512, Some(3), Some(x), Some(y)) => Key::curve(algorithm, x, y)?,
        (Some(1), Algorithm::EdDsa, Some(6), Some(x), None) => Key::ed25519(x)?,
        (Some(3), Algorithm::Rs256, None, Some(n), Some(e)) => Key::rsa(algorithm, n, e)?,
        _ => return Err(KeyError::Algorithm.into()),
    })
}

/// How many members a map of definite length has.
fn members(decoder: &mut Decoder<'_>) -> Result<u64, WebauthnError> {
    match decoder.map() {
        Ok(Some(count)) if count <= MEMBERS_MAX => Ok(count),
        _ => Err(BAD),
    }
}

/// Passes over a map; refuses indefinite lengths anywhere in it, and what no statement holds.
fn members_are_definite(decoder: &mut Decoder<'_>) -> Result<(), WebauthnError> {
    // Maps and lists that are open, as values that are still to come. A stack of a fixed depth.
    let mut open = [0_u64; 8];
    let mut depth = 0;
    *open.get_mut(depth).ok_or(BAD)? = members(decoder)? * 2;
    loop {
        let left = open.get_mut(depth).ok_or(BAD)?;
        if *left == 0 {
            if depth == 0 {
                return Ok(());
            }
            depth -= 1;
            continue;
        }
        *left -= 1;
        match decoder.datatype().map_err(|_| BAD)? {
            Type::Map => {
                depth += 1;
                *open.get_mut(depth).ok_or(BAD)? = members(decoder)? * 2;
            }
            Type::Array => {
                let count = decoder.array().map_err(|_| BAD)?.ok_or(BAD)?;
                depth += 1;
                *open.get_mut(depth).ok_or(BAD)? = count.min(PART_BYTES_MAX as u64);
            }
            Type::MapIndef
            | Type::ArrayIndef
            | Type::BytesIndef
            | Type::StringIndef
            | Type::Break
            | Type::Unknown(_) => return Err(BAD),
            _ => decoder.skip().map_err(|_| BAD)?,
        }
    }
}
