// Files to import: order lines made from a seed, and every kind of file that must be refused or
// reported well.
import { deflateRawSync, gzipSync } from "node:zlib";

/** A small generator of numbers in [0, 1) that gives the same numbers for the same seed. */
export function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Canonical order lines, and the sums that any correct reader finds in them.
 * @returns {{ csv: string, rows: number, netMinor: bigint, units: number, byChannel: Map<string, bigint> }}
 */
export function orderLines({ seed = 1, rows = 500, from = "2026-01-01", days = 180 } = {}) {
  const next = numbers(seed);
  const channels = ["trendyol", "hepsiburada", "own-store"];
  const lines = ["order_date,channel,order_id,line_id,sku,product_name,category,country,city,quantity,unit_price,currency,vat_rate"];
  let netMinor = 0n;
  let units = 0;
  const byChannel = new Map();
  const start = Date.parse(`${from}T00:00:00Z`);
  for (let row = 0; row < rows; row += 1) {
    const day = new Date(start + Math.floor(next() * days) * 86_400_000).toISOString().slice(0, 10);
    const channel = channels[Math.floor(next() * channels.length)];
    const product = Math.floor(next() * 40);
    const quantity = 1 + Math.floor(next() * 4);
    const priceMinor = 500 + Math.floor(next() * 50_000);
    lines.push([
      day, channel, `O-${Math.floor(row / 2)}`, String(row), `SKU-${product}`, `Product ${product}`,
      `category-${product % 5}`, "TR", "Istanbul", quantity, (priceMinor / 100).toFixed(2), "TRY", "0",
    ].join(","));
    const value = BigInt(priceMinor) * BigInt(quantity);
    netMinor += value;
    units += quantity;
    byChannel.set(channel, (byChannel.get(channel) ?? 0n) + value);
  }
  return { csv: `${lines.join("\n")}\n`, rows, netMinor, units, byChannel };
}

const HEADER = "order_date,order_id,line_id,sku,quantity,unit_price\n";
const LINE = "2026-03-01,A-1,1,SKU-1,2,10.50\n";

/**
 * Files that no product may choke on. `accepts` tells whether any row can be taken;
 * `says` is what the person must read.
 */
export function hostileFiles() {
  const text = (name, body, accepts, says) => ({ name, bytes: Buffer.from(body), accepts, says });
  return [
    text("empty.csv", "", false, /empty/i),
    text("headers-only.csv", HEADER, false, /no rows|no data|only a header|headers only/i),
    text("long-line.csv", `${HEADER}2026-03-01,A-1,1,${"x".repeat(10 * 1024 * 1024)},2,10.50\n${LINE}`, true),
    text("nul.csv", `${HEADER}2026-03-01,A\0-1,1,SKU\0-1,2,10.50\n${LINE}`, true),
    { name: "archive.zip", bytes: zip("orders.csv", HEADER + LINE), accepts: false, says: /zip|archive/i },
    { name: "photo.csv", bytes: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), accepts: false, says: /image|picture/i },
    text("mixed-dates.csv", `${HEADER}13/02/2026,A-1,1,S,1,1.00\n02/14/2026,A-2,1,S,1,1.00\n`, true),
    text("odd-dates.csv", `${HEADER}0001-01-01,A-1,1,S,1,1.00\n2999-01-01,A-2,1,S,1,1.00\n${LINE}`, true),
    text("odd-numbers.csv", `${HEADER}2026-03-01,A-1,1,S,1,NaN\n2026-03-01,A-2,1,S,1,1e308\n2026-03-01,A-3,1,S,1,\u20ba12.00\n`, true),
    text("formula.csv", `${HEADER}2026-03-01,A-1,1,S,1,=cmd|' /C calc'!A0\n2026-03-01,A-2,1,S,-1+1|cmd,1.00\n@SUM(A1),A-3,1,S,1,1.00\n${LINE}`, true),
    text("same-headers.csv", `order_date,order_id,sku,sku,quantity,unit_price\n2026-03-01,A-1,S,T,1,1.00\n`, true),
    { name: "cut.csv.gz", bytes: gzipSync(HEADER + LINE.repeat(5000)).subarray(0, 60), accepts: false, says: /cut off/i },
    text("cut-line.csv", `${HEADER}${LINE}2026-03-02,A-2,1,SK`, true),
  ];
}

function zip(name, body) {
  const data = deflateRawSync(Buffer.from(body));
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(Buffer.byteLength(body), 22);
  local.writeUInt16LE(name.length, 26);
  return Buffer.concat([local, Buffer.from(name), data]);
}
