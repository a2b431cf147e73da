// The forecast screen: what a step is made of, what was unusual, and what each product will bring; computed by a
// worker of its own that is fetched when it is first needed, and without a network from a cold start.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { untilHeld, untilInstalled } from "./support/app.mjs";
import { launchProfile, setOffline } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

const DEMO_ROWS = 300_000;
const LIMIT = { timeout: 120_000 };
const DAY_MS = 86_400_000;
// The demo company's integration with Hepsiburada is down on these days before today (docs/demo-company.md).
const OUTAGE = [46, 44];

describe("forecast", () => {
  let stack, profile, context, page, troubles;

  before(async () => {
    stack = await startStack({ demo: true });
    profile = await mkdtemp(join(tmpdir(), "meschain-profile-"));
    ({ context, page, troubles } = await launchProfile(profile));
  });
  after(async () => {
    await context.close();
    await stack.stop();
    await rm(profile, { recursive: true, force: true });
  });

  const visit = async (path) => {
    await page.goto(stack.origin + path);
    await untilHeld(page, DEMO_ROWS);
  };
  const isStarted = async () => {
    const session = await context.newCDPSession(page);
    const { targetInfos } = await session.send("Target.getTargets", { filter: [{}] });
    await session.detach();
    return targetInfos.some(({ url }) => url.includes("/assets/forecaster."));
  };
  const summary = () => page.locator("[data-testid=forecast-summary]").waitFor(LIMIT);
  const parts = () => page.$$eval("[data-testid=parts] div", (rows) => rows.map((row) => row.textContent));
  const products = () => page.$$eval("[data-testid=product-forecasts] li", (rows) =>
    rows.map((row) => ({ mean: Number(row.dataset.mean), name: row.querySelector(".bar-name").textContent })));

  test("the forecaster starts with the first forecast, not before", async () => {
    await visit("/settings");
    await page.locator("[data-testid=storage]").waitFor(LIMIT);
    assert.equal(await isStarted(), false);
    await visit("/forecast?metric=net-revenue&period=last-90");
    await summary();
    assert.equal(await isStarted(), true);
  });

  test("a step is taken apart by the slider and where the chart is touched", async () => {
    await visit("/forecast?metric=net-revenue&period=last-90");
    await summary();
    const slider = page.locator("[data-testid=step]");
    await slider.waitFor(LIMIT);
    const day = () => page.locator("[data-testid=step-day]").textContent();
    const [first, of] = [await day(), await parts()];
    assert.ok(of.length >= 5, `level, trend, week, rest and the sum: ${of}`);
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((old) => document.querySelector("[data-testid=step-day]").textContent !== old, first);
    assert.notDeepEqual(await parts(), of);
    assert.equal(await slider.getAttribute("aria-valuetext"), await day());
    // The right end of the chart is the last step.
    const chart = page.locator("[data-testid=chart]");
    await chart.locator("canvas").first().waitFor(LIMIT);
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    await chart.tap({ position: { x: box.width - 40, y: box.height / 2 } });
    await page.waitForFunction(() => Number(document.querySelector("[data-testid=step]").value) > 15);
    assert.ok((await slider.boundingBox()).height >= 44);
  });

  test("the days on which a channel was down are told, and more are where more is wished", async () => {
    await visit("/forecast?metric=net-revenue&period=last-90&filter=channel%3Ahepsiburada");
    const list = page.locator("[data-testid=unusual]");
    await list.waitFor(LIMIT);
    const days = () => list.locator("dt strong").allTextContents();
    const ago = (text) => Math.round((Date.now() - Date.parse(`${text} UTC`)) / DAY_MS);
    const told = await days();
    assert.ok(told.some((text) => ago(text) >= OUTAGE[1] - 1 && ago(text) <= OUTAGE[0] + 1), `${told}`);
    const knob = page.getByRole("group", { name: "What is told" });
    await knob.getByRole("button").nth(2).click();
    await page.waitForFunction((count) => document.querySelectorAll("[data-testid=unusual] dt").length >= count, told.length);
    await page.locator("[data-testid=chart-table]").waitFor();
  });

  test("products are forecast in the background, can be stopped, and add up to the whole", async () => {
    await visit("/forecast?metric=net-revenue&period=last-90");
    await summary();
    await page.evaluate(() => document.querySelector(".near")?.scrollIntoView());
    const stop = page.locator("[data-testid=products-stop]");
    await stop.waitFor(LIMIT);
    await stop.click();
    await page.locator("[data-testid=products-start]").waitFor(LIMIT);
    const began = Date.now();
    await page.click("[data-testid=products-start]");
    await page.locator("[data-testid=product-forecasts]").waitFor(LIMIT);
    const took = Date.now() - began;
    const all = page.locator("[data-testid=products-all]");
    if (await all.count()) await all.click();
    const [whole, ...rows] = await products();
    console.log(`# ${rows.length} series of products in ${took} ms`);
    assert.ok(rows.length > 20);
    assert.equal(rows.reduce((sum, row) => sum + row.mean, 0), whole.mean);
    const own = rows.filter(({ name }) => name !== "Other products").map(({ mean }) => mean);
    assert.deepEqual(own, [...own].sort((a, b) => b - a));
  });

  test("without a network and from a cold start all of it is there, what was computed at once", async () => {
    await untilInstalled(page);
    await page.locator("[data-testid=product-forecasts]").waitFor(LIMIT);
    const before = await products();
    await context.close();
    await stack.crash();
    ({ context, page, troubles } = await launchProfile(profile));
    await setOffline(context, true);
    await visit("/forecast?metric=units&period=last-90");
    await summary();
    await page.locator("[data-testid=parts]").waitFor(LIMIT);
    await page.locator("[data-testid=unusual], [data-testid=unusual-none]").first().waitFor(LIMIT);
    await page.evaluate(() => document.querySelector(".near")?.scrollIntoView());
    const began = Date.now();
    await page.locator("[data-testid=product-forecasts]").waitFor(LIMIT);
    console.log(`# the same products again in ${Date.now() - began} ms`);
    const all = page.locator("[data-testid=products-all]");
    if (await all.count()) await all.click();
    const again = await products();
    assert.deepEqual(again.slice(0, 20), before.slice(0, 20));
    assert.deepEqual(troubles, []);
  });
});
