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
  const products = () => page.$$eval("[data-testid=product-forecasts] > li", (rows) =>
    rows.map((row) => ({ mean: Number(row.dataset.mean), name: row.querySelector(".bar-name").textContent })));
  const level = async (name) => {
    const group = page.getByRole("group", { name: "By", exact: true });
    await group.getByRole("button", { name, exact: true }).click();
    await group.locator("button[aria-pressed=true]", { hasText: name }).waitFor(LIMIT);
  };

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

  test("the chance that a limit is crossed follows the slider, the side and what is held against it", async () => {
    await visit("/forecast?metric=net-revenue&period=last-90");
    await summary();
    const slider = page.locator("[data-testid=limit]");
    await slider.waitFor(LIMIT);
    assert.ok((await slider.boundingBox()).height >= 44);
    const told = page.locator("[data-testid=limit-chance]");
    const until = (is, chosen) => page.waitForFunction(([low, high]) => {
      const told = document.querySelector("[data-testid=limit-chance] strong")?.textContent.match(/^(\d+)%/);
      return told && Number(told[1]) >= low && Number(told[1]) <= high;
    }, is, LIMIT).catch(async () => assert.fail(`${chosen}: ${await told.textContent()} is not within ${is}`));
    const choose = (name) => page.getByRole("button", { name, exact: true }).click();
    for (const of of ["Any one period", "All together"]) {
      await choose(of);
      await choose("Up to it or above");
      await slider.press("Home");
      await until([99, 100], `${of}, least`);
      await slider.press("End");
      await until([0, 20], `${of}, most`);
      await choose("Down to it or below");
      await until([80, 100], `${of}, most, below`);
      await slider.press("Home");
      await until([0, 20], `${of}, least, below`);
    }
    assert.match(await slider.getAttribute("aria-valuetext"), /\d/);
  });

  test("the running month, its target and the occasions ahead are told", async () => {
    // 90 days end the month on any day.
    await visit("/forecast?metric=net-revenue&period=last-90&horizon=90");
    await summary();
    const running = await page.locator("[data-testid=running]").textContent();
    assert.match(running, /so far .+, expected .+ \(.+ – .+\)/);
    const chance = await page.locator("[data-testid=chance]").textContent();
    assert.match(chance, /\d+\s?% likely to reach the target of /);
    const occasions = await page.$$eval("[data-testid=occasions] div", (rows) => rows.map((row) => row.textContent));
    console.log(`# ${running} ${chance} ${occasions.join(" | ")}`);
    for (const row of occasions) assert.match(row, /\d.*: .+(usually .*%|no effect found)/);
    await visit("/forecast?metric=average-order-value&period=last-90");
    await summary();
    assert.equal(await page.locator("[data-testid=running]").count(), 0, "a mean does not add up");
  });

  test("days without stock of a product are replaced, told, and left as they were where that is wished", async () => {
    await visit("/forecast?metric=units&period=last-90&filter=product%3AEVY-0001");
    await summary();
    const line = () => page.locator("[data-testid=replaced]").textContent();
    assert.match(await line(), /days sold out, \d+/);
    const knob = page.getByRole("group", { name: "Learn from the history" });
    await knob.getByRole("button", { name: "As it was", exact: true }).click();
    await page.waitForFunction(() =>
      document.querySelector("[data-testid=replaced]")?.textContent === "No value was replaced.", null, LIMIT);
    const box = await knob.getByRole("button").first().boundingBox();
    assert.ok(box.height >= 44);
  });

  test("unusual days of a channel that was down are told with what was usual, and fewer where fewer are wished", async () => {
    await visit("/forecast?metric=net-revenue&period=last-90&filter=channel%3Ahepsiburada");
    const knob = page.getByRole("group", { name: "What is told" });
    const told = async (place) => {
      await knob.getByRole("button").nth(place).click();
      await knob.locator(`button:nth-child(${place + 1})[aria-pressed=true]`).waitFor(LIMIT);
      // The answer of the new setting replaces the one before: the list has settled once it stays as it is.
      await page.waitForFunction(() => {
        const list = document.querySelector("[data-testid=unusual], [data-testid=unusual-none]")?.textContent;
        const before = globalThis.listBefore;
        globalThis.listBefore = list;
        return list !== undefined && list === before;
      }, null, { polling: 700, ...LIMIT });
      await page.locator("[data-testid=unusual], [data-testid=unusual-none]").first().waitFor(LIMIT);
      return page.$$eval("[data-testid=unusual] > div", (rows) => rows.map((row) => row.textContent));
    };
    const [fewest, usual, most] = [await told(0), await told(1), await told(2)];
    assert.ok(most.length > 0, "nothing is told at the most sensitive setting");
    assert.ok(fewest.length <= usual.length && usual.length <= most.length, `${fewest.length} ${usual.length} ${most.length}`);
    for (const row of most) {
      const day = Date.parse(`${row.split(" · ")[0]} UTC`);
      assert.ok(Date.now() - day < 92 * DAY_MS, row);
      assert.match(row, /· (notable|clear|extreme).+; usual: .+ to .+/);
    }
    console.log(`# told of the last 90 days: ${most.join(" | ")}`);
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

  test("categories and channels add up to the same whole, and a category opens to its products", async () => {
    const [{ mean: whole }] = await products();
    for (const name of ["Category", "Channel"]) {
      await level(name);
      const [first, ...rows] = await products();
      assert.equal(first.mean, whole, name);
      assert.ok(rows.length > 1, name);
      assert.equal(rows.reduce((sum, row) => sum + row.mean, 0), whole, name);
    }
    await level("Category");
    const category = page.locator("[data-testid=product-forecasts] > li", { has: page.locator("details") }).first();
    await category.locator("summary").click();
    await category.locator("details li").first().waitFor(LIMIT);
    const sum = await category.evaluate((row) => Number(row.dataset.mean));
    const own = await category.locator("details li").evaluateAll((rows) => rows.map((row) => Number(row.dataset.mean)));
    assert.equal(own.reduce((a, b) => a + b, 0), sum);
    assert.ok((await category.locator("summary").boundingBox()).height >= 44);
    await level("Product");
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
