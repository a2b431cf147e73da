//! Why the engine could not answer.

use serde::{Deserialize, Serialize};

/// A refusal with its cause: the app shows words for the kind, developers read the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The particulars in English, with the offending value and the limit.
    pub text: String,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// No company is open yet.
    NotOpen,
    /// The question itself is wrong (too many metrics, a dimension that the data set lacks, ...).
    BadQuestion,
    /// Facts of the days asked about are still on their way to this device.
    NotHere,
    /// Too little history for what was asked.
    TooLittleData,
    /// The edge cannot be reached.
    Offline,
    /// The edge refused: no session, or no access to this company.
    Refused,
    /// The edge answered with an error of its own; trying again later may help.
    Edge,
    /// The file is of a type that cannot be imported (zip, image, spreadsheet, ...).
    FileType,
    /// The file is empty or holds a header only.
    FileEmpty,
    /// The file cannot be read (encoding, structure, it changed or vanished while being read).
    FileUnreadable,
    /// The specification of an import is incomplete or contradicts itself.
    BadSpecification,
    /// An import runs already, or unsent data would be lost.
    Busy,
    /// The browser's storage failed or is full.
    Storage,
    /// What this device keeps is locked, or this key does not open it; or it was locked or unlocked from
    /// another tab, so that the company has to be opened again.
    Locked,
    /// A fault in the engine.
    Internal,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(kind: FailureKind, text: impl Into<String>) -> Failure {
        Failure {
            kind,
            text: text.into(),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}
