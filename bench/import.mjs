// From a chosen file to figures: UCI Online Retail through the page, rows a second at each step.
// Prints one JSON line. Needs the data set; says so where it is missing.
import { existsSync } from "node:fs";
import { chooseFile, figure, imported } from "../tests/e2e/support/app.mjs";
import { launch, open } from "../tests/e2e/support/browser.mjs";
import { startStack } from "../tests/e2e/support/stack.mjs";

const file = process.argv[2] ?? "../shared/data/orders/online_retail.csv.gz";
if (!existsSync(file)) {
  console.error(`${file} is not here: name a file of order lines`);
  process.exit(1);
}
const stack = await startStack();
const browser = await launch();
try {
  const { page } = await open(browser);
  await page.goto(stack.invite);
  await page.locator("[data-testid=new-company]").waitFor();
  const began = performance.now();
  await chooseFile(page, file);
  const previewed = performance.now();
  await page.click("[data-testid=import-start]");
  const heap = [];
  const session = await page.context().newCDPSession(page);
  const watch = setInterval(async () => {
    const { usedSize } = await session.send("Runtime.getHeapUsage").catch(() => ({ usedSize: 0 }));
    heap.push(usedSize);
  }, 500);
  const report = await imported(page);
  const ended = performance.now();
  clearInterval(watch);
  await page.click("[data-testid=see-dashboard]");
  await figure(page, "net-revenue");
  const shown = performance.now();
  console.log(JSON.stringify({
    bench: "import", ...report, preview_ms: Math.round(previewed - began), import_ms: Math.round(ended - previewed),
    queryable_ms: Math.round(shown - began), page_heap_bytes_max: Math.max(...heap),
  }));
} finally {
  await browser.close();
  await stack.stop();
}
