// The product's cube as WebAssembly: it opens the segments that the edge would send, from IndexedDB, as the
// product keeps them there.
import init, * as glue from "bench-engine";

const WASM = "/engine/bench-cube_bg.wasm";
const NAMES = ["q1", "q2", "q3", "q4", "q5"];
const FIRST_DAY = Date.UTC(2024, 10, 1);

/** The cube with the columns that all engines get; with `buyers`, its lines name orders and customers too. */
function cube(buyers) {
  let engine;
  let memory;
  let bytesStored = 0;
  const kept = (count) => `/segments/${buyers ? "buyers-" : ""}${count}`;

  /**
   * Segments of the rows, one per month and channel. Orders and customers go on from those of as many lines
   * before.
   */
  async function prepare(rows, linesBefore = 0) {
    await init({ module_or_path: WASM });
    const writer = buyers ? new glue.Writer(linesBefore) : glue.Writer.without_buyers();
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

  /** Leaves the segments of the rows with the server, one after another and their lengths. */
  async function leave(rows) {
    const parts = await prepare(rows);
    await fetch(`${kept(rows.count)}.json`, { method: "PUT", body: JSON.stringify(parts.map(({ length }) => length)) });
    await fetch(kept(rows.count), { method: "PUT", body: new Blob(parts) });
  }

  /** Fetches what the page before made and stores it as the product stores what it has fetched. */
  async function fetched(count) {
    const lengths = await (await fetch(`${kept(count)}.json`)).json();
    const bytes = new Uint8Array(await (await fetch(kept(count))).arrayBuffer());
    const shelf = await glue.Shelf.anew();
    let start = 0;
    for (const length of lengths) await shelf.put(bytes.subarray(start, (start += length)));
    await shelf.finish();
    shelf.free();
    bytesStored = bytes.length;
  }

  async function start() {
    ({ memory } = await init({ module_or_path: WASM }));
    engine = new glue.Engine(buyers);
  }

  /** The time that one more segment takes, which holds 100 new lines, with all open views answered. */
  function delta(segment) {
    engine.open(segment);
    return engine.ask_views();
  }

  const queries = Object.fromEntries(NAMES.map((name, question) => [name, () => engine.ask(question)]));
  queries.brush = (step) => engine.brush(step);
  const readBy = (question, isDay) => () => table(engine.json(question), isDay);
  return {
    prepare, leave, fetched, start, delta, queries,
    /** Opens what is stored, by the product's own code: manifest, names and segments. */
    load: () => engine.load(),
    bytes: () => bytesStored,
    held: () => memory.buffer.byteLength,
    json: Object.fromEntries(NAMES.map((name, question) => [name, () => engine.json(question)])),
    read: {
      q1: readBy(0), q2: readBy(1, true), q3: readBy(2), q4: readBy(3), q5: readBy(4),
      brush: (_, step) => table(engine.brush_json(step)),
    },
  };
}

function table(text, isDay) {
  const key = ({ key }) => (isDay ? (Date.parse(key) - FIRST_DAY) / 86_400_000 : Number(key));
  return JSON.parse(text).rows.map(({ members, values }) => [...members.map(key), ...values.map((value) => value.value ?? value)]);
}

export const meschain = cube(false);
export const meschainBuyers = cube(true);
