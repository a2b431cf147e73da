// Forecasts series with the product's crate as WebAssembly. `window.bench` is called by the program outside.
import init, { Series } from "/engine/bench-forecast.js";

await init();

/** One model on the series of a file: the best of two runs, and the line of its scores. */
window.bench = async (file, text, every, model) => {
  const series = new Series(text, every);
  // Compiled and warm before the clock runs.
  new Series(text, every * 20).run(model);
  const times = [];
  for (let run = 0; run < 2; run += 1) {
    const began = performance.now();
    series.run(model);
    times.push(performance.now() - began);
  }
  return series.line(file, model, Math.min(...times) / series.count());
};
window.ready = true;
