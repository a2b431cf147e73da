//! The SQLite inside a Durable Object as a port.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::{SqlStorage, Storage};

use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlRows, SqlValue};

#[wasm_bindgen]
extern "C" {
    /// `DurableObjectStorage`, for the one call that the crate `worker` does not bind.
    type SyncStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &SyncStorage,
        work: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;
}

/// The database inside a Durable Object.
pub struct ObjectSql {
    sql: SqlStorage,
    storage: SyncStorage,
}

impl ObjectSql {
    /// The database of an object's storage.
    pub fn new(storage: &Storage) -> ObjectSql {
        let raw: &JsValue = storage.as_raw().as_ref();
        ObjectSql {
            sql: storage.sql(),
            storage: raw.clone().unchecked_into(),
        }
    }
}

impl Sql for ObjectSql {
    fn rows(&self, statement: &str, values: Vec<SqlValue>) -> Result<SqlRows, Fault> {
        let values: Vec<JsValue> = values.into_iter().map(to_js).collect();
        let context = || statement.chars().take(60).collect::<String>();
        let cursor = self.sql.exec_raw(statement, values);
        let cursor = cursor.context(&context())?;
        let rows = cursor.raw().map(|row| {
            let row = row.context(&context())?;
            Ok(row.into_iter().map(from_worker).collect())
        });
        rows.collect()
    }

    fn transaction<T>(&self, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        let mut work = Some(work);
        let mut outcome = None;
        // An exception is what makes the storage undo the transaction.
        let thrown = self.storage.transaction_sync(&mut || {
            let result = match work.take() {
                Some(work) => work(),
                None => Err(Fault::internal("run a transaction", "it ran twice")),
            };
            let is_done = result.is_ok();
            outcome = Some(result);
            if is_done {
                Ok(JsValue::UNDEFINED)
            } else {
                Err(JsValue::from_str("undone"))
            }
        });
        match (outcome, thrown) {
            (Some(Err(fault)), _) => Err(fault),
            (Some(Ok(value)), Ok(_)) => Ok(value),
            (_, Err(thrown)) => Err(Fault::internal("commit", format!("{thrown:?}"))),
            (None, Ok(_)) => Err(Fault::internal("run a transaction", "it did not run")),
        }
    }
}

fn from_worker(value: worker::SqlStorageValue) -> SqlValue {
    use worker::SqlStorageValue as Value;
    match value {
        Value::Null => SqlValue::Null,
        Value::Boolean(value) => SqlValue::Integer(value.into()),
        Value::Integer(value) => SqlValue::Integer(value),
        Value::Float(value) => SqlValue::Integer(value as i64),
        Value::String(text) => SqlValue::Text(text),
        Value::Blob(bytes) => SqlValue::Blob(bytes),
    }
}

/// A value for SQL; whole numbers pass as doubles and are exact up to 2^53.
pub(super) fn to_js(value: SqlValue) -> JsValue {
    match value {
        SqlValue::Null => JsValue::NULL,
        SqlValue::Integer(value) => JsValue::from_f64(value as f64),
        SqlValue::Text(text) => JsValue::from_str(&text),
        SqlValue::Blob(bytes) => Uint8Array::from(bytes.as_slice()).into(),
    }
}

pub(super) fn from_js(value: JsValue) -> SqlValue {
    if let Some(number) = value.as_f64() {
        return SqlValue::Integer(number as i64);
    }
    if let Some(text) = value.as_string() {
        return SqlValue::Text(text);
    }
    match value.dyn_into::<Array>() {
        Ok(bytes) => SqlValue::Blob(
            bytes
                .iter()
                .map(|it| it.as_f64().unwrap_or(0.0) as u8)
                .collect(),
        ),
        Err(_) => SqlValue::Null,
    }
}
