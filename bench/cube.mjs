// The cube beside its peers: the same order lines, the same questions, the same headless Chromium, one
// engine after the other. Prints JSON lines; fails where two engines disagree by one unit.
//
// `cargo xtask bench cube -- [rows ...] [--engines=meschain,js]`; bench/README.md says what is measured.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { extname, join, normalize } from "node:path";
import { build } from "esbuild";
import { launch } from "../tests/e2e/support/browser.mjs";

const folder = new URL("cube/", import.meta.url).pathname;
const engineFolder = process.env.MESCHAIN_BENCH_ENGINE;
if (!engineFolder) throw new Error("run it by `cargo xtask bench cube`, which builds the engine");
const options = process.argv.slice(2);
const sizes = options.filter((option) => /^\d+$/.test(option)).map(Number);
const only = options.find((option) => option.startsWith("--engines="))?.split("=")[1].split(",");

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
/** How often an engine is started and loaded anew. */
const BEGINNINGS = 7;
const kept = new Map();
for (const script of ["main.js", "worker.js"]) {
  const made = await build({
    entryPoints: [join(folder, "page", script)], bundle: true, format: "esm", write: false, minify: true,
    external: ["/node_modules/*"], alias: { "bench-engine": join(engineFolder, "bench-cube.js") },
  });
  kept.set(`/${script}`, Buffer.from(made.outputFiles[0].contents));
}
kept.set("/", Buffer.from('<!doctype html><meta charset="utf-8"><title>cube</title><script type="module" src="/main.js"></script>'));

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (request.method === "PUT") {
    const parts = [];
    for await (const part of request) parts.push(part);
    kept.set(pathname, Buffer.concat(parts));
    response.end();
    return;
  }
  try {
    const body = kept.get(pathname) ?? readFileSync(fileOf(normalize(pathname)));
    response.setHeader("Content-Type", pathname === "/" ? "text/html" : (TYPES[extname(pathname)] ?? "application/octet-stream"));
    // Cross-origin isolation: exact clocks, shared memory, and the browser's count of memory.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end();
  }
});

function fileOf(path) {
  return path.startsWith("/engine/") ? join(engineFolder, path.slice("/engine/".length)) : join(folder, path);
}

await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}/`;
const browser = await launch();
let disagreed = false;

/** Start and load of an engine, each time in a browser context of its own: median and least. */
async function beginnings(engine, rows) {
  const visits = [];
  for (let at = 0; at < BEGINNINGS; at += 1) {
    visits.push(await visit((tab) => tab.evaluate(([name, count]) => window.begin(name, count), [engine, rows])));
  }
  return Object.fromEntries(Object.keys(visits[0]).flatMap((what) => {
    const sorted = visits.map((times) => times[what]).toSorted((a, b) => a - b);
    return [[what, sorted[Math.floor(sorted.length / 2)]], [what.replace("_ms", "_min_ms"), sorted[0]]];
  }));
}

async function visit(work) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  tab.on("pageerror", (error) => console.error(error.message));
  await tab.goto(origin);
  await tab.waitForFunction(() => window.bench);
  const found = await work(tab);
  await context.close();
  return found;
}

try {
  for (const rows of sizes.length > 0 ? sizes : [100_000, 1_000_000]) {
    await visit((tab) => tab.evaluate((count) => window.prepare(count), rows));
    const names = await visit((tab) => tab.evaluate(() => window.engines));
    const reference = {};
    for (const engine of names.filter((name) => !only || only.includes(name))) {
      const load = loadavg()[0];
      const found = await visit((tab) => tab.evaluate(([name, count]) => window.bench(name, count), [engine, rows]));
      const { queries, answers, ...once } = found;
      Object.assign(once, await beginnings(engine, rows));
      console.log(JSON.stringify({ bench: "cube", engine, rows, ...once, bytes_per_row: once.bytes / rows, machine_load: load }));
      for (const [query, spread] of Object.entries(queries)) {
        console.log(JSON.stringify({ bench: "cube", engine, query, rows, ...spread, answer_rows: answers[query].length }));
      }
      compare(engine, answers, reference);
    }
    if (!only || only.includes("workers")) {
      const found = await visit((tab) => tab.evaluate((count) => window.workers(count), rows));
      for (const times of found) console.log(JSON.stringify({ bench: "cube", engine: "meschain in web workers", rows, ...times }));
    }
  }
} finally {
  await browser.close();
  server.close();
}
process.exitCode = disagreed ? 1 : 0;

function compare(engine, answers, reference) {
  for (const [query, answer] of Object.entries(answers)) {
    const text = JSON.stringify(answer);
    reference[query] ??= { engine, text };
    if (reference[query].text === text) continue;
    disagreed = true;
    console.error(`${query}: ${engine} disagrees with ${reference[query].engine}:\n${text.slice(0, 300)}\n${reference[query].text.slice(0, 300)}`);
  }
}
