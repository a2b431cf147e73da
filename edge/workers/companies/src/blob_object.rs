//! A company's blobs, where no bucket is bound: SQLite rows of at most [`CHUNK_BYTES`] each.
//!
//! A blob is written whole within one event, so it is there as a whole or not at all.

use worker::{DurableObject, Env, Method, Request, Response, State, durable_object};

use edge::fault::{Context, Fault};
use edge::platform::sql::ObjectSql;
use edge::ports::{Sql, SqlValue};

/// SQLite in a Durable Object takes values of up to 2 MB.
const CHUNK_BYTES: usize = 1 << 20;

/// A company's blobs.
#[durable_object(fetch)]
pub struct BlobObject {
    sql: ObjectSql,
}

impl DurableObject for BlobObject {
    fn new(state: State, _env: Env) -> Self {
        BlobObject {
            sql: ObjectSql::new(&state.storage()),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        match self.serve(request).await {
            Ok(response) => Ok(response),
            Err(fault) => Ok(Response::from_json(&fault)?.with_status(500)),
        }
    }
}

impl BlobObject {
    async fn serve(&self, mut request: Request) -> Result<Response, Fault> {
        let name = request.path().trim_start_matches('/').to_owned();
        match request.method() {
            Method::Put => {
                let bytes = request.bytes().await.context("read a blob")?;
                self.create()?;
                self.put(&name, &bytes)?;
                done()
            }
            Method::Delete => {
                self.create()?;
                let statement = "DELETE FROM chunks WHERE name = ?1";
                self.sql.rows(statement, vec![name.into()])?;
                done()
            }
            _ => {
                self.create()?;
                let statement = "SELECT bytes FROM chunks WHERE name = ?1 ORDER BY number";
                let rows = self.sql.rows(statement, vec![name.into()])?;
                if rows.is_empty() {
                    let response = Response::empty().context("answer")?;
                    return Ok(response.with_status(404));
                }
                let mut bytes = Vec::new();
                for chunk in rows.into_iter().flatten().filter_map(SqlValue::into_blob) {
                    bytes.extend(chunk);
                }
                Response::from_bytes(bytes).context("answer")
            }
        }
    }

    fn create(&self) -> Result<(), Fault> {
        let statement = "CREATE TABLE IF NOT EXISTS chunks (name TEXT NOT NULL, number INTEGER NOT NULL, \
                         bytes BLOB NOT NULL, PRIMARY KEY (name, number)) WITHOUT ROWID";
        self.sql.rows(statement, Vec::new()).map(drop)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        // A name stands for its content: what is there is the same.
        let statement = "SELECT 1 FROM chunks WHERE name = ?1 LIMIT 1";
        if !self.sql.rows(statement, vec![name.into()])?.is_empty() {
            return Ok(());
        }
        self.sql.transaction(|| {
            let mut chunks: Vec<&[u8]> = bytes.chunks(CHUNK_BYTES).collect();
            if chunks.is_empty() {
                chunks.push(&[]);
            }
            for (number, chunk) in chunks.into_iter().enumerate() {
                let statement = "INSERT INTO chunks (name, number, bytes) VALUES (?1, ?2, ?3)";
                let values = vec![
                    name.into(),
                    (number as i64).into(),
                    SqlValue::Blob(chunk.to_vec()),
                ];
                self.sql.rows(statement, values)?;
            }
            Ok(())
        })
    }
}

fn done() -> Result<Response, Fault> {
    Ok(Response::empty().context("answer")?.with_status(204))
}
