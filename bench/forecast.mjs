// Forecasts on published series: scores and times of every model, natively; beside them the same series
// in headless Chromium (--browser) and statsforecast's models (--peers). Prints JSON lines.
//
// `cargo xtask bench forecast [--file F.tsv.gz]... [--every N] [--model NAME]... [--back N] [--browser] [--peers]`;
// --back holds the last N horizons back and is for the native run alone;
// bench/README.md says what is measured.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { launch } from "../tests/e2e/support/browser.mjs";

const root = new URL("..", import.meta.url).pathname;
const folder = join(root, "bench/forecast");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const engineFolder = process.env.MESCHAIN_BENCH_ENGINE;
if (!engineFolder) throw new Error("run it by `cargo xtask bench forecast`, which builds the engine");
/** Fixed, so that figures stay comparable. */
const PEERS = ["statsforecast==2.1.1", "statsmodels==0.15.0"];

const flags = { browser: false, peers: false };
const passed = [];
for (const argument of process.argv.slice(2)) {
  if (argument === "--browser" || argument === "--peers") flags[argument.slice(2)] = true;
  else passed.push(argument);
}
const valuesOf = (option) => passed.flatMap((value, at) => (passed[at - 1] === option ? [value] : []));
const every = valuesOf("--every")[0] ?? "1";
const series = join(root, "../shared/data/series");
let files = valuesOf("--file");
if (files.length === 0) {
  if (!existsSync(series)) throw new Error(`no series at ${series}: name files with --file F.tsv.gz`);
  files = readdirSync(series).filter((name) => name.endsWith(".tsv.gz")).sort().map((name) => join(series, name));
}

function run(program, options) {
  const { status, error } = spawnSync(program, options, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${options.slice(0, 4).join(" ")} failed`);
}

run("cargo", ["run", "--release", "--quiet", "-p", "bench-forecast", "--", ...passed]);
if (flags.browser) await inBrowser(valuesOf("--model"));
if (flags.peers) {
  const venv = join(target, "bench-forecast-peers");
  const python = join(venv, "bin/python");
  if (!existsSync(python)) run("python3", ["-m", "venv", venv]);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PEERS]);
  const named = files.flatMap((file) => ["--file", file]);
  run(python, [join(folder, "peers.py"), ...named, "--every", every]);
}

async function inBrowser(wanted) {
  const types = { js: "text/javascript", wasm: "application/wasm" };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const name = basename(pathname);
    const page = '<!doctype html><meta charset="utf-8"><title>forecast</title><script type="module" src="/page.js"></script>';
    // Cross-origin isolation: an exact clock.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader("Content-Type", types[name.split(".").pop()] ?? "text/html");
    const path = pathname.startsWith("/engine/") ? join(engineFolder, name) : join(folder, name);
    if (pathname === "/") response.end(page);
    else if (existsSync(path)) response.end(readFileSync(path));
    else response.writeHead(404).end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await launch();
  try {
    const tab = await browser.newPage();
    tab.on("pageerror", (error) => console.error(error.message));
    await tab.goto(`http://127.0.0.1:${server.address().port}/`);
    await tab.waitForFunction(() => window.ready);
    for (const file of files) {
      const text = gunzipSync(readFileSync(file)).toString();
      for (const model of wanted.length > 0 ? wanted : ["auto", "dot"]) {
        const line = await tab.evaluate((given) => window.bench(...given), [basename(file), text, Number(every), model]);
        console.log(JSON.stringify({ where: "browser", ...JSON.parse(line) }));
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
}
