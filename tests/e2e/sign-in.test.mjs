// Signing in as a person does it: a passkey made in the browser that opened the company, and used where
// nobody is signed in. The authenticator is Chromium's own virtual one, with a person who is always there.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, open, violations } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };

/** Gives a page's browser an authenticator as a phone has one; answers how to reach it. */
async function withAuthenticator(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true,
      hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  const credentials = async () => (await client.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  return { client, authenticatorId, credentials };
}

describe("signing in", () => {
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
  });
  afterEach(async () => {
    await context.close();
    await stack.stop();
  });

  const toSettings = async (of) => {
    await of.click("[data-testid=nav-settings]");
    await of.locator("[data-testid=devices] h3, [data-testid=sign-in]").first().waitFor(LIMIT);
  };
  const addPasskey = async (of) => {
    await of.click("[data-testid=passkey-add]");
    await of.locator("[data-testid=passkey]").first().waitFor(LIMIT);
  };

  test("works by a passkey on another device, and is seen and ended on the first", async () => {
    const first = await withAuthenticator(page);
    await toSettings(page);
    await page.locator("[data-testid=passkeys-none]").waitFor(LIMIT);
    await addPasskey(page);
    assert.equal(await page.locator("[data-testid=passkeys-none]").count(), 0);
    assert.deepEqual(await violations(page), []);

    // The passkey comes to the second device as its person's keychain would bring it.
    const other = await open(browser, { size: "desktop" });
    const second = await withAuthenticator(other.page);
    for (const credential of await first.credentials()) {
      await second.client.send("WebAuthn.addCredential", { authenticatorId: second.authenticatorId, credential });
    }
    await other.page.goto(`${stack.origin}/import`);
    await other.page.locator("[data-testid=import-demo]").waitFor(LIMIT);
    await other.page.locator("[data-testid=sign-in]").waitFor(LIMIT);
    assert.deepEqual(await violations(other.page), []);
    await other.page.click("[data-testid=sign-in]");
    await other.page.locator("[data-testid=import-file]").waitFor({ state: "attached", ...LIMIT });
    const company = new URL(other.page.url()).searchParams.get("company");
    assert.match(company, /^c-[0-9a-f]{32}$/);
    const scripts = await other.page.evaluate(() => document.cookie);
    assert.equal(scripts, "", "no script sees the session");

    await page.reload();
    await toSettings(page);
    await page.locator("[data-testid=session]").waitFor(LIMIT);
    assert.equal(await page.locator("[data-testid=session], [data-testid=session-this]").count(), 2);
    await page.click("[data-testid=sessions-others]");
    await page.locator("[data-testid=session]").waitFor({ state: "detached", ...LIMIT });
    const me = await other.page.evaluate(() => fetch("/api/auth/v1/me").then((answer) => answer.json()));
    assert.equal(me.session, false);
    assert.deepEqual([...troubles, ...other.troubles], []);
    await other.context.close();
  });

  test("a removed passkey is taken back, and the last way in is kept", async () => {
    await withAuthenticator(page);
    await toSettings(page);
    await page.locator("[data-testid=session-this] button").click();
    await page.locator("[data-testid=devices-done]").waitFor(LIMIT);
    assert.match(await page.locator("[data-testid=devices-done]").textContent(), /nobody could sign in/);
    await addPasskey(page);
    await page.locator("[data-testid=passkey] button").click();
    await page.locator("[data-testid=passkeys-none]").waitFor(LIMIT);
    await page.click("[data-testid=passkey-undo]");
    await page.locator("[data-testid=passkey]").waitFor(LIMIT);
  });

  test("recovery codes are shown once, sign in once, and signing out leaves nothing", async () => {
    await toSettings(page);
    await page.click("[data-testid=codes-make]");
    await page.locator("[data-testid=codes] li").first().waitFor(LIMIT);
    const codes = await page.locator("[data-testid=codes] li").allTextContents();
    assert.equal(codes.length, 10);
    await page.locator("[data-testid=codes-left]", { hasText: /^10$/ }).waitFor(LIMIT);
    await page.reload();
    await toSettings(page);
    assert.equal(await page.locator("[data-testid=codes] li").count(), 0);

    const otherTab = await page.context().newPage();
    await otherTab.goto(`${stack.origin}/settings`);
    await otherTab.locator("[data-testid=session-this]").waitFor(LIMIT);
    await page.locator("[data-testid=session-this] button").click();
    await page.waitForURL(`${stack.origin}/`, LIMIT);
    // Who signs out in one tab has signed out in all.
    await otherTab.waitForURL(`${stack.origin}/`, LIMIT);
    await otherTab.close();
    await page.locator("[data-testid=nav-settings]").waitFor(LIMIT);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.doesNotMatch(kept, /c-[0-9a-f]{32}/);
    await toSettings(page);
    const recover = async (code) => {
      const field = page.locator("[data-testid=recovery-code]");
      if (!(await field.isVisible())) await page.locator("details summary").first().click();
      await field.fill(code);
      await page.click("[data-testid=recover]");
    };
    await recover("0000-0000-0000-0000");
    await page.locator("[data-testid=sign-in-failed]").waitFor(LIMIT);
    await recover(codes[0].toLowerCase());
    await page.locator("[data-testid=devices] h3").first().waitFor(LIMIT);
    await page.locator("[data-testid=codes-left]", { hasText: /^9$/ }).waitFor(LIMIT);
  });

  test("reads well in Turkish and every target is large enough", async () => {
    const turkish = await open(browser, { locale: "tr-TR" });
    await turkish.page.goto(`${stack.origin}/settings`);
    await turkish.page.locator("[data-testid=sign-in]").waitFor(LIMIT);
    assert.match(await turkish.page.locator("[data-testid=sign-in]").textContent(), /Geçiş anahtarıyla giriş yap/);
    await toSettings(page);
    for (const [name, of] of [["signed out", turkish.page], ["signed in", page]]) {
      const low = await of.$$eval("main button, main summary", (targets) =>
        targets.map((target) => [target.textContent, target.getBoundingClientRect().height]).filter(([, height]) => height > 0 && height < 44));
      assert.deepEqual(low, [], name);
    }
    await turkish.context.close();
  });
});
