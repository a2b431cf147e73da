//! The demo company, sent through the same door as everybody's data, once per state folder.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use kernel::Date;
use serde_json::{Value, json};

use crate::edge::Edge;
use crate::run::{Outcome, at};

const PROCESSING_LIMIT: Duration = Duration::from_secs(300);

/// Creates the demo company and waits until all of it can be queried.
pub fn create_once(edge: &Edge, state: &Path) -> Outcome {
    let marker = state.join("demo-created");
    if marker.exists() {
        return Ok(());
    }
    let began = Instant::now();
    let today = today()?;
    edge.admin(
        "PUT",
        "/api/admin/v1/companies/demo",
        &json!(demo::profile()),
    )?;
    let mut rows = 0;
    let mut batches = 0;
    for file in demo::files(today) {
        let body = gzip(&file.csv)?;
        let path = format!(
            "/api/ingest/v1/batches?company=demo&kind={}",
            file.kind.name()
        );
        let headers = [("content-type", "text/csv"), ("content-encoding", "gzip")];
        edge.send("POST", &path, &headers, &body)?;
        rows += file.rows;
        batches += 1;
        print!("\r  create the demo company: {rows} rows sent");
        let _ = std::io::stdout().flush();
    }
    println!();
    wait_until_done(edge, batches)?;
    fs::write(&marker, today.to_string()).map_err(at(&marker))?;
    println!(
        "  create the demo company: {:.1} s",
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

fn wait_until_done(edge: &Edge, batches: usize) -> Outcome {
    let began = Instant::now();
    loop {
        let list = edge.admin(
            "GET",
            "/api/ingest/v1/batches?company=demo&limit=1",
            &Value::Null,
        )?;
        let count = |status: &str| list["counts"][status].as_u64().unwrap_or_default() as usize;
        if count("failed") > 0 {
            return Err(format!(
                "{} batches of the demo company failed: {list}",
                count("failed")
            ));
        }
        let done = count("done");
        print!("\r  create the demo company: {done} of {batches} batches ready");
        let _ = std::io::stdout().flush();
        if done >= batches {
            println!();
            return Ok(());
        }
        if began.elapsed() > PROCESSING_LIMIT {
            return Err("the demo company is not ready in time; call start again".to_owned());
        }
        std::thread::sleep(Duration::from_millis(250));
    }
}

fn gzip(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .map_err(|error| error.to_string())?;
    encoder.finish().map_err(|error| error.to_string())
}

/// Today in Istanbul, the demo company's time zone.
fn today() -> Outcome<Date> {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    let millis = i64::try_from(since.as_millis()).map_err(|error| error.to_string())?;
    kernel::TimeZone::istanbul()
        .local_date(kernel::Timestamp::from_millis(millis))
        .map_err(|error| error.to_string())
}
