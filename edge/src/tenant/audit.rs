//! The company's audit log: entries are added and read, and nothing else.

use api::audit::{Audit, Entry};
use credentials::chain::{BEGINNING, Link};

use super::{Note, Tenant, Told};
use crate::fault::Fault;
use crate::ports::{Sql, SqlValue};

impl<S: Sql> Tenant<S> {
    /// Adds an entry after the last.
    pub(super) fn note(&self, note: &Note) -> Result<Told, Fault> {
        let number = self.sql.transaction(|| {
            let number = self.write_note(note)?;
            if let Some(kind) = note.tells {
                let at = note.at.millis();
                self.announce(kind, number, &note.about, at)?;
            }
            match note.withdraws {
                Some(entry) => self.withdraw(entry).map(|()| number),
                None => Ok(number),
            }
        })?;
        Ok(Told::Noted {
            number: number.unsigned_abs(),
        })
    }

    /// Adds an entry after the last and gives its number; part of a transaction.
    pub(super) fn write_note(&self, note: &Note) -> Result<i64, Fault> {
        let statement = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
        let rows = self.sql.rows(statement, Vec::new())?;
        let (before, hash) = match rows.first().map(Vec::as_slice) {
            Some([number, hash]) => (number.integer(), hash.text()),
            _ => (Some(0), Some(BEGINNING)),
        };
        let (Some(before), Some(hash)) = (before, hash) else {
            return Err(Fault::internal("read the audit log", "an entry is damaged"));
        };
        let number = before + 1;
        let link = Link {
            number: number.unsigned_abs(),
            at: note.at.millis(),
            actor: &note.actor,
            event: &note.event,
            about: &note.about,
            detail: &note.detail,
            outcome: &note.outcome,
        };
        let statement = "INSERT INTO audit (number, at, actor, event, about, detail, outcome, hash) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let values = vec![
            number.into(),
            note.at.millis().into(),
            note.actor.as_str().into(),
            note.event.as_str().into(),
            note.about.as_str().into(),
            note.detail.as_str().into(),
            note.outcome.as_str().into(),
            link.hash(hash).into(),
        ];
        self.sql.rows(statement, values)?;
        Ok(number)
    }

    pub(super) fn audit(&self, after: u64, limit: u32) -> Result<Told, Fault> {
        let rows = self
            .sql
            .rows("SELECT COALESCE(MAX(number), 0) FROM audit", Vec::new())?;
        let count = rows.first().and_then(|row| row.first()?.integer());
        let statement = "SELECT number, at, actor, event, about, detail, outcome, hash FROM audit \
             WHERE number > ?1 ORDER BY number LIMIT ?2";
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = self.sql.rows(statement, vec![after.into(), limit.into()])?;
        let entries: Option<Vec<Entry>> = rows.iter().map(|row| entry(row)).collect();
        let damaged = || Fault::internal("read the audit log", "an entry is damaged");
        Ok(Told::Audit {
            audit: Audit {
                entries: entries.ok_or_else(damaged)?,
                count: count.unwrap_or(0).unsigned_abs(),
            },
        })
    }
}

fn entry(row: &[SqlValue]) -> Option<Entry> {
    let text = |at: usize| row.get(at)?.text().map(str::to_owned);
    Some(Entry {
        number: row.first()?.integer()?.unsigned_abs(),
        at: row.get(1)?.integer()?,
        actor: text(2)?,
        event: text(3)?,
        about: text(4)?,
        detail: text(5)?,
        outcome: text(6)?,
        hash: text(7)?,
    })
}
