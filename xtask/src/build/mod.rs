//! Builds everything that is served into `dist/`, and the Workers into `edge/workers/*/build/`.
//!
//! The order: WebAssembly (`wasm.rs`), then the static files around it, each named by its content,
//! then the page that names them all, then the service worker that lists them, then a brotli copy of
//! each for the edge to serve. Nothing is done again whose inputs are unchanged.

mod compress;
mod loader;
mod page;
mod wasm;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::routes;
use crate::run::{Outcome, at, command, root, run, step, target};
use crate::stamp::{short_hash, unless_unchanged};
use crate::tools;

use wasm::Parts;

/// Where the static files are.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds what has changed and gives the folder that is served.
pub fn build() -> Outcome<PathBuf> {
    routes::read()?;
    tools::for_build()?;
    wasm::edge()?;
    let app = wasm::browser("app", &["app", "app/protocol"], "-Oz", Parts::Split)?;
    let engine = wasm::browser("engine", &["app/engine", "app/protocol"], "-O3", Parts::One)?;
    let forecaster = wasm::browser("forecaster", &["app/forecaster"], "-Os", Parts::One)?;
    let inputs: Vec<PathBuf> = [
        "style",
        "app/index.html",
        "app/start",
        "app/charts",
        "sw",
        "public",
        "manifest.webmanifest",
        "package-lock.json",
        "xtask/src/build",
        "shared/api/src",
        "shared/policy/src",
    ]
    .iter()
    .map(|name| root().join(name))
    .chain([app.clone(), engine.clone(), forecaster.clone()])
    .collect();
    unless_unchanged("dist", "", &inputs, &[dist().join("index.html")], || {
        step("assemble dist/", || assemble(&app, &engine, &forecaster))
    })?;
    Ok(dist())
}

/// The split modules that each split point needs, by its name: their places among all of them.
type Needs = BTreeMap<String, Vec<usize>>;

/// Builds the crate `bench/NAME/engine`, which is called `bench-NAME`, as the engine is built; gives
/// the folder with the module and its glue.
pub fn bench_engine(name: &str) -> Outcome<PathBuf> {
    tools::for_browsers()?;
    let source = format!("bench/{name}/engine");
    wasm::browser(&format!("bench-{name}"), &[&source], "-O3", Parts::One)
}

/// One file in `dist/`, by the path under which it is served.
struct Served {
    path: String,
}

fn assemble(app: &Path, engine: &Path, forecaster: &Path) -> Outcome {
    let dist = dist();
    if dist.exists() {
        fs::remove_dir_all(&dist).map_err(at(&dist))?;
    }
    let assets = dist.join("assets");
    fs::create_dir_all(&assets).map_err(at(&assets))?;
    let app_wasm = place(&app.join("app_bg.wasm"), "app", "wasm")?;
    let engine_wasm = place(&engine.join("engine_bg.wasm"), "engine", "wasm")?;
    let forecaster_wasm = place(&forecaster.join("forecaster_bg.wasm"), "forecaster", "wasm")?;
    let (routes, parts) = place_routes(app)?;
    let app_js = bundle_glue(app, "app", &page_start(&app_wasm.path))?;
    // Part of what this is built from must not be what it writes: it would never be up to date.
    let linked = app.join(wasm::LOADER);
    fs::remove_file(&linked).map_err(at(&linked))?;
    let forecaster_js = bundle_glue(
        forecaster,
        "forecaster",
        &worker_start(&forecaster_wasm.path, ""),
    )?;
    // The engine starts the forecaster by this address.
    let address = format!("self.forecaster='{}';", forecaster_js.path);
    let engine_js = bundle_glue(engine, "engine", &worker_start(&engine_wasm.path, &address))?;
    let css = inline("style/app.css", "css")?;
    let head_script = inline("app/start/head.js", "js")?;
    let tiles_script = inline("app/start/tiles.js", "js")?;
    let charts = bundle("app/charts/echarts.js", "charts", "js", &["--format=esm"])?;
    copy_below(&root().join("public"), &dist)?;
    let manifest = root().join("manifest.webmanifest");
    fs::copy(&manifest, dist.join("manifest.webmanifest")).map_err(at(&manifest))?;

    let document = api::openapi::document(env!("CARGO_PKG_VERSION")).to_string();
    let names = page::Names {
        app_js,
        app_wasm,
        routes,
        parts,
        engine_js,
        engine_wasm,
        forecaster_js,
        forecaster_wasm,
        css,
        head_script,
        tiles_script,
        charts,
        document,
    };
    let html = page::index_html(&names)?;
    fs::write(dist.join("index.html"), &html.text).map_err(at(&dist))?;
    fs::write(csp_file(), html.content_security_policy).map_err(at(&dist))?;
    page::service_worker(&names, &html.version)?;
    for (name, text) in [
        (api::health::OPENAPI_FILE, names.document),
        (api::changes::JSON_FILE, api::changes::json_feed()),
        (api::changes::ATOM_FILE, api::changes::atom_feed()),
    ] {
        let file = dist.join(name.trim_start_matches('/'));
        fs::write(&file, text).map_err(at(&file))?;
    }
    compress::below(&dist)
}

/// The content security policy that goes with the built page.
pub fn csp_file() -> PathBuf {
    dist().join("_csp.txt")
}

/// Copies a file into `assets/` under a name that holds its content's hash.
fn place(file: &Path, name: &str, extension: &str) -> Outcome<Served> {
    let bytes = fs::read(file).map_err(at(file))?;
    let path = format!("/assets/{name}.{}.{extension}", &short_hash(&bytes)[..8]);
    let to = dist().join(&path[1..]);
    fs::write(&to, bytes).map_err(at(&to))?;
    Ok(Served { path })
}

