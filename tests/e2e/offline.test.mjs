// A flight: the product is stopped and the network cut, the browser starts cold, and every screen,
// filter, drill and forecast still answers, with the figures that it had online.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { figure, figures, number, toCards, untilHeld, untilInstalled } from "./support/app.mjs";
import { launchProfile, setOffline } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

const DEMO_ROWS = 300_000;
const BOARDS = ["overview", "finance", "marketing", "operations"];

describe("offline", () => {
  let stack, profile, context, page, troubles;
  const online = {};

  before(async () => {
    stack = await startStack({ demo: true });
    profile = await mkdtemp(join(tmpdir(), "meschain-profile-"));
    ({ context, page, troubles } = await launchProfile(profile));
    await page.goto(stack.origin);
    await untilHeld(page, DEMO_ROWS);
    await untilInstalled(page);
    for (const board of BOARDS) {
      await page.goto(`${stack.origin}/?board=${board}`);
      await untilHeld(page, DEMO_ROWS);
      online[board] = await figures(page);
    }
    await context.close();
    await stack.crash();
    ({ context, page, troubles } = await launchProfile(profile));
    await setOffline(context, true);
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

  for (const board of BOARDS) {
    test(`the ${board} dashboard starts cold with the figures it had`, async () => {
      await visit(`/?board=${board}`);
      await page.locator("[data-testid=offline]").waitFor();
      assert.deepEqual(await figures(page), online[board]);
    });
  }

  test("a filter is found, set, drilled down and taken back", async () => {
    await visit("/?period=last-90");
    const whole = await figure(page, "net-revenue");
    await toCards(page);
    const shown = await page.locator("[data-testid=breakdown-row]").first();
    await shown.waitFor();
    const part = number(await shown.getAttribute("title"));
    await shown.click();
    await page.waitForFunction((old) => Number(document.querySelector('[data-metric="net-revenue"]')?.title.replace(/[^\d.]/g, "")) !== old, whole);
    assert.equal(await figure(page, "net-revenue"), part);
    assert.match(page.url(), /filter=channel/);
    await page.goBack();
    await page.waitForFunction((old) => Number(document.querySelector('[data-metric="net-revenue"]')?.title.replace(/[^\d.]/g, "")) === old, whole);
    await page.click("[data-testid=filter]");
    await page.locator("[data-testid=member]").first().click();
    await page.locator("[data-testid=filter-chip]").waitFor();
    assert.ok((await figure(page, "net-revenue")) <= whole);
  });

  test("a pivot table adds up", async () => {
    await visit("/explore?period=last-90&metric=net-revenue&rows=channel&columns=month");
    await page.locator("[data-testid=pivot] tbody tr").nth(4).waitFor();
    const rows = await page.$$eval("[data-testid=pivot] tr", (found) =>
      found.map((row) => [...row.cells].map((cell) => cell.textContent)));
    const [, ...body] = rows.map((row) => row.slice(1).map((cell) => (/\d/.test(cell) ? Math.round(Number(cell.replace(/[^\d.-]/g, "")) * 100) : 0)));
    const total = body.pop();
    for (const row of body) assert.equal(row.slice(0, -1).reduce((sum, cell) => sum + cell, 0), row.at(-1));
    for (const [at, sum] of total.entries()) assert.equal(body.reduce((all, row) => all + row[at], 0), sum);
  });

  test("the pivot table leads into a month and a channel, and out again", async () => {
    await visit("/explore?period=last-90&metric=net-revenue&rows=channel&columns=month");
    const heads = page.locator("[data-testid=pivot] thead button");
    await heads.nth(1).waitFor();
    await heads.nth(1).click();
    await page.waitForFunction(() => location.search.includes("columns=week"));
    await page.locator("[data-testid=columns-up]").click();
    await page.waitForFunction(() => !location.search.includes("columns="));
    await page.locator("[data-testid=pivot] tbody button").first().click();
    await page.locator("[data-testid=filter-chip]").waitFor();
    await page.waitForFunction(() => location.search.includes("filter=channel"));
    assert.match(page.url(), /period=20/);
    await page.locator("[data-testid=pivot] tbody button").first().waitFor();
  });

  test("a forecast is computed on the device, with its band and what past ones were worth", async () => {
    await visit("/forecast?metric=net-revenue&filter=channel%3Atrendyol");
    const summary = page.locator("[data-testid=forecast-summary]");
    await summary.waitFor({ timeout: 60_000 });
    assert.ok(number((await summary.locator(".big").textContent()).replace(/[KM]$/, "")) > 0);
    await page.locator("[data-testid=chart] canvas").first().waitFor();
    await page.click("[data-testid=chart-table]");
    const bands = await page.$$eval(".chart-box table tbody tr", (rows) =>
      rows.map((row) => [...row.cells].slice(2).map((cell) => cell.textContent)).filter(([lower]) => lower));
    assert.equal(bands.length, 30);
  });

  test("settings tell what is stored, import says that it waits for the network", async () => {
    await visit("/settings");
    await page.locator("[data-testid=storage]").waitFor();
    await visit("/import");
    await page.locator("h1").waitFor();
    assert.deepEqual(troubles, []);
  });
});
