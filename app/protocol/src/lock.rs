//! The lock on what a device keeps of a company: which passkeys open it, and what each needs for that.
//!
//! It lies beside what it locks as a few lines of text, which the engine hands to the page as they are:
//! a head with the version of the form, the phase, the salt that passkeys are asked with, and a line for each
//! passkey. Nothing in it is secret: a wrapped key is worth nothing without the passkey's answer.
//!
//! Out of scope: asking a passkey and unwrapping (the page), and sealing (the engine).

use std::fmt::Write as _;

/// The version of the form that is written, and the newest that is read.
pub const LOCK_FORMAT: u32 = 1;
/// Passkeys that may open one lock: as many as a person may have.
pub const LOCK_KEYS_MAX: usize = 20;
/// The most characters of a passkey's name that are kept.
const NAME_LENGTH_MAX: usize = 80;
/// The most characters of anything else: a credential's id is at most 1,023 bytes.
const WORD_LENGTH_MAX: usize = 1_400;

/// What wrapping keys are derived for, by HKDF from what a passkey makes of the lock's salt.
pub const LOCK_INFO: &str = "meschain cache v1";
/// Bytes of a data key, of a salt, and of what a passkey makes of one.
pub const LOCK_KEY_BYTES: usize = 32;
/// Bytes of the nonce before a wrapped key.
pub const LOCK_NONCE_BYTES: usize = 12;

const HEAD: &str = "meschain-lock";

/// How far locking is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockPhase {
    /// What is written is sealed, what was there before is being sealed.
    Sealing,
    /// Everything is sealed.
    Sealed,
    /// What is written is not sealed any more, what was is being opened.
    Opening,
}

/// All phases, by the words that stand for them.
const PHASES: [(LockPhase, &str); 3] = [
    (LockPhase::Sealing, "sealing"),
    (LockPhase::Sealed, "sealed"),
    (LockPhase::Opening, "opening"),
];

/// A passkey that opens the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockKey {
    /// The credential's id, base64url.
    pub id: String,
    /// What the person knows it by.
    pub name: String,
    /// The salt from which, with the passkey's answer, the wrapping key is derived; base64url.
    pub salt: String,
    /// The data key, sealed under the wrapping key by AES-GCM: nonce and ciphertext with its tag, base64url.
    pub wrapped: String,
}

/// What is authenticated with a key that is wrapped for a passkey, so that it opens for no other.
pub fn lock_context(id: &str) -> String {
    format!("{HEAD} {LOCK_FORMAT} {id}")
}

/// The lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// How far it is.
    pub phase: LockPhase,
    /// What passkeys are asked with; 32 random bytes, base64url.
    pub salt: String,
    /// The passkeys, in the order in which they were added.
    pub keys: Vec<LockKey>,
}

/// Why a text is no lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockError {
    /// It is something else.
    Foreign,
    /// A newer version of the product wrote it, in this version of the form.
    Newer(u32),
    /// It is cut off or changed.
    Damaged,
    /// It names more than [`LOCK_KEYS_MAX`] passkeys.
    TooMany,
}

impl std::fmt::Display for LockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LockError::Foreign => f.write_str("this is no lock"),
            LockError::Newer(format) => write!(
                f,
                "the lock has format {format}, this version reads up to {LOCK_FORMAT}; reload the app"
            ),
            LockError::Damaged => f.write_str("the lock is cut off or was changed"),
            LockError::TooMany => write!(f, "a lock has at most {LOCK_KEYS_MAX} passkeys"),
        }
    }
}

impl std::error::Error for LockError {}

/// A word in the alphabet of base64url.
fn word(text: Option<&str>) -> Result<String, LockError> {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
    match text {
        Some(text)
            if !text.is_empty() && text.len() <= WORD_LENGTH_MAX && text.bytes().all(is_letter) =>
        {
            Ok(text.to_owned())
        }
        _ => Err(LockError::Damaged),
    }
}

impl Lock {
    /// Reads a lock as [`Lock::to_text`] wrote it.
    ///
    /// ```
    /// use protocol::{Lock, LockPhase};
    /// let lock = Lock::read("meschain-lock 1\nsealed\nc2FsdA\nYWI c2Vl d3JhcA Phone, Safari\n")?;
    /// assert_eq!((lock.phase, lock.keys[0].name.as_str()), (LockPhase::Sealed, "Phone, Safari"));
    /// # Ok::<(), protocol::LockError>(())
    /// ```
    pub fn read(text: &str) -> Result<Lock, LockError> {
        let mut lines = text.split_terminator('\n');
        let head = lines.next().and_then(|head| head.split_once(' '));
        let (HEAD, format) = head.ok_or(LockError::Foreign)? else {
            return Err(LockError::Foreign);
        };
        let format: u32 = format.parse().map_err(|_| LockError::Damaged)?;
        if format != LOCK_FORMAT {
            return Err(LockError::Newer(format));
        }
        let named = lines.next().unwrap_or_default();
        let phase = PHASES.iter().find(|(_, name)| *name == named);
        let (phase, _) = *phase.ok_or(LockError::Damaged)?;
        let salt = word(lines.next())?;
        let mut keys = Vec::new();
        for line in lines {
            if keys.len() == LOCK_KEYS_MAX {
                return Err(LockError::TooMany);
            }
            let mut words = line.splitn(4, ' ');
            keys.push(LockKey {
                id: word(words.next())?,
                salt: word(words.next())?,
                wrapped: word(words.next())?,
                name: words.next().ok_or(LockError::Damaged)?.to_owned(),
            });
        }
        Ok(Lock { phase, salt, keys })
    }

