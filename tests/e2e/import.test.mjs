// From a file to figures, through the page: every row accounted for, sums equal to an independent
// computation, nothing lost or counted twice when the tab or the edge dies.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { asFile, chooseFile, figure, imported, importFile, number, toCards, untilHeld } from "./support/app.mjs";
import { launch, open } from "./support/browser.mjs";
import { hostileFiles, orderLines } from "./support/files.mjs";
import { startStack } from "./support/stack.mjs";

const ALL_DAYS = "period=2026-01-01..2026-06-30";
const UCI = ["../shared/data/orders/online_retail.csv.gz"].find(existsSync);

describe("an import", () => {
  let stack, browser, context, page, troubles;

  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  beforeEach(async () => {
    stack = await startStack();
    ({ context, page, troubles } = await open(browser));
    await page.goto(stack.invite);
    await page.locator("[data-testid=new-company]").waitFor();
  });
  afterEach(async () => {
    await context.close();
    await stack.stop();
  });

  const own = () => new URL(page.url()).searchParams.get("company") ?? "";
  const look = (parameters) => page.goto(`${stack.origin}/?company=${own()}&${parameters}`);

  test("becomes figures that an independent sum confirms, and sending it again changes nothing", async () => {
    const lines = orderLines({ rows: 3000 });
    const file = asFile("orders.csv", lines.csv);
    assert.deepEqual(await importFile(page, file), { rows: 3000, taken: 3000, duplicates: 0, rejected: 0 });
    await page.click("[data-testid=see-dashboard]");
    await look(ALL_DAYS);
    await untilHeld(page, 3000);
    assert.equal(await figure(page, "net-revenue"), Number(lines.netMinor) / 100);
    assert.equal(await figure(page, "units"), lines.units);
    for (const [channel, minor] of lines.byChannel) {
      const row = page.locator(`[data-testid=breakdown-row][data-key="${channel}"]`).first();
      await toCards(page);
      await row.waitFor();
      assert.equal(number(await row.getAttribute("title")), Number(minor) / 100, channel);
    }
    assert.deepEqual(await importFile(page, file), { rows: 3000, taken: 0, duplicates: 3000, rejected: 0 });
    await look(ALL_DAYS);
    await untilHeld(page, 3000);
    assert.equal(await figure(page, "net-revenue"), Number(lines.netMinor) / 100);
    assert.deepEqual(troubles, []);
  });

  test("goes on where a closed tab left it", async () => {
    const lines = orderLines({ seed: 7, rows: 60_000 });
    await chooseFile(page, asFile("orders.csv", lines.csv));
    await page.click("[data-testid=import-start]");
    await page.locator("[data-testid=import-progress]").waitFor();
    // Once a part is staged, the file itself is not needed any more.
    await page.waitForFunction(
      () => ["Sending", "Working"].some((word) => document.querySelector("[data-testid=import-progress]")?.textContent.includes(word)),
      null,
      { timeout: 60_000 },
    );
    await page.close();
    page = await context.newPage();
    await page.goto(`${stack.origin}/import`);
    const report = await imported(page);
    assert.equal(report.rows, 60_000);
    assert.equal(report.taken + report.duplicates, 60_000);
    await page.click("[data-testid=see-dashboard]");
    await look(ALL_DAYS);
    await untilHeld(page, 60_000);
    assert.equal(await figure(page, "net-revenue"), Number(lines.netMinor) / 100);
  });

  test("outlives the edge being killed", async () => {
    const lines = orderLines({ seed: 9, rows: 60_000 });
    await chooseFile(page, asFile("orders.csv", lines.csv));
    await page.click("[data-testid=import-start]");
    await page.waitForResponse((response) => response.url().includes("/api/ingest/") && response.ok(), { timeout: 60_000 });
    const { state, port } = stack;
    await stack.crash();
    stack = await startStack({ state, port });
    const report = await imported(page);
    assert.equal(report.rows, 60_000);
    assert.equal(report.taken + report.duplicates, 60_000);
    await page.click("[data-testid=see-dashboard]");
    await look(ALL_DAYS);
    await untilHeld(page, 60_000);
    assert.equal(await figure(page, "net-revenue"), Number(lines.netMinor) / 100);
  });

  test("of a bad file says what is wrong and takes what is right", async () => {
    for (const { name, bytes, accepts, says } of hostileFiles()) {
      const outcome = await importFile(page, asFile(name, bytes));
      if (accepts) {
        assert.equal(outcome.refused, undefined, `${name}: ${outcome.refused}`);
        assert.equal(outcome.taken + outcome.duplicates + outcome.rejected, outcome.rows, name);
      } else {
        assert.match(outcome.refused ?? JSON.stringify(outcome), says, name);
      }
    }
    assert.deepEqual(troubles, []);
  });

  test("gives its rejected rows back as a table without formulas", async () => {
    const bad = hostileFiles().find((file) => file.name === "formula.csv");
    await importFile(page, asFile(bad.name, bad.bytes));
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("[data-testid=download-rejected]")]);
    const text = readFileSync(await download.path(), "utf8");
    assert.match(text, /cmd/);
    for (const cell of text.split(/\r?\n/).flatMap((line) => line.split(","))) {
      assert.doesNotMatch(cell.replace(/^\uFEFF?"?/, ""), /^[=+\-@\t]./, cell);
    }
  });

  test("of UCI Online Retail accounts for every row and finds the revenue of every month", async (t) => {
    if (!UCI) {
      t.diagnostic("the data is not here: the excerpt beside tests/conformance is imported instead");
    }
    const known = JSON.parse(readFileSync(UCI ? "tests/conformance/uci_online_retail.json" : "tests/conformance/uci_online_retail_excerpt.json", "utf8"));
    const began = Date.now();
    const report = await importFile(page, UCI ?? "tests/conformance/uci_online_retail_excerpt.csv");
    await page.click("[data-testid=see-dashboard]");
    await figure(page, "net-revenue");
    t.diagnostic(`${report.rows} rows queryable after ${Date.now() - began} ms`);
    assert.deepEqual(report, { rows: known.rows, taken: known.taken, duplicates: known.duplicates, rejected: known.rejected });
    await page.goto(`${stack.origin}/explore?company=${own()}&period=2010-12-01..2011-12-31&metric=net-revenue&rows=month&columns=channel`);
    const months = Object.entries(known.net_revenue_minor_by_month).filter(([, minor]) => minor !== 0);
    await page.locator("[data-testid=pivot] tbody tr").nth(months.length - 1).waitFor();
    const shown = await page.$$eval("[data-testid=pivot] tbody tr", (rows) => rows.map((row) => row.lastElementChild.textContent));
    const minors = shown.map((text) => Math.round(number(text) * 100)).filter((minor) => minor !== 0);
    assert.deepEqual(minors, months.map(([, minor]) => minor));
  });
});
