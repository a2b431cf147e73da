//! The keys that sign tokens: made when they are due, forgotten when no token needs them (`oauth::rotation`).

use api::oauth::{Jwks, PublicKey};
use oauth::rotation::{Plan, plan};
use oauth::token::{self, Claims};
use serde::Deserialize;

use crate::fault::{Context, Fault};
use crate::features::new_id;
use crate::http::Response;
use crate::ports::{Database, Platform};

/// A key by its name, and the whole of it as JSON.
type Kept = (String, String);

/// What of a key may be told.
#[derive(Deserialize)]
struct Point {
    x: String,
    y: String,
}

/// The public half of a key.
pub fn public(kid: &str, private_key: &str) -> Result<PublicKey, Fault> {
    let point: Point = serde_json::from_str(private_key).context("read a key that signs")?;
    Ok(PublicKey {
        kty: "EC".to_owned(),
        crv: "P-256".to_owned(),
        alg: "ES256".to_owned(),
        purpose: "sig".to_owned(),
        kid: kid.to_owned(),
        x: point.x,
        y: point.y,
    })
}

/// Tells the public halves.
pub async fn answer<P: Platform>(platform: &P) -> Result<Response, Fault> {
    let plan = current(platform).await?;
    let keys = plan.published.iter();
    let keys = keys
        .map(|(kid, key)| public(kid, key))
        .collect::<Result<_, _>>()?;
    let response = Response::json(200, &Jwks { keys })?;
    Ok(response)
}

/// Writes a token.
pub async fn sign<P: Platform>(platform: &P, claims: &Claims) -> Result<String, Fault> {
    let plan = current(platform).await?;
    let missing = || Fault::internal("sign a token", "there is no key");
    let (kid, key) = plan.signer.ok_or_else(missing)?;
    let to_sign = token::to_sign(claims, &kid).ok_or_else(missing)?;
    let signature = platform.sign(&key, to_sign.as_bytes()).await?;
    Ok(token::signed(&to_sign, &signature))
}

/// The keys as they are to be used now. Where one is due, it is made first.
async fn current<P: Platform>(platform: &P) -> Result<Plan<Kept>, Fault> {
    let now = platform.now().millis();
    let todo = plan(&read(platform).await?, now);
    if !todo.is_new_due && todo.forgotten.is_empty() {
        return Ok(todo);
    }
    let mut statements = Vec::new();
    for (kid, _) in &todo.forgotten {
        let values = vec![kid.as_str().into()];
        statements.push(("DELETE FROM oauth_keys WHERE id = ?1", values));
    }
    if todo.is_new_due {
        let key = platform.make_key().await?;
        let statement = "INSERT INTO oauth_keys (id, private_key, created_at) VALUES (?1, ?2, ?3)";
        let values = vec![new_id(platform, "s")?.into(), key.into(), now.into()];
        statements.push((statement, values));
    }
    platform.database().batch(statements).await?;
    Ok(plan(&read(platform).await?, now))
}

async fn read<P: Platform>(platform: &P) -> Result<Vec<(Kept, i64)>, Fault> {
    let statement = "SELECT id, private_key, created_at FROM oauth_keys";
    let rows = platform.database().rows((statement, Vec::new())).await?;
    let keys = rows.iter().filter_map(|row| {
        let [kid, key, made] = row.as_slice() else {
            return None;
        };
        Some((
            (
                kid.text_or_empty().to_owned(),
                key.text_or_empty().to_owned(),
            ),
            made.integer()?,
        ))
    });
    Ok(keys.collect())
}
