// Where a person is lies in the address: links can be shared, Back returns, what was removed comes back.
import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, describe, test } from "node:test";
import { figure, toCards, untilHeld, untilOther } from "./support/app.mjs";
import { launch, open } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

describe("getting about", () => {
  let stack, browser, context, page, troubles;
  before(async () => {
    stack = await startStack({ demo: true });
    browser = await launch();
  });
  after(async () => {
    await browser.close();
    await stack.stop();
  });
  beforeEach(async () => {
    ({ context, page, troubles } = await open(browser));
    await page.goto(stack.origin);
    await untilHeld(page, 300_000);
  });
  afterEach(async () => {
    await context.close();
  });

  test("demo data says that it is demo data on every screen", async () => {
    for (const screen of ["home", "explore", "forecast", "import", "settings"]) {
      await page.click(`[data-testid=nav-${screen}]`);
      await page.locator("[data-testid=demo-badge]").waitFor();
    }
    assert.deepEqual(troubles, []);
  });

  test("an engine that breaks is started anew, and figures go on", async () => {
    const before = await figure(page, "orders");
    const engine = page.workers().find((worker) => worker.url().includes("/assets/engine."));
    const renewed = page.waitForEvent("worker", (worker) => worker.url().includes("/assets/engine."));
    await engine.evaluate(() => void setTimeout(() => { throw new Error("it broke"); }));
    await renewed;
    await page.selectOption("[data-testid=range]", "last-7");
    await untilOther(page, "orders", before);
    assert.deepEqual(troubles.filter((trouble) => !trouble.includes("it broke")), []);
  });

  test("a link opens what its sender saw", async () => {
    const before = await figure(page, "orders");
    await page.selectOption("[data-testid=range]", "last-7");
    await untilOther(page, "orders", before);
    const whole = await figure(page, "orders");
    await toCards(page);
    await page.locator("[data-testid=breakdown-row]").first().click();
    await page.locator("[data-testid=filter-chip]").waitFor();
    await page.waitForFunction(() => location.search.includes("filter="));
    await untilOther(page, "orders", whole);
    const shown = await figure(page, "orders");
    const other = await open(browser);
    await other.page.goto(page.url());
    await untilHeld(other.page, 300_000);
    assert.equal(await figure(other.page, "orders"), shown);
    await other.context.close();
  });

  test("a removed filter comes back by undo, and Back leaves a drill", async () => {
    const start = page.url();
    await toCards(page);
    await page.locator("[data-testid=breakdown-row]").first().click();
    const chip = page.locator("[data-testid=filter-chip]");
    await chip.waitFor();
    await chip.click();
    await chip.waitFor({ state: "detached" });
    await page.locator(".toast button").click();
    await chip.waitFor();
    await page.goBack();
    await page.goBack();
    await page.goBack();
    assert.equal(page.url(), start);
  });

  test("a long press shows the numbers, a tap the trend", async () => {
    const tile = page.locator('[data-metric="net-revenue"]');
    const exact = await tile.getAttribute("title");
    const box = await tile.boundingBox();
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    const detail = page.locator("[data-testid=detail]");
    await detail.waitFor();
    await page.mouse.up();
    assert.ok((await detail.textContent()).includes(exact));
    await page.keyboard.press("Escape");
    await detail.waitFor({ state: "detached" });
    await tile.click();
    await page.locator("[data-testid=forecast-summary]").waitFor({ timeout: 60_000 });
    assert.match(page.url(), /\/forecast/);
  });

  test("a swipe changes the dashboard", async () => {
    const swipe = (from, to) => page.evaluate(([x, end]) => {
      const target = document.querySelector(".tiles");
      const touch = (clientX) => new Touch({ identifier: 1, target, clientX, clientY: 300 });
      target.dispatchEvent(new TouchEvent("touchstart", { touches: [touch(x)], changedTouches: [touch(x)], bubbles: true }));
      target.dispatchEvent(new TouchEvent("touchend", { touches: [], changedTouches: [touch(end)], bubbles: true }));
    }, [from, to]);
    await swipe(300, 100);
    await page.waitForFunction(() => location.search.includes("board=finance"));
    await swipe(100, 300);
    await page.waitForFunction(() => !location.search.includes("board="));
  });

  test("the whole app can be used by keyboard", async () => {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "content");
    const tile = page.locator('[data-metric="orders"]');
    await tile.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.pathname === "/forecast");
  });
});
