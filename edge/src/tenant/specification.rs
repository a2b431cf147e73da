//! How a file is read: by the specification that came with it, or by a guess at its head.

use api::ProblemKind;
use ingest::{ImportSpec, IngestError, container, sniff};
use model::columns::FileKind;
use model::profile::TenantProfile;

use crate::fault::Fault;

/// The specification that the batch will be read by: the one sent, or a guess at the file's head.
pub(super) fn specification(
    kind: FileKind,
    sent: Option<ImportSpec>,
    head: &[u8],
    profile: &TenantProfile,
) -> Result<ImportSpec, Fault> {
    let unreadable =
        |error: IngestError| Fault::refused(ProblemKind::UnreadableFile, error.to_string());
    let spec = match sent {
        Some(spec) => {
            container::is_gzip(head).map_err(unreadable)?;
            spec
        }
        None => {
            let sniffed = sniff(head, profile).map_err(unreadable)?;
            let mut spec = sniffed.spec;
            if spec.kind != kind {
                // The caller knows better what this is: its canonical columns are taken by name.
                let columns = kind
                    .required_columns()
                    .iter()
                    .chain(kind.optional_columns());
                let has = |column: &&&str| {
                    let mut headers = sniffed.columns.iter();
                    headers.any(|guess| guess.header.as_str() == **column)
                };
                spec.kind = kind;
                spec.preset = None;
                let named = columns.filter(has);
                spec.mapping = kernel::inserted(
                    named.map(|column| ((*column).to_owned(), (*column).to_owned())),
                );
            }
            spec
        }
    };
    if spec.kind != kind {
        return Err(Fault::bad_request(
            "the specification is of another kind of file",
        ));
    }
    spec.validate().map_err(unreadable)?;
    Ok(spec)
}
