//! `cargo xtask start`: builds, runs the edge, creates the demo company once, prints the addresses.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::build;
use crate::demo_company;
use crate::edge::Edge;
use crate::run::{Outcome, root};

const PORT_DEFAULT: u16 = 8787;

struct Options {
    port: u16,
    state: PathBuf,
    demo: bool,
}

/// Runs until Ctrl-C.
pub fn start(arguments: &[String]) -> Outcome {
    let began = Instant::now();
    let options = options(arguments)?;
    build::build()?;
    let (send, signals) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = send.send(());
    })
    .map_err(|error| error.to_string())?;
    let mut edge = Edge::start(options.port, &options.state)?;
    let ready = prepare(&edge, &options);
    let link = match ready {
        Ok(link) => link,
        Err(trouble) => {
            edge.stop();
            return Err(trouble);
        }
    };
    println!();
    println!(
        "  Open on a phone-sized browser ({:.1} s):",
        began.elapsed().as_secs_f64()
    );
    println!("    {link}   the demo, and a company of your own (works once)");
    println!("    {}/   the demo company only", edge.origin);
    println!(
        "  Ctrl-C ends it; the state stays in {}",
        options.state.display()
    );
    loop {
        match signals.recv_timeout(Duration::from_millis(500)) {
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if let Some(trouble) = edge.ended() {
                    return Err(trouble);
                }
            }
            _ => {
                edge.stop();
                println!("  ended");
                return Ok(());
            }
        }
    }
}

fn prepare(edge: &Edge, options: &Options) -> Outcome<String> {
    edge.admin("POST", "/api/admin/v1/migrate", &json!({}))?;
    if options.demo {
        demo_company::create_once(edge, &options.state)?;
    }
    let invite = edge.admin("POST", "/api/admin/v1/invites", &json!({}))?;
    let token = invite["token"]
        .as_str()
        .ok_or("the edge gave no invite token")?;
    Ok(format!("{}/?join={token}", edge.origin))
}

fn options(arguments: &[String]) -> Outcome<Options> {
    let mut options = Options {
        port: PORT_DEFAULT,
        state: root().join("var"),
        demo: true,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--no-demo" => options.demo = false,
            "--port" => {
                let port = words.next().ok_or("--port needs a number")?;
                options.port = port.parse().map_err(|_| format!("{port} is no port"))?;
            }
            "--state" => {
                let folder = words.next().ok_or("--state needs a folder")?;
                options.state = std::path::absolute(folder).map_err(|error| error.to_string())?;
            }
            other => {
                return Err(format!(
                    "start does not know {other}; it knows --port N, --state DIR, --no-demo"
                ));
            }
        }
    }
    Ok(options)
}
