// From where a company is asked, as its owner says it: origins and networks are checked while they are written, nobody
// shuts themselves out, what is saved holds for programs, and it is taken back.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, open } from "./support/browser.mjs";
import { ask, inTurkish, isOpenToAll, join, toSettings } from "./support/settings.mjs";
import { startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };
const LISTS = "/api/auth/v1/access-lists";
const SHOP = "https://shop.example";
const HERE = "203.0.113.5";
const ELSEWHERE = "198.51.100.9";

describe("from where a company is asked", () => {
  let browser, stack, contexts;

  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    contexts = [];
    stack = await startStack();
  });
  afterEach(async () => {
    for (const { context } of contexts) await context.close();
    await stack?.stop();
  });

  /** A browser; where an address is given, a proxy in front says that it asks from there. */
  const device = async (address) => {
    const extraHTTPHeaders = address === undefined ? {} : { "cf-connecting-ip": address };
    const opened = await open(browser, { extraHTTPHeaders });
    contexts.push(opened);
    return opened;
  };
  const owner = async (address) => {
    const opened = await device(address);
    await opened.page.goto(stack.invite);
    await opened.page.locator("[data-testid=new-company]").waitFor(LIMIT);
    await toSettings(opened.page);
    await opened.page.locator("[data-testid=access-lists]").waitFor(LIMIT);
    return opened;
  };
  const held = async (page) => {
    const { origins, networks } = (await ask(page, "GET", LISTS)).body;
    return { origins, networks };
  };
  const add = async (page, kind, text) => {
    await page.fill(`[data-testid=${kind}-new]`, text);
    await page.click(`[data-testid=${kind}-add]`);
  };
  const entries = (page, kind) => page.locator(`[data-testid=${kind}] code`).allTextContents();
  const untilDone = (page, text) => page.locator("[data-testid=access-done]", { hasText: text }).waitFor(LIMIT);

  test("lists are written, checked, saved together, hold for programs, and are taken back", async () => {
    const { page, troubles } = await owner(HERE);
    assert.match(await page.locator("[data-testid=own-address]").textContent(), /203\.0\.113\.5/);
    for (const none of ["origins-none", "networks-none"]) await page.locator(`[data-testid=${none}]`).waitFor(LIMIT);
    assert.equal(await page.locator("[data-testid=access-save]").count(), 0, "there is nothing to save");
    await isOpenToAll(page, "access-lists");
    const key = (await ask(page, "POST", "/api/auth/v1/keys", { name: "k", scopes: ["read:bi"] })).body.secret;
    const company = (await ask(page, "GET", "/api/auth/v1/me")).body.companies[0].profile.id;
    /** What a program gets that asks from an address, and the page that may read the answer. */
    const asked = async (address) => {
      const headers = { authorization: `Bearer ${key}`, origin: SHOP, "cf-connecting-ip": address };
      const answer = await fetch(`${stack.origin}/api/sync/v1/manifest?company=${company}`, { headers });
      return [answer.status, answer.headers.get("access-control-allow-origin")];
    };
    assert.deepEqual(await asked(ELSEWHERE), [200, null]);

    // What is no origin and no network is said in the field.
    await page.fill("[data-testid=origin-new]", "https://shop.example/x");
    await page.press("[data-testid=origin-new]", "Tab");
    await page.locator("[data-testid=origin-wrong]", { hasText: "without a path" }).waitFor(LIMIT);
    assert.equal(await page.getAttribute("[data-testid=origin-new]", "aria-invalid"), "true");
    await page.fill("[data-testid=network-new]", "192.0.2.7/24");
    await page.press("[data-testid=network-new]", "Tab");
    await page.locator("[data-testid=network-wrong]", { hasText: "first address" }).waitFor(LIMIT);
    await page.click("[data-testid=network-add]");
    assert.deepEqual([await entries(page, "origin"), await entries(page, "network")], [[], []]);
    await isOpenToAll(page, "access-lists");

    await add(page, "origin", SHOP);
    await add(page, "network", "198.51.100.0/30");
    await add(page, "network", "2001:db8::/32");
    assert.deepEqual(await entries(page, "network"), ["198.51.100.0/30", "2001:db8::/32"]);
    await page.locator("[data-testid=access-not-saved]").waitFor(LIMIT);
    assert.deepEqual(await held(page), { origins: [], networks: [] });
    // These leave the person's own address out: told at once, and refused by the edge.
    await page.locator("[data-testid=shut-out]", { hasText: HERE }).waitFor(LIMIT);
    await page.click("[data-testid=access-save]");
    await untilDone(page, "lock yourself out");
    assert.deepEqual(await held(page), { origins: [], networks: [] });
    await isOpenToAll(page, "access-lists");
    await page.click("[data-testid=own-address-add]");
    await page.locator("[data-testid=shut-out]").waitFor({ state: "detached", ...LIMIT });
    await page.click("[data-testid=access-save]");
    await untilDone(page, "Saved.");
    assert.deepEqual(await held(page), { origins: [SHOP], networks: ["198.51.100.0/30", "2001:db8::/32", `${HERE}/32`] });
    assert.deepEqual(await asked(HERE), [200, SHOP]);
    assert.equal((await asked(ELSEWHERE))[0], 403);

    await page.click("[data-testid=access-undo]");
    await untilDone(page, "as they were");
    assert.deepEqual(await held(page), { origins: [], networks: [] });
    assert.deepEqual(await asked(ELSEWHERE), [200, null]);

    // What is not saved is let go, and one entry is taken out of several.
    await add(page, "origin", SHOP);
    await add(page, "origin", "https://other.example");
    await page.locator("[data-testid=origin-remove]").first().click();
    assert.deepEqual(await entries(page, "origin"), ["https://other.example"]);
    await page.click("[data-testid=access-discard]");
    await page.locator("[data-testid=origins-none]").waitFor(LIMIT);
    assert.deepEqual(await held(page), { origins: [], networks: [] });
    await untilDone(page, "discarded");
    await page.click("[data-testid=access-undo]");
    await page.locator("[data-testid=origin] code", { hasText: "https://other.example" }).waitFor(LIMIT);
    // What is still written in a field when the lists are saved is said if it is no entry, and is saved with them if it is.
    await page.fill("[data-testid=origin-new]", "shop");
    await page.press("[data-testid=origin-new]", "Tab");
    await page.locator("[data-testid=origin-wrong]").waitFor(LIMIT);
    await page.click("[data-testid=access-save]");
    await untilDone(page, "no entry");
    await page.fill("[data-testid=origin-new]", SHOP);
    await page.click("[data-testid=access-save]");
    await untilDone(page, "Saved.");
    assert.deepEqual(await held(page), { origins: ["https://other.example", SHOP], networks: [] });
    assert.equal(await page.inputValue("[data-testid=origin-new]"), "");
    await page.click("[data-testid=access-undo]");
    await untilDone(page, "as they were");
    assert.deepEqual(await held(page), { origins: [], networks: [] });
    assert.deepEqual(troubles, []);
  });

  test("where no address is known that is said, in Turkish too; administrators see the lists, analysts do not", async () => {
    const { page, troubles } = await owner();
    await inTurkish(page);
    await page.locator("h2", { hasText: "Şirkete nereden erişilir" }).waitFor(LIMIT);
    assert.match(await page.locator("[data-testid=own-address]").textContent(), /vekil sunucu/);
    assert.equal(await page.locator("[data-testid=own-address-add]").count(), 0);
    await add(page, "network", "192.0.2.0/24");
    await page.locator("[data-testid=shut-out]", { hasText: "herkesi dışarıda" }).waitFor(LIMIT);
    await page.click("[data-testid=access-save]");
    await untilDone(page, "Hiçbir şey kaydedilmedi");
    assert.deepEqual(await held(page), { origins: [], networks: [] });
    await isOpenToAll(page, "access-lists");
    for (const [role, count] of [["admin", 1], ["analyst", 0]]) {
      const guest = await device();
      await join(page, guest.page, stack.origin, role);
      await toSettings(guest.page);
      assert.equal(await guest.page.locator("[data-testid=access-lists]").count(), count, role);
      assert.equal(await guest.page.locator("[data-testid=access-lists-trouble]").count(), 0, role);
      assert.deepEqual(guest.troubles, []);
    }
    assert.deepEqual(troubles, []);
  });
});
