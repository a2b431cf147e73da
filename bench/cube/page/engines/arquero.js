// Arquero: a table over the same typed arrays; answers as tables.
import { desc, op, table } from "arquero";
import { DAYS } from "../rows.js";

let lines;
let size;

export const start = async () => {};
export async function load({ count, ...columns }) {
  lines = table(columns);
  size = Object.values(columns).reduce((sum, column) => sum + column.byteLength, 0);
}
export const bytes = () => size;

const revenue = { r: op.sum("revenue") };
export const queries = {
  q1: () => lines.groupby("channel").rollup(revenue),
  q2: () => lines.groupby("day").rollup({ ...revenue, q: op.sum("quantity") }),
  q3: () => lines.groupby("channel", "category").rollup({ ...revenue, c: op.sum("cost") }),
  q4: () => lines.groupby("product").rollup(revenue).orderby(desc("r")).slice(0, 10).reify(),
  q5: () => lines.params({ from: DAYS - 90 }).filter((d, $) => d.channel < 2 && d.day >= $.from).groupby("category").rollup(revenue),
  brush: (step) => lines.params({ from: step, to: step + 90 }).filter((d, $) => d.day >= $.from && d.day < $.to).groupby("category").rollup(revenue),
};

const rowsOf = (answer) => answer.objects().map(Object.values);
export const read = Object.fromEntries(Object.keys(queries).map((name) => [name, rowsOf]));
