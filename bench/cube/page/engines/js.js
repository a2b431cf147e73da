// Loops over typed arrays as one would write them by hand for just these five questions: dense arrays
// of sums, and a binary search for a range of days, since the lines are in order of time.
import { CATEGORIES, CHANNELS, DAYS, PRODUCTS } from "../rows.js";

let rows;

export const start = async () => {};
export const load = async (given) => {
  rows = given;
};
export const bytes = () => Object.values(rows).reduce((sum, column) => sum + (column.byteLength ?? 0), 0);

/** The first row whose day is not before `day`. */
function firstRow(day) {
  let [low, high] = [0, rows.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows.day[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byCategory(from, to, channels) {
  const { channel, category, revenue } = rows;
  const sums = new Float64Array(CATEGORIES);
  const end = firstRow(to);
  for (let row = firstRow(from); row < end; row += 1) {
    if (channel[row] < channels) sums[category[row]] += revenue[row];
  }
  return sums;
}

export const queries = {
  q1() {
    const { count, channel, revenue } = rows;
    const sums = new Float64Array(CHANNELS);
    for (let row = 0; row < count; row += 1) sums[channel[row]] += revenue[row];
    return sums;
  },
  q2() {
    const { count, day, revenue, quantity } = rows;
    const [revenues, quantities] = [new Float64Array(DAYS), new Float64Array(DAYS)];
    for (let row = 0; row < count; row += 1) {
      revenues[day[row]] += revenue[row];
      quantities[day[row]] += quantity[row];
    }
    return [revenues, quantities];
  },
  q3() {
    const { count, channel, category, revenue, cost } = rows;
    const [revenues, costs] = [new Float64Array(CHANNELS * CATEGORIES), new Float64Array(CHANNELS * CATEGORIES)];
    for (let row = 0; row < count; row += 1) {
      const key = channel[row] * CATEGORIES + category[row];
      revenues[key] += revenue[row];
      costs[key] += cost[row];
    }
    return [revenues, costs];
  },
  q4() {
    const { count, product, revenue } = rows;
    const sums = new Float64Array(PRODUCTS);
    for (let row = 0; row < count; row += 1) sums[product[row]] += revenue[row];
    const best = [];
    for (let key = 0; key < PRODUCTS; key += 1) {
      if (best.length < 10 || sums[key] > best.at(-1)[1]) {
        const at = best.findIndex((other) => sums[key] > other[1]);
        best.splice(at < 0 ? best.length : at, 0, [key, sums[key]]);
        if (best.length > 10) best.pop();
      }
    }
    return best;
  },
  q5: () => byCategory(DAYS - 90, DAYS, 2),
  brush: (step) => byCategory(step, step + 90, CHANNELS),
};

const listed = (sums) => [...sums].map((sum, key) => [key, sum]).filter(([, sum]) => sum !== 0);
export const read = {
  q1: listed,
  q2: ([revenues, quantities]) => listed(revenues).map(([key, sum]) => [key, sum, quantities[key]]),
  q3: ([revenues, costs]) => listed(revenues).map(([key, sum]) => [Math.floor(key / CATEGORIES), key % CATEGORIES, sum, costs[key]]),
  q4: (best) => best,
  q5: listed,
  brush: listed,
};
