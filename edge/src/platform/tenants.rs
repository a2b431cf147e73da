//! The companies' Durable Objects, by the companies' ids.

use kernel::TenantId;
use policy::Cut;
use wasm_bindgen::JsValue;
use worker::{Env, ObjectNamespace, Stub};

use super::messages::{CUT_HEADER, Envelope, KNOWN_HEADER, SEQUENCE_HEADER, refused, send};
use crate::fault::{Context, Fault};
use crate::http::Method;
use crate::ports::Tenants;
use crate::tenant::{Ask, Manifested, Told};

pub struct TenantObjects(ObjectNamespace);

impl TenantObjects {
    pub(super) fn new(env: &Env) -> Result<TenantObjects, Fault> {
        Ok(TenantObjects(
            env.durable_object("TENANT").context("bind TENANT")?,
        ))
    }

    fn stub(&self, tenant: &TenantId) -> Result<Stub, Fault> {
        self.0
            .get_by_name(tenant.as_str())
            .context("find an object")
    }
}

impl Tenants for TenantObjects {
    async fn ask(&self, tenant: &TenantId, ask: &Ask) -> Result<Told, Fault> {
        let envelope = Envelope {
            tenant: tenant.clone(),
            ask,
        };
        let body = serde_json::to_string(&envelope).context("ask an object")?;
        let body = Some(JsValue::from_str(&body));
        let stub = self.stub(tenant)?;
        let answer = send(stub, Method::Post, "/ask", &[], body).await?;
        if answer.status != 200 {
            return Err(refused(&answer.bytes));
        }
        serde_json::from_slice(&answer.bytes).context("read an object's answer")
    }

    async fn manifest(
        &self,
        tenant: &TenantId,
        cut: Option<Cut>,
        known: Option<u64>,
        gzip: bool,
    ) -> Result<Manifested, Fault> {
        let known = known
            .map(|sequence| sequence.to_string())
            .unwrap_or_default();
        let path = if gzip { "/manifest.gz" } else { "/manifest" };
        let stub = self.stub(tenant)?;
        let cut = cut.map_or("", Cut::name);
        let headers = [(KNOWN_HEADER, known.as_str()), (CUT_HEADER, cut)];
        let answer = send(stub, Method::Get, path, &headers, None).await?;
        let sequence = answer.header(SEQUENCE_HEADER);
        let sequence = sequence.and_then(|text| text.parse().ok());
        match (answer.status, sequence) {
            (204, Some(sequence)) => Ok(Manifested::Unchanged { sequence }),
            (200, Some(sequence)) => Ok(Manifested::Changed {
                sequence,
                bytes: answer.bytes,
                is_gzip: gzip,
            }),
            _ => Err(refused(&answer.bytes)),
        }
    }
}
