//! Roll-ups of months that are over: what a device answers from until it has fetched their lines.
//!
//! One for each data set, month and channel, of its rebuilt segments, and one more for each cut, of the cut's
//! segments, so that whoever is limited to columns or channels gets those of what they see. Small changes that
//! came later are in segments of their own and not in the roll-up, which names the segments that it is of. A
//! month that is rebuilt loses its roll-ups and gets new ones from the alarm once the import has settled;
//! meanwhile there are none of it.

use cube::{RollupBuilder, Segment};
use kernel::{Date, Hash256, TenantId, Timestamp};
use policy::{Cut, Seen};
use sync::{ROLLUP_FORMAT, RollupRef, SegmentRef};

use super::delta::Place;
use super::manifest::{data_set_of, hash_at, number_at};
use super::{TURN_MILLIS, Tenant, blob_name};
use crate::fault::{Context, Fault};
use crate::ports::{BlobStore, Sql, SqlValue};

/// Fewer lines take hardly more bytes than their sums.
const FACTS_MIN: i64 = 512;
/// A roll-up pays where its segments take at least so many times its bytes.
const SMALLER: u64 = 2;
/// Places that get their roll-ups in one transaction.
const PLACES_MAX: usize = 12;

/// A roll-up of a place as all or a cut sees it; without bytes where it would not pay.
struct Made {
    place: Place,
    cut: Option<Cut>,
    blob: Option<(Hash256, u32)>,
}

/// What a cut is called in the table.
const fn name_of(cut: Option<Cut>) -> &'static str {
    match cut {
        None => "",
        Some(cut) => cut.name(),
    }
}

impl<S: Sql> Tenant<S> {
    /// The roll-ups that a manifest of all columns or of a cut names, oldest month first.
    pub(super) fn rollups(&self, cut: Option<Cut>) -> Result<Vec<RollupRef>, Fault> {
        let statement = "SELECT data_set, month, channel, cut, hash, bytes FROM rollups \
                         WHERE hash IS NOT NULL ORDER BY month, data_set, channel";
        let mut rollups = Vec::new();
        for row in self.sql.rows(statement, Vec::new())? {
            let (data_set, month, channel) = place_at(&row)?;
            let seen = cut.map_or(Seen::Whole, |cut| cut.of(data_set));
            let own = match seen {
                Seen::Nothing => continue,
                Seen::Whole => None,
                Seen::Cut(cut) => Some(cut),
            };
            if row.get(3).and_then(SqlValue::text) == Some(name_of(own)) {
                rollups.push(RollupRef {
                    format: ROLLUP_FORMAT,
                    hash: hash_at(&row, 4)?,
                    data_set,
                    month,
                    channel,
                    bytes: number_at(&row, 5)?,
                });
            }
        }
        Ok(rollups)
    }

    /// Notes that the roll-ups of a place are of segments that are no longer named; part of the transaction
    /// that replaces them.
    pub(super) fn retire_rollups(&self, place: Place, now: i64) -> Result<(), Fault> {
        self.rolled_before.set(None);
        let statement = "DELETE FROM rollups WHERE data_set = ?1 AND month = ?2 AND channel = ?3 \
                         RETURNING hash";
        for row in self.sql.rows(statement, values_of(place))? {
            if let Some(hash) = row.first().and_then(SqlValue::text) {
                self.retire(hash, now)?;
            }
        }
        Ok(())
    }

    /// Whether the alarm has to see to roll-ups: nothing else is going on, and a month that is over lacks some.
    pub(super) fn lacks_rollups(&self, now: Timestamp) -> Result<bool, Fault> {
        let is_busy = self.waiting_since()?.is_some() || self.state()?.settle_at.is_some();
        let Some(month) = self.current_month(now)?.filter(|_| !is_busy) else {
            return Ok(false);
        };
        if self.rolled_before.get() == Some(month) {
            return Ok(false);
        }
        let is_lacking = !self.lacking_rollups(month)?.is_empty();
        self.rolled_before.set((!is_lacking).then_some(month));
        Ok(is_lacking)
    }

    /// The first day of the company's month now; `None` before there is a company.
    fn current_month(&self, now: Timestamp) -> Result<Option<Date>, Fault> {
        let profile = match self.profile() {
            Err(Fault::Refused { .. }) => return Ok(None),
            profile => profile?,
        };
        let today = profile.today(now).context("tell the day")?;
        Ok(Some(today.first_of_month()))
    }

    /// Places of months before one that have no roll-ups, and were not found to need none.
    fn lacking_rollups(&self, month: Date) -> Result<Vec<Place>, Fault> {
        let statement = "SELECT data_set, month, channel FROM segments WHERE delta = 0 AND month < ?1 \
                         AND NOT EXISTS (SELECT 1 FROM rollups WHERE rollups.data_set = segments.data_set \
                         AND rollups.month = segments.month AND rollups.channel = segments.channel) \
                         GROUP BY data_set, month, channel HAVING sum(rows) >= ?2 ORDER BY month DESC";
        let values = vec![month.days().into(), FACTS_MIN.into()];
        let rows = self.sql.rows(statement, values)?;
        rows.iter().map(|row| place_at(row)).collect()
    }

