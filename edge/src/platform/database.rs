//! D1 as the database that all companies share.

use js_sys::Array;
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, Env};

use crate::fault::{Context, Fault};
use crate::platform::sql::{from_js, to_js};
use crate::ports::{Database, SqlRows, Statement};

pub struct D1(D1Database);

impl D1 {
    pub(super) fn new(env: &Env) -> Result<D1, Fault> {
        Ok(D1(env.d1("DB").context("bind DB")?))
    }

    fn prepare(&self, (statement, values): Statement<'_>) -> Result<D1PreparedStatement, Fault> {
        let values: Vec<JsValue> = values.into_iter().map(to_js).collect();
        self.0
            .prepare(statement)
            .bind(&values)
            .context("bind values")
    }
}

impl Database for D1 {
    async fn rows(&self, statement: Statement<'_>) -> Result<SqlRows, Fault> {
        let rows = self.prepare(statement)?.raw_js_value().await;
        let rows = rows.context("ask the database")?;
        Ok(rows.into_iter().map(row_of).collect())
    }

    async fn batch(&self, statements: Vec<Statement<'_>>) -> Result<Vec<SqlRows>, Fault> {
        let prepared = statements.into_iter().map(|it| self.prepare(it));
        let prepared = prepared.collect::<Result<Vec<_>, _>>()?;
        let results = self.0.batch(prepared).await.context("ask the database")?;
        let rows = results.iter().map(|result| {
            if !result.success() {
                let cause = result.error().unwrap_or_default();
                return Err(Fault::internal("ask the database", cause));
            }
            // Rows come as objects here; their values are in the order of the columns.
            let rows = result.results::<serde_json::Value>();
            let rows = rows.context("read the database's answer")?;
            Ok(rows.iter().map(values_of).collect())
        });
        rows.collect()
    }
}

fn row_of(row: JsValue) -> Vec<crate::ports::SqlValue> {
    Array::from(&row).iter().map(from_js).collect()
}

fn values_of(row: &serde_json::Value) -> Vec<crate::ports::SqlValue> {
    use crate::ports::SqlValue;
    let values = row.as_object().into_iter().flat_map(|row| row.values());
    values
        .map(|value| match value {
            serde_json::Value::Number(number) => number
                .as_i64()
                .or_else(|| number.as_f64().map(|real| real as i64))
                .map_or(SqlValue::Null, SqlValue::Integer),
            serde_json::Value::String(text) => SqlValue::Text(text.clone()),
            _ => SqlValue::Null,
        })
        .collect()
}
