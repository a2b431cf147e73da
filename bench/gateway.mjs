// What the gateway costs: `cargo xtask bench gateway [--seconds N] [--rate N] [--samples N]`.
//
// The product and a bare Worker of twenty lines of JavaScript run on the same workerd in the same run, each a
// process of its own on loopback. A JSON line for each measurement:
//
//   start      from starting the process to its first answer, in turn
//   cpu        processor time of the whole process for one request, one after another, in turn: the gateway is
//              asked, with a key, for what a key may not do, so that it passes every stage up to `access` and
//              no feature
//   cpu-added  the difference of the two
//   routes     the same for a route to a mock among 10 declared routes and among 1,000, and the difference
//   sustained  requests at a steady rate, each due at its own moment (a late answer delays no other request),
//              to endpoints that read figures and imports, with a key
//
// Linux only: processor time is read from /proc.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

const { values: chosen } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "300" },
    samples: { type: "string", default: "4000" },
    starts: { type: "string", default: "7" },
  },
});

// Nothing is held up: what limits refuse is tested elsewhere.
const LIMITS = {
  MESCHAIN_KEY_RATE: "100000/1 100000",
  MESCHAIN_SESSION_RATE: "100000/1 100000",
  MESCHAIN_DAY_QUOTA: "100000000",
  MESCHAIN_MONTH_QUOTA: "1000000000",
};
const CSV =
  "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n2026-11-03,n11,2,b,2,20\n";
const BARE = `
const HEADERS = {
  "content-type": "application/problem+json", "cache-control": "no-store", "x-content-type-options": "nosniff",
};
export default {
  async fetch(request) {
    const path = new URL(request.url).pathname;
    if (path !== "/api/auth/v1/keys") return new Response("{}", { status: 404, headers: HEADERS });
    const detail = "a person has to do this, signed in";
    const problem = { type: "forbidden", title: "Not allowed", status: 403, detail, request_id: crypto.randomUUID() };
    return new Response(JSON.stringify(problem), { status: 403, headers: HEADERS });
  },
};
`;
const READY_MILLIS = 60_000;
/** Requests before those of the steady rate. */
const WARM_UPS = 1_000;

const print = (line) => console.log(JSON.stringify(line));
const round = (value, digits = 3) => Number(value.toFixed(digits));

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 512 });

function ask(port, method, path, headers = {}, body = undefined, timeout = 60_000) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, method, path, headers, agent, timeout }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
      answer.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
    request.end(body);
  });
}

async function json(port, method, path, headers, body) {
  const answer = await ask(port, method, path, headers, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return { ...answer, json: JSON.parse(answer.body) };
}

/** The product with a company, some data and a key that may read. */
async function product(folder, more = {}) {
  const port = await freePort();
  const state = join(folder, "state");
  const child = spawn(process.env.MESCHAIN_XTASK, ["start", "--port", port, "--state", state, "--no-demo"], {
    env: { ...process.env, ...LIMITS, ...more },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const token = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (piece) => {
      said += piece;
      const found = /\?join=([A-Za-z0-9_-]+)/.exec(said);
      if (found) resolve(found[1]);
    });
    child.once("exit", () => reject(new Error(`the product did not start: ${said}`)));
  });
  const typed = { "content-type": "application/json" };
  const claimed = await json(port, "POST", "/api/auth/v1/claim", typed, JSON.stringify({ token, name: "Measured" }));
  const cookie = claimed.headers["set-cookie"][0].split(";")[0];
  const company = claimed.json.profile.id;
  const own = { cookie };
  const batches = `/api/ingest/v1/batches?company=${company}`;
  const { batch } = (await json(port, "POST", batches, { ...own, "content-type": "text/csv" }, CSV)).json;
  const until = performance.now() + READY_MILLIS;
  while ((await json(port, "GET", `/api/ingest/v1/batches/${batch}?company=${company}`, own)).json.status === "stored") {
    if (performance.now() > until) throw new Error("the data was not worked in");
    await pause(20);
  }
  const wish = JSON.stringify({ name: "measured", scopes: ["read:bi", "read:ingest"] });
  const made = await json(port, "POST", "/api/auth/v1/keys", { ...own, ...typed }, wish);
  return { port, child, state, company, key: made.json.secret, pid: childOf(child.pid) };
}

