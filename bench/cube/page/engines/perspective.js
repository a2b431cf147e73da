// Perspective in its worker: a question is a view, made, read as columns and given up again.
import { ipc } from "../arrow.js";
import { DAYS } from "../rows.js";

let client;
let lines;
let size;

export async function start() {
  const folder = "/node_modules/@perspective-dev";
  const { default: perspective } = await import("/node_modules/@perspective-dev/client/dist/cdn/perspective.js");
  perspective.init_client(fetch(`${folder}/client/dist/wasm/perspective-js.wasm`));
  perspective.init_server(fetch(`${folder}/server/dist/wasm/perspective-server.wasm`));
  client = await perspective.worker();
}

export async function load(rows) {
  const stream = ipc(rows);
  size = stream.byteLength;
  lines = await client.table(stream.buffer.slice(stream.byteOffset, stream.byteOffset + stream.byteLength));
  await lines.size();
}
export const bytes = () => size;

async function answer(config, window) {
  const aggregates = Object.fromEntries(config.columns.map((column) => [column, "sum"]));
  const view = await lines.view({ ...config, aggregates });
  const columns = await view.to_columns(window);
  await view.delete();
  return columns;
}

const revenue = ["revenue"];
export const queries = {
  q1: () => answer({ group_by: ["channel"], columns: revenue }),
  q2: () => answer({ group_by: ["day"], columns: ["revenue", "quantity"] }),
  q3: () => answer({ group_by: ["channel", "category"], columns: ["revenue", "cost"] }),
  q4: () => answer({ group_by: ["product"], columns: revenue, sort: [["revenue", "desc"]] }, { start_row: 0, end_row: 11 }),
  q5: () => answer({ group_by: ["category"], columns: revenue, filter: [["channel", "<", 2], ["day", ">=", DAYS - 90]] }),
  brush: (step) => answer({ group_by: ["category"], columns: revenue, filter: [["day", ">=", step], ["day", "<", step + 90]] }),
};

/** The rows of the deepest level: totals have shorter paths. */
function table(columns, depth) {
  const values = Object.keys(columns).filter((name) => name !== "__ROW_PATH__");
  const found = [];
  columns.__ROW_PATH__.forEach((path, row) => {
    if (path.length === depth) found.push([...path.map(Number), ...values.map((name) => Number(columns[name][row]))]);
  });
  return found;
}
const one = (columns) => table(columns, 1);
export const read = { q1: one, q2: one, q3: (columns) => table(columns, 2), q4: one, q5: one, brush: one };