    /// The lock as text. Of names, what would end their line becomes a space, and what is too long is cut.
    pub fn to_text(&self) -> String {
        let phase = PHASES.iter().find(|(phase, _)| *phase == self.phase);
        let phase = phase.map_or("", |(_, name)| name);
        let mut text = format!("{HEAD} {LOCK_FORMAT}\n{phase}\n{}\n", self.salt);
        for key in &self.keys {
            let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
            let name: String = key.name.chars().take(NAME_LENGTH_MAX).map(plain).collect();
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {} {} {name}", key.id, key.salt, key.wrapped);
        }
        text
    }

    /// Adds a passkey, or takes its new wrapping where it is there already.
    pub fn take(&mut self, key: LockKey) -> Result<(), LockError> {
        self.keys.retain(|other| other.id != key.id);
        if self.keys.len() >= LOCK_KEYS_MAX {
            return Err(LockError::TooMany);
        }
        self.keys.push(key);
        Ok(())
    }

    /// Takes a passkey away, unless it is the only one: the lock would open to nobody then. Answers whether it
    /// was taken.
    pub fn drop_key(&mut self, id: &str) -> bool {
        let is_taken = self.keys.len() > 1 && self.key(id).is_some();
        if is_taken {
            self.keys.retain(|key| key.id != id);
        }
        is_taken
    }

    /// The passkey of an id.
    pub fn key(&self, id: &str) -> Option<&LockKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(id: &str, name: &str) -> LockKey {
        LockKey {
            id: id.to_owned(),
            name: name.to_owned(),
            salt: "c2FsdA".to_owned(),
            wrapped: "d3JhcHBlZA".to_owned(),
        }
    }

    fn lock(keys: usize) -> Lock {
        let keys = (0..keys).map(|at| key(&format!("id-{at}"), &format!("Phone {at}")));
        Lock {
            phase: LockPhase::Sealed,
            salt: "cHJm".to_owned(),
            keys: keys.collect(),
        }
    }

    #[test]
    fn a_lock_comes_back_as_it_was() {
        for phase in PHASES.map(|(phase, _)| phase) {
            for keys in [0, 1, LOCK_KEYS_MAX] {
                let lock = Lock {
                    phase,
                    ..lock(keys)
                };
                assert_eq!(Lock::read(&lock.to_text()), Ok(lock));
            }
        }
    }

    #[test]
    fn what_is_foreign_newer_cut_or_too_much_is_refused() {
        let text = lock(2).to_text();
        let refused = |text: &str| Lock::read(text).expect_err("no lock");
        assert_eq!(refused(""), LockError::Foreign);
        assert_eq!(refused("{\"format\":1}"), LockError::Foreign);
        assert_eq!(refused("another-lock 1\nsealed\n"), LockError::Foreign);
        let newer = text.replacen(" 1\n", " 2\n", 1);
        assert_eq!(refused(&newer), LockError::Newer(2));
        assert!(LockError::Newer(2).to_string().contains("format 2"));
        let unnamed = text.replacen(" 1\n", " one\n", 1);
        assert_eq!(refused(&unnamed), LockError::Damaged);
        let phase = text.replacen("sealed", "opened", 1);
        assert_eq!(refused(&phase), LockError::Damaged);
        let strange = text.replacen("id-1", "id+1", 1);
        assert_eq!(refused(&strange), LockError::Damaged);
        let long = text.replacen("id-1", &"a".repeat(WORD_LENGTH_MAX + 1), 1);
        assert_eq!(refused(&long), LockError::Damaged);
        let crowded = lock(LOCK_KEYS_MAX + 1).to_text();
        assert_eq!(refused(&crowded), LockError::TooMany);
        // Cut anywhere inside of its lines it is no lock, or one with a shorter name or fewer passkeys.
        for end in 0..text.len() {
            if let Ok(cut) = Lock::read(&text[..end]) {
                assert!(cut.keys.len() <= 2 && cut.salt.len() <= 4, "{end}");
            }
        }
    }

    #[test]
    fn a_passkey_is_there_once() {
        let mut one = lock(LOCK_KEYS_MAX);
        let again = key("id-3", "Renamed");
        assert_eq!(one.take(again.clone()), Ok(()));
        assert_eq!(one.keys.len(), LOCK_KEYS_MAX);
        assert_eq!(one.key("id-3"), Some(&again));
        assert_eq!(one.take(key("new", "Other")), Err(LockError::TooMany));
        assert_eq!(one.key("new"), None);
    }

    #[test]
    fn the_last_passkey_stays() {
        let mut two = lock(2);
        assert!(!two.drop_key("id-2"));
        assert!(two.drop_key("id-0"));
        assert_eq!((two.key("id-0"), two.keys.len()), (None, 1));
        assert!(!two.drop_key("id-1"));
        assert_eq!(two.keys.len(), 1);
    }

    #[test]
    fn a_wrapped_key_is_of_one_passkey() {
        assert_eq!(lock_context("YWI"), "meschain-lock 1 YWI");
        assert_ne!(lock_context("a"), lock_context("b"));
    }

    #[test]
    fn no_name_ends_a_line() {
        let mut one = lock(0);
        one.take(key("id", "a\nb\rc d  e")).expect("room");
        let read = Lock::read(&one.to_text()).expect("a lock");
        assert_eq!(read.keys[0].name, "a b c d  e");
        let mut long = lock(0);
        long.take(key("id", &"ğ".repeat(200))).expect("room");
        let read = Lock::read(&long.to_text()).expect("a lock");
        assert_eq!(read.keys[0].name.chars().count(), NAME_LENGTH_MAX);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(meschain-lock [0-9]{0,3})?[\\PC\n ]{0,200}") {
            if let Ok(lock) = Lock::read(&text) {
                prop_assert!(lock.keys.len() <= LOCK_KEYS_MAX);
                prop_assert!(Lock::read(&lock.to_text()).is_ok());
            }
        }
    }
}
