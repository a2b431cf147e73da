// Keys for programs as their owner handles them: made and copied once, used, replaced, ended, taken back.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, open, violations } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };

describe("keys", () => {
  let stack, browser, context, page, troubles;

  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  beforeEach(async () => {
    stack = await startStack();
    ({ context, page, troubles } = await open(browser));
    await page.goto(stack.invite);
    await page.locator("[data-testid=new-company]").waitFor(LIMIT);
    await page.click("[data-testid=nav-settings]");
    await page.locator("[data-testid=keys-none]").waitFor(LIMIT);
  });
  afterEach(async () => {
    await context.close();
    await stack.stop();
  });

  const asked = async (secret, path) => {
    const answer = await fetch(`${stack.origin}${path}`, { headers: { authorization: `Bearer ${secret}` } });
    return answer.status;
  };

  test("a key is shown once, works, is replaced, ended and taken back", async () => {
    await page.click("[data-testid=key-new]");
    await page.fill("[data-testid=key-name]", "ERP");
    await page.check("[data-scope='write:ingest']");
    assert.deepEqual(await violations(page), []);
    const low = await page.$$eval("[data-testid=keys] :is(button, summary, label, input:not([type=checkbox]))", (targets) =>
      targets.map((target) => [target.textContent, target.getBoundingClientRect().height]).filter(([, height]) => height > 0 && height < 44));
    assert.deepEqual(low, []);
    await page.click("[data-testid=key-make]");
    await page.locator("[data-testid=key-secret]").waitFor(LIMIT);
    const secret = await page.locator("[data-testid=key-secret]").textContent();
    assert.match(secret, /^mbk_[0-9A-Za-z]{49}$/);
    const company = await page.evaluate(() => fetch("/api/auth/v1/me").then((answer) => answer.json()).then((me) => me.companies[0].profile.id));
    const manifest = `/api/sync/v1/manifest?company=${company}`;
    assert.equal(await asked(secret, manifest), 200);
    assert.equal(await asked(secret, `/api/ingest/v1/batches?company=${company}`), 403);

    await page.click("[data-testid=key-rotate]");
    await page.waitForFunction((old) => {
      const shown = document.querySelector("[data-testid=key-secret]")?.textContent;
      return shown && shown !== old;
    }, secret);
    const next = await page.locator("[data-testid=key-secret]").textContent();
    assert.deepEqual([await asked(secret, manifest), await asked(next, manifest)], [200, 200]);

    await page.click("[data-testid=key-end]");
    await page.locator("[data-testid=keys-none]").waitFor(LIMIT);
    assert.equal(await asked(next, manifest), 401);
    await page.click("[data-testid=key-undo]");
    await page.locator("[data-testid=key]").waitFor(LIMIT);
    assert.equal(await asked(next, manifest), 200);

    await page.reload();
    await page.locator("[data-testid=key]").waitFor(LIMIT);
    assert.equal(await page.locator("[data-testid=key-secret]").count(), 0, "a secret is shown once");
    assert.deepEqual(troubles, []);
  });

  test("an address that is none makes no key, and says so in Turkish", async () => {
    await page.getByRole("radio", { name: "Türkçe" }).or(page.getByRole("button", { name: "Türkçe" })).first().click();
    await page.click("[data-testid=key-new]");
    await page.fill("[data-testid=key-name]", "ERP");
    await page.fill("[data-testid=key-networks]", "10.0.0.1/8");
    await page.click("[data-testid=key-make]");
    await page.locator("[data-testid=keys-done]").waitFor(LIMIT);
    assert.match(await page.locator("[data-testid=keys-done]").textContent(), /Anahtar oluşturulamadı/);
    assert.equal(await page.locator("[data-testid=key-secret]").count(), 0);
  });
});
