//! How everything is run: `cargo xtask start | test | check | build | bench | size | sdk`.
//!
//! In scope: fetching pinned tools, building the three WebAssembly artefacts and the static files
//! around them, running the product locally, and every check. Out of scope: what the product does.

mod bench;
mod build;
mod check;
mod demo_company;
mod edge;
mod routes;
mod run;
mod sdk;
mod size;
mod stamp;
mod start;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "cargo xtask <command>
  start [--port N] [--state DIR] [--no-demo]   build, run the edge, print the address
  test [suite [filter]]                        every test; suites: native, wasm, edge, e2e
  check [name]                                 format, lints, architecture, spelling, sizes, licences
  build                                        everything that is served, into dist/
  bench [name]                                 side-by-side measurements; without a name, lists them
  size [--json]                                brotli sizes against their budgets
  sdk [language]... | --programs               clients of the API in nine languages, into target/sdk/";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("start") => start::start(rest),
        Some("test") => test::test(rest),
        Some("check") => check::check(rest),
        Some("build") => build::build().map(drop),
        Some("bench") => bench::bench(rest),
        Some("sdk") => sdk::sdk(rest),
        Some("size") => size::size(rest),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}
