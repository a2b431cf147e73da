//! Blobs: an R2 bucket where `SEGMENTS` is bound, else each company's own Durable Object.

use kernel::TenantId;
use worker::{Bucket, Env, ObjectNamespace, Stub};

use super::messages::{refused, send};
use crate::fault::{Context, Fault};
use crate::http::Method;
use crate::ports::BlobStore;

/// Names deleted from R2 at once, its own limit.
const DELETE_MAX: usize = 1_000;

/// Where blobs are.
pub enum Blobs {
    /// In R2, below the company's id.
    Bucket(Bucket),
    /// In a Durable Object of the company's name.
    Objects(ObjectNamespace),
}

impl Blobs {
    /// The bucket where one is bound, else the companies' objects.
    pub fn new(env: &Env) -> Result<Blobs, Fault> {
        if let Ok(bucket) = env.bucket("SEGMENTS") {
            return Ok(Blobs::Bucket(bucket));
        }
        let objects = env.durable_object("BLOBS").context("bind BLOBS")?;
        Ok(Blobs::Objects(objects))
    }
}

fn stub(objects: &ObjectNamespace, tenant: &TenantId) -> Result<Stub, Fault> {
    objects.get_by_name(tenant.as_str()).context("find a store")
}

impl BlobStore for Blobs {
    async fn put(&self, tenant: &TenantId, blobs: &[(String, Vec<u8>)]) -> Result<(), Fault> {
        for (name, bytes) in blobs {
            match self {
                Blobs::Bucket(bucket) => {
                    let put = bucket.put(format!("{tenant}/{name}"), bytes.clone());
                    put.execute().await.context("store a blob")?;
                }
                Blobs::Objects(objects) => {
                    let body = js_sys::Uint8Array::from(bytes.as_slice());
                    let path = format!("/{name}");
                    let stub = stub(objects, tenant)?;
                    let answer = send(stub, Method::Put, &path, &[], Some(body.into())).await?;
                    if answer.status != 204 {
                        return Err(refused(&answer.bytes));
                    }
                }
            }
        }
        Ok(())
    }

    async fn get(&self, tenant: &TenantId, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        match self {
            Blobs::Bucket(bucket) => {
                let found = bucket.get(format!("{tenant}/{name}")).execute().await;
                let Some(object) = found.context("fetch a blob")? else {
                    return Ok(None);
                };
                let Some(body) = object.body() else {
                    return Ok(None);
                };
                Ok(Some(body.bytes().await.context("fetch a blob")?))
            }
            Blobs::Objects(objects) => {
                let stub = stub(objects, tenant)?;
                let answer = send(stub, Method::Get, &format!("/{name}"), &[], None).await?;
                match answer.status {
                    200 => Ok(Some(answer.bytes)),
                    404 => Ok(None),
                    _ => Err(refused(&answer.bytes)),
                }
            }
        }
    }

    async fn delete(&self, tenant: &TenantId, names: &[String]) -> Result<(), Fault> {
        match self {
            Blobs::Bucket(bucket) => {
                for names in names.chunks(DELETE_MAX) {
                    let names: Vec<String> = names
                        .iter()
                        .map(|name| format!("{tenant}/{name}"))
                        .collect();
                    bucket
                        .delete_multiple(names)
                        .await
                        .context("forget blobs")?;
                }
            }
            Blobs::Objects(objects) => {
                for name in names {
                    let path = format!("/{name}");
                    let stub = stub(objects, tenant)?;
                    let answer = send(stub, Method::Delete, &path, &[], None).await?;
                    if answer.status != 204 {
                        return Err(refused(&answer.bytes));
                    }
                }
            }
        }
        Ok(())
    }
}
