// Runs one engine: start, load, then each question a number of times. `window.bench` is called by
// the program outside, one fresh page per engine.
import { DAYS, makeRows } from "./rows.js";
import * as arquero from "./engines/arquero.js";
import * as crossfilter from "./engines/crossfilter.js";
import * as duckdb from "./engines/duckdb.js";
import * as js from "./engines/js.js";
import { meschain, meschainBuyers } from "./engines/meschain.js";
import * as perspective from "./engines/perspective.js";
import { workers } from "./workers.js";

const engines = { meschain, "meschain-buyers": meschainBuyers, js, duckdb, arquero, crossfilter, perspective };
const LINES_OF_A_DELTA = 100;
/** Each question is asked until one of both is reached. */
const LIMITS = { runs: 101, millis: 4_000, warmUps: 5, leastRuns: 5, deltas: 25 };

async function timed(work) {
  const began = performance.now();
  const made = work();
  const answer = made instanceof Promise ? await made : made;
  return [performance.now() - began, answer];
}

const round = (millis) => Math.round(millis * 1_000) / 1_000;

function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return { runs: sorted.length, p50_ms: at(0.5), p95_ms: at(0.95), min_ms: at(0) };
}

async function measured(run, before, runs = LIMITS.runs) {
  const times = [];
  let spent = 0;
  for (let round = 0; round < runs + LIMITS.warmUps; round += 1) {
    before?.(round);
    const [millis] = await timed(() => run(round));
    spent += millis;
    // A slow question is not warmed up as often as a fast one.
    if (round >= LIMITS.warmUps || (round > 0 && spent > LIMITS.millis / 4)) times.push(millis);
    if (times.length >= LIMITS.leastRuns && spent > LIMITS.millis) break;
  }
  return spread(times);
}

const byKeys = (a, b) => a.reduce((order, value, at) => order || value - b[at], 0);

/** Writes the segments of the rows and leaves them with the server. */
async function prepare(count) {
  const rows = makeRows(count);
  for (const engine of [meschain, meschainBuyers]) await engine.leave(rows);
}

/** Starts an engine, loads the rows and asks `q1`; gives how long each took. */
async function begin(name, count) {
  const engine = engines[name];
  const rows = engine.fetched ? null : makeRows(count);
  const [start] = await timed(() => engine.start());
  if (engine.fetched) await engine.fetched(count);
  const [load] = await timed(() => engine.load(rows));
  engine.before?.q1?.(0);
  const [first, answer] = await timed(() => engine.queries.q1(0));
  const times = { start_ms: round(start), load_ms: round(load), load_to_first_ms: round(load + first) };
  return { times, first, answer };
}

async function bench(name, count) {
  const engine = engines[name];
  const begun = await begin(name, count);
  const found = { first_ms: { q1: round(begun.first) }, queries: {}, answers: { q1: engine.read.q1(begun.answer, 0) } };
  found.answers.q1.sort(byKeys);
  for (const [query, run] of Object.entries(engine.queries).filter(([query]) => query !== "q1")) {
    engine.before?.[query]?.(0);
    const [first, answer] = await timed(() => run(0));
    found.first_ms[query] = round(first);
    found.answers[query] = engine.read[query](answer, 0);
    if (query !== "q4") found.answers[query].sort(byKeys);
  }
  for (const [query, run] of Object.entries(engine.queries)) {
    found.queries[query] = await measured(run, engine.before?.[query]);
    if (engine.json?.[query]) found.queries[query].with_json_p50_ms = (await measured(engine.json[query])).p50_ms;
  }
  found.bytes = engine.bytes();
  found.held_bytes = engine.held?.();
  found.memory_bytes = await memory();
  if (engine.delta) {
    const segments = await Promise.all(Array.from({ length: LIMITS.deltas }, (_, seed) => deltaOf(engine, seed, count)));
    found.delta = await measured(() => engine.delta(segments.pop()), undefined, LIMITS.deltas - LIMITS.warmUps);
  }
  return found;
}

/** A segment of new lines of the last day; where they name orders and customers, there were none of these before. */
async function deltaOf(engine, seed, linesBefore) {
  const lines = makeRows(LINES_OF_A_DELTA, 7 + seed);
  lines.day.fill(DAYS - 1);
  lines.channel.fill(1);
  return (await engine.prepare(lines, linesBefore + seed * LINES_OF_A_DELTA))[0];
}

/** All that the page and its workers hold, by the browser's own count. */
async function memory() {
  if (!performance.measureUserAgentSpecificMemory) return null;
  return (await performance.measureUserAgentSpecificMemory()).bytes;
}

window.bench = bench;
window.begin = async (name, count) => (await begin(name, count)).times;
window.prepare = prepare;
window.workers = (count) => workers(count, measured);
window.engines = Object.keys(engines);
