// What a person does in the app, in words: go somewhere, wait for figures, import a file.
import assert from "node:assert/strict";

const LIMIT = { timeout: 60_000 };

/** The exact figure behind a tile, as a number. */
export async function figure(page, metric) {
  const tile = page.locator(`[data-metric="${metric}"]`);
  await tile.waitFor(LIMIT);
  return number(await tile.getAttribute("title"));
}

/** All tiles: metric to exact text. */
export async function figures(page) {
  await page.locator("[data-metric]").first().waitFor(LIMIT);
  return page.$$eval("[data-metric]", (tiles) => Object.fromEntries(tiles.map((tile) => [tile.dataset.metric, tile.title])));
}

/** Reads a number as English writes it, with or without a currency sign. */
export function number(text) {
  const digits = (text ?? "").replace(/[^\d.-]/g, "");
  assert.notEqual(digits, "", `no number in ${JSON.stringify(text)}`);
  return Number(digits);
}

/** Waits until the device holds every segment that the company has, and the figures are of them. */
export async function untilHeld(page, rows) {
  await page.waitForFunction((wanted) => Number(document.querySelector("main")?.dataset.rows ?? 0) >= wanted, rows, LIMIT);
  await page.waitForFunction(() => document.querySelector("main")?.dataset.complete === "true", null, LIMIT);
}

/** Scrolls to the cards below the tiles, which are drawn once they come near the screen. */
export async function toCards(page) {
  await page.locator(".near, .board .card").first().waitFor(LIMIT);
  await page.evaluate(() => document.querySelector(".near")?.scrollIntoView());
  await page.locator(".board .card").first().waitFor(LIMIT);
}

/** Waits until the exact figure behind a tile is another. */
export async function untilOther(page, metric, before) {
  const isOther = ([name, old]) => {
    const title = document.querySelector(`[data-metric="${name}"]`)?.title;
    return title && Number(title.replace(/[^\d.-]/g, "")) !== old;
  };
  await page.waitForFunction(isOther, [metric, before], LIMIT);
}

/** Waits until a service worker controls the page and holds the whole build. */
export async function untilInstalled(page) {
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true), null, LIMIT);
  await page.waitForFunction(async () => {
    const assets = JSON.parse(document.getElementById("assets").textContent);
    for (const path of [assets.engine, assets.charts]) if (!(await caches.match(path))) return false;
    return Boolean(await caches.match("/"));
  }, null, LIMIT);
}

/** Gives the app a file and confirms how it is read; answers what it says became of it. */
export async function importFile(page, file) {
  const outcome = await chooseFile(page, file);
  if (outcome.refused !== undefined) return outcome;
  await page.click("[data-testid=import-start]");
  return imported(page);
}

/** Gives the app a file: a preview, or why it is refused. */
export async function chooseFile(page, file) {
  await page.click("[data-testid=nav-import]");
  await page.locator("[data-testid=import-file]").waitFor({ state: "attached", ...LIMIT });
  await page.setInputFiles("[data-testid=import-file]", file);
  const either = page.locator("[data-testid=import-preview], [data-testid=import-refused]");
  await either.first().waitFor(LIMIT);
  return refusal(page);
}

/** What became of the import that is running. */
export async function imported(page) {
  const either = page.locator("[data-testid=import-report], [data-testid=import-refused]");
  await either.first().waitFor({ timeout: 120_000 });
  const refused = await refusal(page);
  if (refused.refused !== undefined) return refused;
  const { rows, taken, duplicates, rejected } = await page.$eval("[data-testid=import-report]", (report) => ({ ...report.dataset }));
  return { rows: Number(rows), taken: Number(taken), duplicates: Number(duplicates), rejected: Number(rejected) };
}

async function refusal(page) {
  const refused = page.locator("[data-testid=import-refused]");
  return (await refused.count()) > 0 ? { refused: await refused.first().textContent() } : {};
}

/** A file as playwright takes it. */
export function asFile(name, bytes) {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) };
}
