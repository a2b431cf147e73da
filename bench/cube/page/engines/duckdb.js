// DuckDB-WASM as its documentation starts it: in its worker, prepared statements, answers as Arrow tables.
import { AsyncDuckDB, ConsoleLogger, LogLevel } from "@duckdb/duckdb-wasm";
import { ipc } from "../arrow.js";
import { DAYS } from "../rows.js";

let connection;
let size;
const statements = {};
const SQL = {
  q1: "SELECT channel, sum(revenue)::DOUBLE AS r FROM lines GROUP BY channel",
  q2: "SELECT day, sum(revenue)::DOUBLE AS r, sum(quantity)::DOUBLE AS q FROM lines GROUP BY day",
  q3: "SELECT channel, category, sum(revenue)::DOUBLE AS r, sum(cost)::DOUBLE AS c FROM lines GROUP BY channel, category",
  q4: "SELECT product, sum(revenue)::DOUBLE AS r FROM lines GROUP BY product ORDER BY r DESC LIMIT 10",
  q5: `SELECT category, sum(revenue)::DOUBLE AS r FROM lines WHERE channel < 2 AND day >= ${DAYS - 90} GROUP BY category`,
  brush: "SELECT category, sum(revenue)::DOUBLE AS r FROM lines WHERE day >= ? AND day < ? + 90 GROUP BY category",
};

export async function start() {
  const folder = new URL("/node_modules/@duckdb/duckdb-wasm/dist/", location.href);
  const worker = new Worker(new URL("duckdb-browser-eh.worker.js", folder));
  const database = new AsyncDuckDB(new ConsoleLogger(LogLevel.WARNING), worker);
  await database.instantiate(new URL("duckdb-eh.wasm", folder).href);
  connection = await database.connect();
}

export async function load(rows) {
  const stream = ipc(rows);
  size = stream.byteLength;
  await connection.insertArrowFromIPCStream(stream, { name: "lines", create: true });
  for (const [name, sql] of Object.entries(SQL)) statements[name] = await connection.prepare(sql);
}

export const bytes = () => size;
export const queries = Object.fromEntries(Object.keys(SQL).map((name) => [name, () => statements[name].query()]));
queries.brush = (step) => statements.brush.query(step, step);

const table = (answer) => answer.toArray().map((row) => [...row].map(([, value]) => Number(value)));
export const read = Object.fromEntries(Object.keys(SQL).map((name) => [name, table]));
