// Every screen in both themes and both languages: no barrier that axe finds, targets for thumbs, nothing
// wider than the screen, numbers as the language writes them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { toCards, untilHeld } from "./support/app.mjs";
import { launch, open, violations } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

const SCREENS = ["/", "/?board=finance", "/?board=marketing", "/?board=operations", "/explore", "/forecast", "/import", "/settings", "/developers", "/developers?operation=getDashboard", "/developers/usage"];

describe("screens", () => {
  let stack, browser;
  before(async () => {
    stack = await startStack({ demo: true });
    browser = await launch();
  });
  after(async () => {
    await browser.close();
    await stack.stop();
  });

  const looks = [
    { size: "phone", theme: "light", locale: "en-GB" },
    { size: "phone", theme: "dark", locale: "tr-TR" },
    { size: "tablet", theme: "dark", locale: "en-GB" },
    { size: "desktop", theme: "light", locale: "tr-TR" },
  ];
  for (const look of looks) {
    test(`are open to everybody: ${Object.values(look).join(", ")}`, async () => {
      const { context, page, troubles } = await open(browser, look);
      await page.goto(stack.origin);
      await untilHeld(page, 300_000);
      for (const path of SCREENS) {
        await page.goto(stack.origin + path);
        await untilHeld(page, 300_000);
        if (path.startsWith("/?") || path === "/") await toCards(page);
        await settled(page);
        assert.deepEqual(await violations(page), [], path);
        assert.deepEqual(await tooSmall(page), [], path);
        const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
        assert.ok(content <= view, `${path} is ${content} wide on a screen of ${view}`);
      }
      assert.deepEqual(troubles, []);
      await context.close();
    });
  }

  test("write numbers, days and words in the language chosen", async () => {
    const { context, page } = await open(browser, { locale: "tr-TR" });
    await page.goto(stack.origin);
    await untilHeld(page, 300_000);
    assert.equal(await page.getAttribute("html", "lang"), "tr");
    const title = await page.getAttribute('[data-metric="net-revenue"]', "title");
    assert.match(title, /^₺\d{1,3}(\.\d{3})*,\d{2}$/);
    await page.goto(`${stack.origin}/settings`);
    await page.getByRole("button", { name: "English" }).click();
    await page.locator('html[lang="en"]').waitFor();
    await page.click("[data-testid=nav-home]");
    const english = page.locator('[data-metric="net-revenue"]');
    await english.waitFor();
    assert.match(await english.getAttribute("title"), /^₺\d{1,3}(,\d{3})*\.\d{2}$/);
    await context.close();
  });

  test("offer the way to the home screen that the browser has", async () => {
    const { context, page } = await open(browser);
    await page.goto(`${stack.origin}/settings`);
    await page.locator("[data-testid=storage]").waitFor();
    assert.equal(await page.locator("[data-testid=install], [data-testid=install-share]").count(), 0);
    // The offer comes late, is good for one question, and is gone then.
    await page.evaluate(() => {
      const offer = new Event("beforeinstallprompt", { cancelable: true });
      offer.prompt = async () => ({ outcome: "accepted" });
      dispatchEvent(offer);
    });
    await page.click("[data-testid=install]");
    await page.locator(".toast", { hasText: "Installed" }).waitFor();
    await page.locator("[data-testid=install]").waitFor({ state: "detached" });
    await page.addInitScript(() => Object.defineProperty(navigator, "standalone", { value: false }));
    await page.reload();
    await page.locator("[data-testid=install-share]").waitFor();
    await context.close();
  });
});

async function settled(page) {
  await page.waitForFunction(() => document.querySelectorAll(".skeleton").length === 0, null, { timeout: 60_000 });
}

/** Controls that a thumb would miss: under 44 px in either direction. */
function tooSmall(page) {
  return page.$$eval("main button, main select, main input:not(.visually-hidden):not([type=checkbox]), main summary, nav a", (controls) =>
    controls
      .filter((control) => control.offsetParent !== null)
      .map((control) => [control.getBoundingClientRect(), control])
      .filter(([box]) => box.height < 43.5 || box.width < 43.5)
      .map(([box, control]) => `${control.outerHTML.slice(0, 80)} ${Math.round(box.width)}x${Math.round(box.height)}`));
}
