//! Calls the API by the client for Rust; see README.md beside it.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use meschain_bi::apis::configuration::Configuration;
use meschain_bi::apis::{Error as ApiError, figures_api, ingest_api};
use meschain_bi::models::{BatchStatus, FileKind, Metric, Problem};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [host, key, company, other, file] = arguments.as_slice() else {
        return Err("arguments: address, key, company, another company, file".into());
    };
    let configuration = Configuration {
        base_path: host.clone(),
        bearer_access_token: Some(key.clone()),
        ..Configuration::default()
    };

    let dashboard = figures_api::get_dashboard(&configuration, Some(company)).await?;
    let mut tiles = dashboard.tiles.iter();
    let revenue = tiles
        .find(|tile| tile.metric == Metric::NetRevenue)
        .ok_or("a tile of revenue")?;

    let send = || {
        let (file, kind) = (PathBuf::from(file), Some(FileKind::Sales));
        ingest_api::send_batch(&configuration, company, file, kind, None, Some("rust-1"))
    };
    let sent = send().await?;
    let began = Instant::now();
    let mut batch = sent.clone();
    while batch.status == BatchStatus::Stored && began.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(20)).await;
        batch = ingest_api::get_batch(&configuration, &sent.batch, company).await?;
    }
    let report = batch.report.flatten().ok_or("a report")?;
    let again = send().await?;

    let refusal = match figures_api::get_manifest(&configuration, other).await {
        Ok(_) => json!({ "status": 200, "type": "none", "named": false }),
        Err(ApiError::ResponseError(refused)) => {
            let problem: Problem = serde_json::from_str(&refused.content)?;
            let named = problem.request_id.is_some();
            json!({ "status": problem.status, "type": problem.r#type.to_string(), "named": named })
        }
        Err(error) => return Err(error.into()),
    };
    let seen = json!({
        "company": dashboard.company,
        "currency": dashboard.currency.to_string(),
        "tiles": dashboard.tiles.len(),
        "net_revenue": revenue.value.flatten(),
        "gaps": revenue.sparkline.iter().filter(|value| value.is_none()).count(),
        "points": revenue.sparkline.len(),
        "status": batch.status.to_string(),
        "taken": report.taken,
        "reason": report.examples.first().map(|row| &row.reason),
        "is_same": again.batch == sent.batch,
        "refusal": refusal,
    });
    println!("{seen}");
    Ok(())
}