    /// Makes roll-ups of months that are over, the newest first, as far as one turn of the alarm goes.
    pub(super) async fn complete_rollups(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        clock: &impl Fn() -> Timestamp,
    ) -> Result<(), Fault> {
        let began = clock();
        if !self.lacks_rollups(began)? {
            return Ok(());
        }
        let Some(month) = self.current_month(began)? else {
            return Ok(());
        };
        let categories = self.categories()?;
        let segments = self.segments()?;
        for places in self.lacking_rollups(month)?.chunks(PLACES_MAX) {
            let mut made = Vec::new();
            for &place in places {
                let is_base =
                    |it: &&SegmentRef| (it.data_set, it.month, it.channel) == place && !it.delta;
                let base: Vec<SegmentRef> = segments.iter().filter(is_base).cloned().collect();
                made.push(
                    self.roll_up(tenant, blobs, place, None, &base, &categories)
                        .await?,
                );
                for cut in Cut::ALL {
                    if cut.of(place.0) == Seen::Cut(cut) {
                        let parts = self.through(cut, base.clone())?;
                        let own = Some(cut);
                        made.push(
                            self.roll_up(tenant, blobs, place, own, &parts, &categories)
                                .await?,
                        );
                    }
                }
            }
            self.write_rollups(&made)?;
            if clock().millis() - began.millis() > TURN_MILLIS {
                break;
            }
        }
        Ok(())
    }

    /// Makes and stores a roll-up, one segment after the other.
    async fn roll_up(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        place: Place,
        cut: Option<Cut>,
        segments: &[SegmentRef],
        categories: &[u32],
    ) -> Result<Made, Fault> {
        let mut builder = RollupBuilder::new(place.0, place.1, place.2, categories);
        for segment in segments {
            let bytes = blobs.get(tenant, &blob_name(segment.hash)).await?;
            let bytes = bytes.ok_or_else(|| {
                Fault::internal("roll a segment up", format!("{} is missing", segment.hash))
            })?;
            let open = Segment::open(bytes).context("open a segment")?;
            builder
                .add(segment.hash, &open)
                .context("roll a segment up")?;
        }
        let lines: u64 = segments.iter().map(|it| u64::from(it.bytes)).sum();
        let bytes = builder.finish();
        let blob = match bytes.filter(|bytes| bytes.len() as u64 * SMALLER <= lines) {
            Some(bytes) => {
                let (hash, length) = (sync::content_hash(&bytes), bytes.len() as u32);
                blobs.put(tenant, &[(blob_name(hash), bytes)]).await?;
                Some((hash, length))
            }
            None => None,
        };
        Ok(Made { place, cut, blob })
    }

    fn write_rollups(&self, made: &[Made]) -> Result<(), Fault> {
        let profile = self.profile()?;
        let statement = "INSERT INTO rollups (data_set, month, channel, cut, hash, bytes) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.sql.transaction(|| {
            for it in made {
                let mut values = values_of(it.place);
                values.push(name_of(it.cut).into());
                match it.blob {
                    Some((hash, bytes)) => {
                        let hash = hash.to_string();
                        self.revive(&hash)?;
                        values.extend([hash.into(), bytes.into()]);
                    }
                    None => values.extend([SqlValue::Null, 0_u32.into()]),
                }
                self.sql.rows(statement, values)?;
            }
            if made.iter().any(|it| it.blob.is_some()) {
                let statement = "UPDATE state SET sequence = sequence + 1";
                self.sql.rows(statement, Vec::new())?;
                self.renew_manifest(&profile)?;
            }
            Ok(())
        })
    }

    /// By product code, the code of its category.
    fn categories(&self) -> Result<Vec<u32>, Fault> {
        let statement =
            "SELECT code, parent FROM members WHERE dimension = 'product' ORDER BY code";
        let mut categories = vec![0];
        for row in self.sql.rows(statement, Vec::new())? {
            let code = number_at(&row, 0)? as usize;
            categories.resize(categories.len().max(code + 1), 0);
            if let Some(category) = categories.get_mut(code) {
                *category = number_at(&row, 1)?;
            }
        }
        Ok(categories)
    }
}

fn values_of((data_set, month, channel): Place) -> Vec<SqlValue> {
    vec![data_set.name().into(), month.days().into(), channel.into()]
}

fn place_at(row: &[SqlValue]) -> Result<Place, Fault> {
    let days = row.get(1).and_then(SqlValue::integer).unwrap_or_default();
    Ok((
        data_set_of(row.first().and_then(SqlValue::text))?,
        Date::from_days(days as i32).context("read a roll-up")?,
        number_at(row, 2)?,
    ))
}
