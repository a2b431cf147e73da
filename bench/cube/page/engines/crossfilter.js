// Crossfilter answers from groups that it keeps up to date, so a question that is new costs the making
// of its group (q1 to q4) and a question that is moved costs the move of its filters (q5, brush).
import crossfilter from "crossfilter2";
import { CATEGORIES, DAYS } from "../rows.js";

let lines;
const by = {};
let byCategory;

export const start = async () => {};
export async function load(rows) {
  const indices = Array.from({ length: rows.count }, (_, row) => row);
  lines = crossfilter(indices);
  by.channel = lines.dimension((row) => rows.channel[row]);
  by.day = lines.dimension((row) => rows.day[row]);
  by.category = lines.dimension((row) => rows.category[row]);
  by.product = lines.dimension((row) => rows.product[row]);
  by.pair = lines.dimension((row) => rows.channel[row] * CATEGORIES + rows.category[row]);
  by.revenue = (row) => rows.revenue[row];
  by.quantity = (row) => rows.quantity[row];
  by.cost = (row) => rows.cost[row];
  byCategory = by.category.group().reduceSum(by.revenue);
}
export const bytes = () => 0;

/** Sums of a new group of a dimension; the group is given up again. */
function sums(dimension, ...values) {
  return values.map((value) => {
    const group = dimension.group().reduceSum(value);
    const all = group.all();
    group.dispose();
    return all;
  });
}

const reset = () => {
  by.channel.filterAll();
  by.day.filterAll();
};
const oneDayBefore = (step) => {
  reset();
  by.day.filterRange([step - 1, step + 89]);
};
export const before = { q1: reset, q2: reset, q3: reset, q4: reset, q5: reset, brush: oneDayBefore };
export const queries = {
  q1: () => sums(by.channel, by.revenue),
  q2: () => sums(by.day, by.revenue, by.quantity),
  q3: () => sums(by.pair, by.revenue, by.cost),
  q4() {
    const group = by.product.group().reduceSum(by.revenue);
    const top = group.top(10);
    group.dispose();
    return top;
  },
  q5() {
    by.channel.filterRange([0, 2]);
    by.day.filterRange([DAYS - 90, DAYS]);
    return byCategory.all();
  },
  brush(step) {
    by.day.filterRange([step, step + 90]);
    return byCategory.all();
  },
};

const pairs = (all) => all.map(({ key, value }) => [key, value]).filter(([, value]) => value !== 0);
export const read = {
  q1: ([all]) => pairs(all),
  q2: ([revenues, quantities]) => revenues.map(({ key, value }, at) => [key, value, quantities[at].value]),
  q3: ([revenues, costs]) => revenues.map(({ key, value }, at) => [Math.floor(key / CATEGORIES), key % CATEGORIES, value, costs[at].value]),
  q4: pairs, q5: pairs, brush: pairs,
};
