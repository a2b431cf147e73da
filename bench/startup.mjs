// How long a person waits for the first figure, on a slow network with a slow phone.
//
// Chromium as a phone, 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip, a CPU of a quarter of this
// machine's speed. Cold: nothing stored. Warm: second visit, from what the service worker holds, in a tab
// of its own and once more in the same tab, whose process the browser need not start. Bare page: the same
// for a file of a few words, which is what the browser itself takes. Measured from the start of the
// navigation to the frame after the first KPI value (bare page: text), in turn, several times.
// Prints one JSON line per kind.
import { launch, SIZES } from "../tests/e2e/support/browser.mjs";
import { untilHeld, untilInstalled } from "../tests/e2e/support/app.mjs";
import { startStack } from "../tests/e2e/support/stack.mjs";

// A file of a few words that every browser shows as text.
const BARE = "/manifest.webmanifest";
const ROUNDS = Number(process.argv[2] ?? 5);
const NETWORK = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

const stack = await startStack({ demo: true });
const browser = await launch();
const found = { cold: [], warm: [], "warm, same tab": [], "bare page": [], "bare page, same tab": [] };
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await browser.newContext({ ...SIZES.phone, locale: "en-GB" });
    const first = await slowTab(context, atFigure);
    found.cold.push(await visit(first, "/"));
    await first.close();
    const page = await context.newPage();
    await page.goto(stack.origin);
    await untilHeld(page, 300_000);
    await untilInstalled(page);
    await page.close();
    for (const [kind, look, path] of [["warm", atFigure, "/"], ["bare page", atText, BARE]]) {
      const tab = await slowTab(context, look);
      found[kind].push(await visit(tab, path));
      found[`${kind}, same tab`].push(await visit(tab, path));
      await tab.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
  await stack.stop();
}
for (const [kind, runs] of Object.entries(found)) {
  const sorted = runs.toSorted((a, b) => a - b);
  console.log(JSON.stringify({
    bench: "startup", kind, rounds: runs.length, cpu_slowdown: 4, network: "slow 4G",
    shown_ms: { p50: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) },
  }));
}

async function slowTab(context, look) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", NETWORK);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.addInitScript(look);
  return page;
}

async function visit(page, path) {
  await page.goto(stack.origin + path, { waitUntil: "commit" });
  const handle = await page.waitForFunction(() => window.shownAfter, null, { timeout: 60_000 });
  return Math.round(await handle.jsonValue());
}

/** Runs in the page: notes the frame after the first KPI value. */
function atFigure() {
  const look = () => {
    const value = document.querySelector("[data-testid=kpi-value]:not(.missing)");
    if (value?.textContent.trim()) requestAnimationFrame(() => (window.shownAfter = performance.now()));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Runs in the page: notes the frame after the first text. */
function atText() {
  const look = () => {
    if (document.body?.textContent.trim()) requestAnimationFrame(() => (window.shownAfter = performance.now()));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
