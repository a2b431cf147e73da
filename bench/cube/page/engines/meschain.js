// The product's cube as WebAssembly: it opens the segments that the edge would send.
let engine;
let memory;
let segments = [];
const names = ["q1", "q2", "q3", "q4", "q5"];

/** Segments of the rows, one per month and channel, as bytes one after another and their lengths. */
export async function prepare(rows) {
  const glue = await import("/engine/bench-cube.js");
  await glue.default();
  const writer = new glue.Writer();
  const parts = [];
  const takeAll = () => {
    for (let bytes = writer.take(); bytes.length > 0; bytes = writer.take()) parts.push(bytes);
  };
  let begin = 0;
  for (let row = 1; row <= rows.count; row += 1) {
    if (row < rows.count && glue.Writer.month(rows.day[row]) === glue.Writer.month(rows.day[begin])) continue;
    const cut = (column) => column.subarray(begin, row);
    writer.push(cut(rows.day), cut(rows.channel), cut(rows.product), cut(rows.quantity), cut(rows.revenue), cut(rows.cost));
    takeAll();
    begin = row;
  }
  return parts;
}

/** Fetches what the page before made. */
export async function fetched(count) {
  const lengths = await (await fetch(`/segments/${count}.json`)).json();
  const bytes = new Uint8Array(await (await fetch(`/segments/${count}`)).arrayBuffer());
  let start = 0;
  segments = lengths.map((length) => bytes.subarray(start, (start += length)));
}

export async function start() {
  const glue = await import("/engine/bench-cube.js");
  ({ memory } = await glue.default());
  engine = new glue.Engine();
}

export async function load() {
  engine.name_members();
  for (const bytes of segments) engine.open(bytes);
}

export const bytes = () => segments.reduce((sum, segment) => sum + segment.length, 0);

/** The time that the last segment takes, which holds 100 new lines, with all open views answered anew. */
export async function delta(rows) {
  const [segment] = await prepare(rows);
  engine.ask_views();
  const began = performance.now();
  engine.open(segment);
  engine.ask_views();
  return performance.now() - began;
}

export const held = () => memory.buffer.byteLength;

export const queries = Object.fromEntries(names.map((name, question) => [name, () => engine.ask(question)]));
queries.brush = (step) => engine.brush(step);
export const json = Object.fromEntries(names.map((name, question) => [name, () => engine.json(question)]));

const firstDay = Date.UTC(2024, 10, 1);
function table(text, isDay) {
  const key = ({ key }) => (isDay ? (Date.parse(key) - firstDay) / 86_400_000 : Number(key));
  return JSON.parse(text).rows.map(({ members, values }) => [...members.map(key), ...values.map((value) => value.value ?? value)]);
}
const readBy = (question, isDay) => () => table(engine.json(question), isDay);
export const read = {
  q1: readBy(0), q2: readBy(1, true), q3: readBy(2), q4: readBy(3), q5: readBy(4),
  brush: (_, step) => table(engine.brush_json(step)),
};
