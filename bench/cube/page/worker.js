// A cube in a web worker, over the segments that the page hands it.
import init, { Engine } from "bench-engine";

let engine;
const WASM = "/engine/bench-cube_bg.wasm";

addEventListener("message", async ({ data }) => {
  if (data.segments) {
    await init({ module_or_path: WASM });
    engine = new Engine(false);
    engine.name_members();
    for (const segment of data.segments) engine.open(segment);
    postMessage("ready");
    return;
  }
  // As between the app and its engine: text.
  postMessage(data.question === null ? "" : engine.json(data.question));
});
