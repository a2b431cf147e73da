// What tests of the settings share: getting there, asking the edge as the page does, and looking at a section.
import assert from "node:assert/strict";
import { violations } from "./browser.mjs";

const LIMIT = { timeout: 60_000 };

/** Opens the settings and waits until every section is here. */
export async function toSettings(page) {
  await page.click("[data-testid=nav-settings]");
  await page.locator("[data-testid=devices] h3").first().waitFor(LIMIT);
  await settled(page);
}

/** Waits until nothing is on its way. */
export async function settled(page) {
  try {
    await page.waitForFunction(() => document.querySelectorAll(".skeleton").length === 0, null, LIMIT);
  } catch {
    const around = await page.$$eval(".skeleton", (all) => all.map((one) => (one.closest("section") ?? one.parentElement).outerHTML.slice(0, 400)));
    assert.fail(`still on its way: ${around.join("\n")}`);
  }
}

/** Asks the edge with the page's session; gives status and body. */
export function ask(page, method, path, body) {
  return page.evaluate(async ([method, path, body]) => {
    const options = body === undefined ? { method } : { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(path, options);
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  }, [method, path, body]);
}

/** Waits until the edge says something that holds, and gives it. */
export async function untilTold(page, path, holds, what) {
  for (const end = Date.now() + LIMIT.timeout; ; ) {
    const { body } = await ask(page, "GET", path);
    if (holds(body)) return body;
    if (Date.now() > end) assert.fail(`${what}: ${JSON.stringify(body)}`);
    await new Promise((go) => setTimeout(go, 100));
  }
}

/** Waits until something is so on this side. */
export async function until(holds, what) {
  for (const end = Date.now() + LIMIT.timeout; !holds(); ) {
    if (Date.now() > end) assert.fail(what);
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** A section has no barrier that axe finds, targets for thumbs, and nothing is wider than the screen. */
export async function isOpenToAll(page, section) {
  assert.deepEqual(await violations(page), [], section);
  const low = await page.$$eval(`[data-testid=${section}] :is(button, summary, label, select, textarea, input:not([type=checkbox]))`, (targets) =>
    targets.map((target) => [target.textContent, target.getBoundingClientRect().height]).filter(([, height]) => height > 0 && height < 44));
  assert.deepEqual(low, [], section);
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(content <= view, `${section} is ${content} wide on a screen of ${view}`);
}

/** Lets somebody of a role in: their page, at the home screen. */
export async function join(owner, guest, origin, role) {
  const { status, body } = await ask(owner, "POST", "/api/auth/v1/invitations", { name: role, role });
  assert.equal(status, 201, JSON.stringify(body));
  await guest.goto(`${origin}/?join=${body.token}`);
  await guest.waitForFunction(() => fetch("/api/auth/v1/me").then((answer) => answer.json()).then((me) => me.session), null, LIMIT);
  // The company is open once the screen has something of it, or says that there is nothing.
  await guest.locator("[data-testid=new-company], [data-metric]").first().waitFor(LIMIT);
}

/** Changes the language by the settings' own switch. */
export async function inTurkish(page) {
  await page.getByRole("button", { name: "Türkçe" }).click();
  await page.locator('html[lang="tr"]').waitFor(LIMIT);
}
