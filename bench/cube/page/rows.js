// The order lines that every engine gets: columns of typed arrays, in order of time as a log is.

export const DAYS = 730;
export const CHANNELS = 7;
export const CATEGORIES = 40;
export const PRODUCTS = 5_000;

/** A generator of numbers below `end` (mulberry32), the same on every machine. */
function dice(seed) {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * end);
  };
}

/**
 * Made-up order lines. Few channels and products sell much, most little; amounts are in minor units;
 * a product's category is its number modulo 40, and categories are a column of their own for engines
 * that know no hierarchy.
 */
export function makeRows(count, seed = 42) {
  const below = dice(seed);
  const skewed = (end) => Math.floor(((below(end) + 1) * (below(end) + 1)) / (end + 1));
  const rows = {
    count,
    day: new Uint16Array(count), channel: new Uint8Array(count), category: new Uint8Array(count),
    product: new Uint16Array(count), quantity: new Uint8Array(count),
    revenue: new Int32Array(count), cost: new Int32Array(count),
  };
  for (let row = 0; row < count; row += 1) {
    const product = skewed(PRODUCTS);
    const quantity = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4][below(10)];
    const price = (50 + ((product * 7_919) % 1_950)) * 100 + 90;
    const discount = below(4) === 0 ? 5 + below(4) * 5 : 0;
    rows.day[row] = Math.floor((row * DAYS) / count);
    rows.channel[row] = skewed(CHANNELS);
    rows.product[row] = product;
    rows.category[row] = product % CATEGORIES;
    rows.quantity[row] = quantity;
    rows.revenue[row] = Math.round((price * quantity * (100 - discount)) / 120);
    rows.cost[row] = Math.floor((price * (40 + below(11))) / 100) * quantity;
  }
  return rows;
}
