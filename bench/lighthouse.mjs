// What Lighthouse says of the home screen on a phone: performance, accessibility, best practices.
// Prints one JSON line.
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { freePort, startStack } from "../tests/e2e/support/stack.mjs";

const stack = await startStack({ demo: true });
const port = await freePort();
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
});
try {
  const paths = process.argv.slice(2);
  for (const path of paths.length > 0 ? paths : ["/", "/explore", "/forecast", "/import", "/settings"]) {
    const { lhr } = await lighthouse(stack.origin + path, {
      port, logLevel: "error", output: "json", onlyCategories: ["performance", "accessibility", "best-practices"],
    });
    const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]));
    const missed = Object.values(lhr.audits).filter(({ score }) => score !== null && score < 0.9).map(({ id }) => id);
    console.log(JSON.stringify({
      bench: "lighthouse", path, ...scores, missed,
      first_contentful_paint_ms: Math.round(lhr.audits["first-contentful-paint"].numericValue),
      largest_contentful_paint_ms: Math.round(lhr.audits["largest-contentful-paint"].numericValue),
      total_blocking_ms: Math.round(lhr.audits["total-blocking-time"].numericValue),
      layout_shift: lhr.audits["cumulative-layout-shift"].numericValue,
    }));
  }
} finally {
  await browser.close();
  await stack.stop();
}