/** The process that another has started. */
function childOf(parent) {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error("the product runs no workerd");
}

function workerd(folder, port) {
  const program = join("node_modules", ".bin", "workerd");
  const isBare = existsSync(join(folder, "wrangler.json"));
  const config = isBare ? ["wrangler.json"] : ["--import-path", process.cwd(), "edge.capnp"];
  const words = ["serve", "--experimental", "--socket-addr", `http=127.0.0.1:${port}`, ...config];
  return spawn(join(process.cwd(), program), words, { cwd: folder, stdio: "ignore" });
}

/** The folder of the bare Worker. */
async function bareFolder(folder) {
  const own = join(folder, "bare");
  const { mkdir } = await import("node:fs/promises");
  await mkdir(own);
  await writeFile(join(own, "index.js"), BARE);
  const config = { name: "bare", main: join(own, "index.js"), no_bundle: true, compatibility_date: "2026-11-01" };
  await writeFile(join(own, "wrangler.json"), JSON.stringify(config));
  return own;
}

function end(child, signal = "SIGKILL") {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  return ended;
}

/** From starting a process to its first answer, in milliseconds. */
async function startOnce(folder, path) {
  const port = await freePort();
  const began = performance.now();
  const child = workerd(folder, port);
  try {
    while (performance.now() - began < READY_MILLIS) {
      try {
        const answer = await ask(port, "GET", path);
        if (answer.status < 500) return performance.now() - began;
        throw new Error(`${path}: ${answer.status} ${answer.body}`);
      } catch (error) {
        if (error.code !== "ECONNREFUSED" && error.code !== "ECONNRESET") throw error;
        await pause(1);
      }
    }
    throw new Error("it does not answer");
  } finally {
    await end(child);
  }
}

async function starts(folders) {
  const times = { gateway: [], bare: [] };
  for (let turn = 0; turn < Number(chosen.starts); turn += 1) {
    for (const which of Object.keys(times)) times[which].push(await startOnce(folders[which], "/api/health"));
  }
  for (const [which, list] of Object.entries(times)) {
    list.sort((a, b) => a - b);
    print({ measure: "start", which, n: list.length, min_ms: round(list[0], 1), p50_ms: round(quantile(list, 0.5), 1), max_ms: round(list.at(-1), 1) });
  }
}

/** Processor time that a process has had, in nanoseconds. */
function cpu(pid) {
  let sum = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      // The thread has ended meanwhile.
    }
  }
  return sum;
}

async function cpuOf(pid, request, count, into) {
  let before = cpu(pid);
  for (let at = 0; at < count; at += 1) {
    await request();
    const after = cpu(pid);
    into.push((after - before) / 1e6);
    before = after;
  }
}

async function cpus(sides) {
  const times = Object.fromEntries(sides.map((side) => [side.which, []]));
  const samples = Number(chosen.samples);
  const turn = 200;
  for (const side of sides) await cpuOf(side.pid, side.request, 1_000, []);
  for (let done = 0; done < samples; done += turn) {
    for (const side of sides) await cpuOf(side.pid, side.request, turn, times[side.which]);
  }
  const found = {};
  for (const [which, list] of Object.entries(times)) {
    const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
    list.sort((a, b) => a - b);
    found[which] = { p50: quantile(list, 0.5), p99: quantile(list, 0.99), mean };
    print({ measure: "cpu", which, n: list.length, p50_ms: round(found[which].p50), p99_ms: round(found[which].p99), mean_ms: round(mean) });
  }
  return found;
}

