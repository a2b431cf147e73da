//! The tables inside a company's object.
//!
//! `keys` finds a line by the digest of its natural key; `lines` holds its newest state as a stored
//! fact. A line's id is its bucket (data set, month, channel) times 2^32 plus a number, so the lines
//! of a bucket lie together in the order in which they came. A customer or an order is a digest with a
//! code. Everything that a manifest names is in `segments`, `cuts` (segments without some columns), `rollups`
//! (their sums; without a hash where they would not pay) and `chunks`; what it no longer names waits in `retired` until no client can hold an old manifest.
//! Tables that begin with `hook` are of [`super::hooks`].

use crate::fault::Fault;
use crate::ports::Sql;

const TABLES: [&str; 33] = [
    "CREATE TABLE IF NOT EXISTS state (
      id INTEGER PRIMARY KEY CHECK (id = 0), version INTEGER NOT NULL, profile TEXT,
      sequence INTEGER NOT NULL, order_next INTEGER NOT NULL, customer_next INTEGER NOT NULL,
      settle_at INTEGER)",
    "INSERT INTO state (id, version, sequence, order_next, customer_next)
      VALUES (0, 1, 0, 1, 1) ON CONFLICT DO NOTHING",
    "CREATE TABLE IF NOT EXISTS batches (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE,
      digest TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, file TEXT NOT NULL,
      spec TEXT NOT NULL, received_at INTEGER NOT NULL, starts INTEGER NOT NULL DEFAULT 0,
      faults INTEGER NOT NULL DEFAULT 0, report TEXT, error TEXT)",
    "CREATE INDEX IF NOT EXISTS batches_status ON batches (status, number)",
    "CREATE TABLE IF NOT EXISTS rates (
      currency TEXT NOT NULL, day INTEGER NOT NULL, billionths INTEGER NOT NULL,
      PRIMARY KEY (currency, day)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS members (
      dimension TEXT NOT NULL, code INTEGER NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
      parent INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (dimension, code)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS orders (
      key BLOB PRIMARY KEY, code INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS customers (
      key BLOB PRIMARY KEY, code INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS buckets (
      id INTEGER PRIMARY KEY, data_set TEXT NOT NULL, month INTEGER NOT NULL,
      channel INTEGER NOT NULL, next INTEGER NOT NULL, UNIQUE (data_set, month, channel))",
    "CREATE TABLE IF NOT EXISTS keys (
      key BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS lines (
      id INTEGER PRIMARY KEY, version INTEGER NOT NULL, content BLOB NOT NULL, fact BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS segments (
      hash TEXT PRIMARY KEY, data_set TEXT NOT NULL, month INTEGER NOT NULL,
      channel INTEGER NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
      first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, delta INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS cuts (
      whole TEXT NOT NULL, cut TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL,
      PRIMARY KEY (whole, cut)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS rollups (
      data_set TEXT NOT NULL, month INTEGER NOT NULL, channel INTEGER NOT NULL, cut TEXT NOT NULL,
      hash TEXT, bytes INTEGER NOT NULL, PRIMARY KEY (data_set, month, channel, cut)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS chunks (
      dimension TEXT NOT NULL, first_code INTEGER NOT NULL, hash TEXT NOT NULL,
      entries INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (dimension, first_code))",
    "CREATE TABLE IF NOT EXISTS retired (hash TEXT PRIMARY KEY, at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS kept (
      name TEXT PRIMARY KEY, sequence INTEGER NOT NULL, day INTEGER NOT NULL, json TEXT NOT NULL,
      gzip BLOB)",
    "CREATE TABLE IF NOT EXISTS quota (
      id INTEGER PRIMARY KEY CHECK (id = 0), quota TEXT, ledger TEXT)",
    "CREATE TABLE IF NOT EXISTS audit (
      number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, event TEXT NOT NULL,
      about TEXT NOT NULL, detail TEXT NOT NULL, outcome TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS requests (
      number INTEGER PRIMARY KEY, at INTEGER NOT NULL, route TEXT NOT NULL, caller TEXT NOT NULL,
      status INTEGER NOT NULL, record TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS request_sums (
      number INTEGER PRIMARY KEY, hour INTEGER NOT NULL, route TEXT NOT NULL, status INTEGER NOT NULL,
      caller TEXT NOT NULL, bucket INTEGER NOT NULL, calls INTEGER NOT NULL, bytes_in INTEGER NOT NULL,
      bytes_out INTEGER NOT NULL, UNIQUE (hour, route, status, caller, bucket))",
    "CREATE TABLE IF NOT EXISTS request_days (
      number INTEGER PRIMARY KEY, day INTEGER NOT NULL, route TEXT NOT NULL, caller TEXT NOT NULL,
      changed INTEGER, calls INTEGER NOT NULL, refusals INTEGER NOT NULL, faults INTEGER NOT NULL,
      millis INTEGER NOT NULL, bytes INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (day, route, caller))",
    "CREATE INDEX IF NOT EXISTS request_days_changed ON request_days (changed)",
    "CREATE TABLE IF NOT EXISTS proofs (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ends_at INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS proofs_end ON proofs (ends_at)",
    "CREATE TABLE IF NOT EXISTS hooks (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, events TEXT NOT NULL,
      secret TEXT NOT NULL, old_secret TEXT, old_until INTEGER, stopped TEXT, stopped_at INTEGER,
      created_at INTEGER NOT NULL, delivered_at INTEGER)",
    "CREATE TABLE IF NOT EXISTS hook_events (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
      at INTEGER NOT NULL, message TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS hook_deliveries (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event INTEGER NOT NULL,
      hook TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER,
      first_at INTEGER, last_at INTEGER, last_status INTEGER, last_error TEXT, last_millis INTEGER)",
    "CREATE INDEX IF NOT EXISTS hook_deliveries_due ON hook_deliveries (state, next_at)",
    "CREATE INDEX IF NOT EXISTS hook_deliveries_hook ON hook_deliveries (hook, number)",
    "CREATE INDEX IF NOT EXISTS hook_deliveries_event ON hook_deliveries (event)",
    "CREATE TABLE IF NOT EXISTS hook_announced (
      entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS hook_told (
      id INTEGER PRIMARY KEY CHECK (id = 0), sequence INTEGER NOT NULL, change TEXT NOT NULL,
      looked_at INTEGER NOT NULL)",
];

/// Creates what is missing.
pub(super) fn create(sql: &impl Sql) -> Result<(), Fault> {
    sql.transaction(|| {
        for table in TABLES {
            sql.rows(table, Vec::new())?;
        }
        Ok(())
    })
}
