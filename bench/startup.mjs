// How long a person waits for the first figure, on a slow network with a slow phone.
//
// Chromium as a phone, 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip, a CPU of a quarter of this
// machine's speed. Cold: nothing stored. Warm: second visit, through the service worker. Measured from
// the start of the navigation to the frame after the first KPI value, in turn, several times.
// Prints one JSON line per kind.
import { launch, SIZES } from "../tests/e2e/support/browser.mjs";
import { untilHeld, untilInstalled } from "../tests/e2e/support/app.mjs";
import { startStack } from "../tests/e2e/support/stack.mjs";

const ROUNDS = Number(process.argv[2] ?? 5);
const NETWORK = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

const stack = await startStack({ demo: true });
const browser = await launch();
const found = { cold: [], warm: [] };
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await browser.newContext({ ...SIZES.phone, locale: "en-GB" });
    found.cold.push(await visit(context, true));
    const page = await context.newPage();
    await page.goto(stack.origin);
    await untilHeld(page, 300_000);
    await untilInstalled(page);
    await page.close();
    found.warm.push(await visit(context, true));
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
    first_kpi_ms: { p50: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) },
  }));
}

async function visit(context, throttled) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  if (throttled) {
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", NETWORK);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  }
  await page.addInitScript(() => {
    const look = () => {
      const value = document.querySelector("[data-testid=kpi-value]:not(.missing)");
      if (value?.textContent.trim()) requestAnimationFrame(() => (window.firstFigure = performance.now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(stack.origin, { waitUntil: "commit" });
  const handle = await page.waitForFunction(() => window.firstFigure, null, { timeout: 60_000 });
  const taken = Math.round(await handle.jsonValue());
  await page.close();
  return taken;
}