/// Places the modules that were split off and makes their loader small; gives them, and which of them each split point
/// needs, its own last.
fn place_routes(app: &Path) -> Outcome<(Vec<Served>, Needs)> {
    let parts = app.join(wasm::PARTS);
    let written = parts.join(wasm::LOADER);
    let text = fs::read_to_string(&written).map_err(at(&written))?;
    let mut routes = Vec::new();
    let mut needed = Needs::new();
    for module in wasm::split_modules(&parts)? {
        let stem = module.file_stem().unwrap_or_default().to_string_lossy();
        let name = match stem.strip_prefix("chunk_") {
            Some(number) => format!("shared-{number}"),
            None => stem.trim_start_matches("split_").replace('_', "-"),
        };
        let route = format!("route-{name}");
        let served = place(&module, &route, "wasm")?;
        let number = routes.len();
        for point in split_points(&text, &stem) {
            needed.entry(point).or_default().push(number);
        }
        routes.push(served);
    }
    let small = loader::by_number(&text, needed.keys().map(String::as_str))?;
    let linked = app.join(wasm::LOADER);
    fs::write(&linked, small).map_err(at(&linked))?;
    Ok((routes, needed))
}

/// The split points that need a module: the one it is named for or, of a chunk, those that the loader
/// names in the comment above it.
fn split_points(loader: &str, stem: &str) -> Vec<String> {
    if let Some(point) = stem.strip_prefix("split_") {
        return vec![point.to_owned()];
    }
    let Some(number) = stem.strip_prefix("chunk_") else {
        return Vec::new();
    };
    let (before, _) = loader
        .split_once(&format!("const __chunk_{number} "))
        .unwrap_or_default();
    let named = before.trim_end().strip_suffix("*/");
    let named = named.and_then(|text| text.rsplit_once("/*"));
    let points = named.map_or("", |(_, points)| points).split(',');
    let points = points.map(|point| point.trim().to_owned());
    points.filter(|point| !point.is_empty()).collect()
}

/// Bundles a script or style sheet and places it.
fn bundle(entry: &str, name: &str, extension: &str, options: &[&str]) -> Outcome<Served> {
    place(&bundled(entry, extension, options)?, name, extension)
}

/// Bundles a script or style sheet that becomes part of the page.
fn inline(entry: &str, extension: &str) -> Outcome<String> {
    let made = bundled(entry, extension, &[])?;
    let text = fs::read_to_string(&made).map_err(at(&made))?;
    Ok(text.trim().to_owned())
}

/// Bundles a script or style sheet with esbuild.
fn bundled(entry: &str, extension: &str, options: &[&str]) -> Outcome<PathBuf> {
    let stem = Path::new(entry).file_stem().unwrap_or_default();
    let made = crate::run::target().join(format!("bundle-{}.{extension}", stem.display()));
    let mut esbuild = command(tools::npm_bin("esbuild"));
    esbuild
        .args([
            entry,
            "--bundle",
            "--minify",
            "--log-level=warning",
            "--legal-comments=none",
        ])
        .args([
            "--target=es2022",
            "--define:process.env.NODE_ENV=\"production\"",
        ])
        .args(options)
        .arg(format!("--outfile={}", made.display()));
    run(&mut esbuild)?;
    Ok(made)
}

/// Starts the app once the page has been shown.
fn page_start(wasm: &str) -> String {
    let shown = root().join("app/start/shown.js");
    format!(
        "import {{shown}} from '{}';\nshown.then(()=>init({{module_or_path:'{wasm}'}}));",
        shown.display()
    )
}

/// Starts a worker. Messages that reach it before its module listens are kept and given to it then; a module that
/// cannot be fetched becomes an error event for whoever started the worker.
fn worker_start(wasm: &str, before: &str) -> String {
    format!(
        "{before}const early=[];const keep=(e)=>early.push(e);addEventListener('message',keep);\
         init({{module_or_path:'{wasm}'}}).then(()=>{{removeEventListener('message',keep);\
         for(const e of early)dispatchEvent(new MessageEvent('message',{{data:e.data,ports:[...e.ports]}}));}},\
         (trouble)=>setTimeout(()=>{{throw trouble}}));"
    )
}

/// Bundles the glue of a WebAssembly module with the few lines that start it.
fn bundle_glue(folder: &Path, name: &str, start: &str) -> Outcome<Served> {
    // Not in the folder, which is part of what this is built from.
    let entry = target().join(format!("{name}-start.js"));
    let glue = folder.join(format!("{name}.js"));
    let text = format!("import init from '{}';\n{start}\n", glue.display());
    fs::write(&entry, text).map_err(at(&entry))?;
    // The glue names the loader of split modules once for each import from it.
    let options = ["--format=esm", "--log-override:duplicate-object-key=silent"];
    bundle(&entry.to_string_lossy(), name, "js", &options)
}

fn copy_below(from: &Path, to: &Path) -> Outcome {
    for file in crate::stamp::files_below(&[from.to_path_buf()])? {
        let relative = file.strip_prefix(from).map_err(|error| error.to_string())?;
        let copy = to.join(relative);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder).map_err(at(folder))?;
        }
        fs::copy(&file, &copy).map_err(at(&file))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::split_points;

    #[test]
    fn the_loader_says_who_needs_a_chunk() {
        let loader = "/* analysis, company */\nconst __chunk_5 = makeLoad(\n/* company */\nconst __chunk_15 = ";
        assert_eq!(split_points(loader, "chunk_5"), ["analysis", "company"]);
        assert_eq!(split_points(loader, "chunk_15"), ["company"]);
        assert_eq!(split_points(loader, "split_home_cards"), ["home_cards"]);
        assert_eq!(split_points(loader, "chunk_7"), Vec::<String>::new());
    }
}