/** The product with some routes to mocks, and the last of them asked. */
async function routed(folder, count) {
  const { mkdir } = await import("node:fs/promises");
  const own = join(folder, `routes-${count}`);
  await mkdir(own);
  const path = (at) => `/api/x/v1/service-${at % 50}/items-${at}/{id}`;
  const routes = Array.from({ length: count }, (_, at) => ({ path: path(at), needs: "nothing", mock: { body: { at } } }));
  const file = join(own, "routes.json");
  await writeFile(file, `{ "routes": [\n${routes.map((route) => JSON.stringify(route)).join(",\n")}\n] }`);
  const edge = await product(own, { MESCHAIN_ROUTES: file });
  const asked = path(count - 1).replace("{id}", "a-1");
  const request = async () => {
    const answer = await ask(edge.port, "GET", asked);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`);
  };
  return { which: `routes-${count}`, pid: edge.pid, child: edge.child, request };
}

async function routes(folder) {
  const sides = [];
  try {
    for (const count of [10, 1_000]) sides.push(await routed(folder, count));
    const found = await cpus(sides);
    const [few, many] = [found["routes-10"], found["routes-1000"]];
    const slower = (of) => round((many[of] / few[of] - 1) * 100, 1);
    print({ measure: "routes", p50_percent: slower("p50"), mean_percent: slower("mean") });
  } finally {
    for (const { child } of sides) await end(child, "SIGTERM");
  }
}

async function sustained(edge) {
  const { port, company, key } = edge;
  const headers = { authorization: `Bearer ${key}` };
  const paths = [
    `/api/mobile/v1/dashboard?company=${company}`,
    `/api/sync/v1/manifest?company=${company}`,
    `/api/ingest/v1/batches?company=${company}&limit=10`,
    "/api/auth/v1/me",
  ];
  // What has never been asked starts Workers and compiles; what is sustained is what comes after.
  for (let at = 0; at < WARM_UPS; at += 1) await ask(port, "GET", paths[at % paths.length], headers);
  const rate = Number(chosen.rate);
  const count = rate * Number(chosen.seconds);
  const times = [];
  const errors = new Map();
  const open = [];
  const began = performance.now();
  for (let at = 0; at < count; at += 1) {
    const due = began + (at * 1_000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await pause(wait);
    const fail = (what) => errors.set(what, (errors.get(what) ?? 0) + 1);
    open.push(
      ask(port, "GET", paths[at % paths.length], headers, undefined, 10_000).then(
        (answer) => {
          times.push(performance.now() - due);
          if (answer.status !== 200) fail(answer.status);
        },
        (error) => fail(error.message),
      ),
    );
  }
  await Promise.all(open);
  const took = (performance.now() - began) / 1_000;
  times.sort((a, b) => a - b);
  print({
    measure: "sustained",
    which: "gateway",
    requests: count,
    seconds: round(took, 1),
    per_second: round(count / took, 1),
    per_hour: Math.round((count / took) * 3_600),
    p50_ms: round(quantile(times, 0.5), 2),
    p99_ms: round(quantile(times, 0.99), 2),
    max_ms: round(times.at(-1), 2),
    errors: [...errors.values()].reduce((sum, value) => sum + value, 0),
    ...(errors.size > 0 ? { which_errors: Object.fromEntries(errors) } : {}),
  });
}

const folder = await mkdtemp(join(tmpdir(), "meschain-gateway-"));
let edge;
let bare;
try {
  edge = await product(folder);
  const own = await bareFolder(folder);
  const barePort = await freePort();
  bare = workerd(own, barePort);
  while (!(await ask(barePort, "GET", "/").catch(() => undefined))) await pause(5);
  const headers = { authorization: `Bearer ${edge.key}` };
  const refused = async (port) => {
    const answer = await ask(port, "GET", "/api/auth/v1/keys", headers);
    if (answer.status !== 403) throw new Error(`${answer.status} ${answer.body}`);
  };
  const found = await cpus([
    { which: "gateway", pid: edge.pid, request: () => refused(edge.port) },
    { which: "bare", pid: bare.pid, request: () => refused(barePort) },
  ]);
  print({
    measure: "cpu-added",
    p50_ms: round(found.gateway.p50 - found.bare.p50),
    p99_ms: round(found.gateway.p99 - found.bare.p99),
    mean_ms: round(found.gateway.mean - found.bare.mean),
  });
  await routes(folder);
  await sustained(edge);
  await end(edge.child, "SIGTERM");
  await starts({ gateway: edge.state, bare: own });
} finally {
  for (const child of [edge?.child, bare]) {
    if (child && child.exitCode === null && child.signalCode === null) await end(child, "SIGTERM");
  }
  agent.destroy();
  await rm(folder, { recursive: true, force: true });
}
