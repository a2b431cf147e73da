//! Proofs of possession that were seen: each is good once. They are kept until no clock of ours takes them any more, and
//! no more of them than a company's programs need; beyond that none is taken.

use kernel::Timestamp;

use super::{Seen, Tenant, Told};
use crate::fault::Fault;
use crate::ports::Sql;

/// Proofs that are kept of a company at once: 100 a second.
const PROOFS_MAX: i64 = 20_000;

impl<S: Sql> Tenant<S> {
    /// Takes a proof that was not seen before. Moments are milliseconds since 1970.
    pub(super) fn take_proof(&self, id: &str, ends_at: i64, now: Timestamp) -> Result<Told, Fault> {
        self.sql.transaction(|| {
            let ended = vec![now.millis().into()];
            self.sql
                .rows("DELETE FROM proofs WHERE ends_at <= ?1", ended)?;
            // Numbers grow, so that their span is the most that there can be of them, and costs no walk.
            let statement = "INSERT INTO proofs (id, ends_at) SELECT ?1, ?2 WHERE \
                 (SELECT COALESCE(MAX(number) - MIN(number) + 1, 0) FROM proofs) < ?3 \
                 ON CONFLICT (id) DO NOTHING RETURNING number";
            let values = vec![id.into(), ends_at.into(), PROOFS_MAX.into()];
            if !self.sql.rows(statement, values)?.is_empty() {
                return Ok(Told::Proof { seen: Seen::Never });
            }
            let statement = "SELECT number FROM proofs WHERE id = ?1";
            let rows = self.sql.rows(statement, vec![id.into()])?;
            let seen = if rows.is_empty() {
                Seen::TooMany
            } else {
                Seen::Before
            };
            Ok(Told::Proof { seen })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::{Fuse, Sqlite};

    fn take(tenant: &Tenant<Sqlite>, id: &str, ends_at: i64, now: i64) -> Seen {
        match tenant.take_proof(id, ends_at, Timestamp::from_millis(now)) {
            Ok(Told::Proof { seen }) => seen,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_proof_is_good_once_until_it_has_ended() {
        let tenant = Tenant::open(Sqlite::new(Fuse::default().into())).unwrap();
        assert_eq!(take(&tenant, "a", 100, 0), Seen::Never);
        assert_eq!(take(&tenant, "a", 100, 0), Seen::Before);
        assert_eq!(take(&tenant, "a", 200, 99), Seen::Before);
        assert_eq!(take(&tenant, "b", 100, 99), Seen::Never);
        // By then its age refuses it.
        assert_eq!(take(&tenant, "a", 200, 100), Seen::Never);
    }

    #[test]
    fn no_more_are_kept_than_are_allowed_and_none_is_taken_beyond() {
        let tenant = Tenant::open(Sqlite::new(Fuse::default().into())).unwrap();
        let count = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
             INSERT INTO proofs (id, ends_at) SELECT 'p' || i, 100 FROM n";
        let values = vec![(PROOFS_MAX - 1).into()];
        tenant.sql.rows(count, values).unwrap();
        assert_eq!(take(&tenant, "last", 100, 0), Seen::Never);
        assert_eq!(take(&tenant, "beyond", 100, 0), Seen::TooMany);
        assert_eq!(take(&tenant, "last", 100, 0), Seen::Before);
        assert_eq!(take(&tenant, "beyond", 200, 100), Seen::Never);
    }
}
