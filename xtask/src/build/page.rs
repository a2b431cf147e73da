//! The page that names every asset, its content security policy, and the service worker's list.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Served, dist};
use crate::run::{Outcome, at, command, root, run};
use crate::stamp::{files_below, short_hash};
use crate::tools;

/// What the page and the service worker refer to.
pub struct Names {
    pub app_js: Served,
    pub app_wasm: Served,
    /// Modules of screens that are fetched when they are first shown.
    pub routes: Vec<Served>,
    /// By split point, every module that it needs, by its place in `routes`.
    pub parts: BTreeMap<String, Vec<usize>>,
    pub engine_js: Served,
    pub engine_wasm: Served,
    /// The worker that the engine starts when the first forecast is asked for.
    pub forecaster_js: Served,
    pub forecaster_wasm: Served,
    /// What is in the page itself: a request of its own would hold the first paint up.
    pub css: String,
    pub head_script: String,
    pub tiles_script: String,
    pub charts: Served,
    /// The API's document: a version of the app has its own.
    pub document: String,
}

/// The built page.
pub struct Page {
    pub text: String,
    pub content_security_policy: String,
    /// A name for this build that changes with any of its parts.
    pub version: String,
}

/// Fills the template `app/index.html` and works out the policy that lets it run and nothing else.
pub fn index_html(names: &Names) -> Outcome<Page> {
    let template = root().join("app/index.html");
    let text = fs::read_to_string(&template).map_err(at(&template))?;
    let version = version(names, &text);
    let routes = names.routes.iter().map(|route| short_name(&route.path));
    let assets = json!({
        "engine": names.engine_js.path, "charts": names.charts.path, "version": version,
        "routes": routes.collect::<Outcome<Vec<_>>>()?, "parts": names.parts,
    });
    let text = text
        .replace("{{app_js}}", &names.app_js.path)
        .replace("{{app_wasm}}", &names.app_wasm.path)
        .replace("{{assets}}", &assets.to_string())
        .replace("{{head}}", &names.head_script)
        .replace("{{tiles}}", &names.tiles_script)
        .replace("{{css}}", &names.css);
    let text = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
    let scripts = hashes(&text, "<script>", "</script>");
    let styles = hashes(&text, "<style>", "</style>");
    let content_security_policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
         style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; \
         manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    Ok(Page {
        text,
        content_security_policy,
        version,
    })
}

/// What a split module's path holds beside what `app/start/head.js` writes around it.
fn short_name(path: &str) -> Outcome<&str> {
    path.strip_prefix("/assets/route-")
        .and_then(|name| name.strip_suffix(".wasm"))
        .ok_or_else(|| format!("{path} is not named as a split module is"))
}

/// Bundles `sw/` with the list of what the version consists of.
pub fn service_worker(names: &Names, version: &str) -> Outcome {
    let first = [
        &names.app_js,
        &names.app_wasm,
        &names.engine_js,
        &names.engine_wasm,
        &names.forecaster_js,
        &names.forecaster_wasm,
    ];
    let mut core: Vec<String> = first.iter().map(|asset| asset.path.clone()).collect();
    // Any screen may be the one that is opened without a network.
    core.extend(names.routes.iter().map(|route| route.path.clone()));
    core.push("/manifest.webmanifest".to_owned());
    let mut later = vec![names.charts.path.clone()];
    for file in files_below(&[dist().join("icons")])? {
        let below = file
            .strip_prefix(dist())
            .map_err(|error| error.to_string())?;
        later.push(format!("/{}", below.display()));
    }
    let asked = [api::health::OPENAPI_FILE];
    let list = json!({ "version": version, "core": core, "later": later, "asked": asked });
    run(command(tools::npm_bin("esbuild"))
        .args([
            "sw/sw.js",
            "--bundle",
            "--minify",
            "--log-level=warning",
            "--format=iife",
        ])
        .arg("--target=es2022")
        .arg(format!("--define:BUILD={list}"))
        .arg(format!("--outfile={}", dist().join("sw.js").display())))
}

fn version(names: &Names, template: &str) -> String {
    let parts = [
        &names.app_js,
        &names.app_wasm,
        &names.engine_js,
        &names.engine_wasm,
        &names.forecaster_js,
        &names.forecaster_wasm,
        &names.charts,
    ];
    let routes = names.routes.iter();
    let parts = parts.into_iter().chain(routes);
    let mut all: String = parts.map(|part| part.path.as_str()).collect();
    all.push_str(template);
    all.push_str(&names.document);
    short_hash(all.as_bytes())[..8].to_owned()
}

/// Source expressions for every inline element between two tags.
fn hashes(html: &str, open: &str, close: &str) -> String {
    let mut found = String::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once(open) {
        let Some((body, tail)) = after.split_once(close) else {
            break;
        };
        found.push_str(&format!(
            " 'sha256-{}'",
            base64(&Sha256::digest(body.as_bytes()))
        ));
        rest = tail;
    }
    found
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let word = group
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for at in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_elements_are_named_by_their_digest() {
        // The digest of the empty text is published in FIPS 180-4's examples.
        let policy = hashes(
            "<script></script><script src=x></script>",
            "<script>",
            "</script>",
        );
        assert_eq!(
            policy,
            " 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
        );
    }

    #[test]
    fn a_split_module_is_named_in_short() {
        assert_eq!(short_name("/assets/route-keys.0a1b.wasm"), Ok("keys.0a1b"));
        assert!(short_name("/assets/app.0a1b.wasm").is_err());
    }

    #[test]
    fn base64_pads_as_rfc_4648_says() {
        for (bytes, text) in [
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
