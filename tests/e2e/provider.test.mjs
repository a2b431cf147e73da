// Signing in by an OpenID provider: an account there is connected in the settings, signs its person in on another device,
// nobody else, and nobody any more once it is disconnected. The provider is a real one, on this machine.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, open, violations } from "./support/browser.mjs";
import { CLIENT, startProvider } from "./support/provider.mjs";
import { ask, isOpenToAll, settled, toSettings } from "./support/settings.mjs";
import { freePort, startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };
const IDENTITIES = "/api/auth/v1/identities";

describe("an OpenID provider", () => {
  let browser, stack, provider, contexts;

  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(() => {
    contexts = [];
    stack = provider = undefined;
  });
  afterEach(async () => {
    for (const { context } of contexts) await context.close();
    await stack?.stop();
    await provider?.stop();
  });

  const device = async (look) => {
    const opened = await open(browser, look);
    contexts.push(opened);
    return opened;
  };
  /** The owner of a new company, in the settings. */
  const owner = async () => {
    const opened = await device();
    await opened.page.goto(stack.invite);
    await opened.page.locator("[data-testid=new-company]").waitFor(LIMIT);
    await toSettings(opened.page);
    return opened;
  };
  const withProvider = async () => {
    // The provider has to know the edge's address, and the edge the provider's.
    const port = await freePort();
    provider = await startProvider(`http://localhost:${port}/settings`);
    const set = { CALLS_INSIDE: "allowed", OIDC_ISSUER: provider.origin, OIDC_NAME: "Login", ...CLIENT };
    stack = await startStack({ port, set });
  };
  const signedOut = async (look, query = "") => {
    const opened = await device(look);
    await opened.page.goto(`${stack.origin}/settings${query}`);
    await opened.page.locator("[data-testid=provider-sign-in]").waitFor(LIMIT);
    return opened;
  };
  const me = async (page) => (await ask(page, "GET", "/api/auth/v1/me")).body;
  const told = (page, text) => page.locator("[data-testid=provider-told]", { hasText: text }).waitFor(LIMIT);
  /** Nothing of the provider's answer stays in the address. */
  const isClean = (page) => {
    const { pathname, searchParams } = new URL(page.url());
    assert.equal(pathname, "/settings");
    for (const name of ["code", "state", "iss", "error"]) assert.equal(searchParams.get(name), null, name);
  };
  const isLargeEnough = async (page) => {
    const low = await page.$$eval("main button, main summary", (targets) =>
      targets.map((target) => [target.textContent, target.getBoundingClientRect().height]).filter(([, height]) => height > 0 && height < 44));
    assert.deepEqual(low, []);
  };

  test("signs in whom it was connected with, nobody else, and nobody once it is disconnected", async () => {
    await withProvider();
    const { page, troubles } = await owner();
    await page.locator("h2", { hasText: "Sign-in with Login" }).waitFor(LIMIT);
    await page.locator("[data-testid=identities-none]").waitFor(LIMIT);
    await isOpenToAll(page, "identities");
    const company = (await me(page)).companies[0].profile.id;

    // Alice of the provider is nobody here before she is connected, and is told what to do.
    const early = await signedOut({ locale: "tr-TR" });
    assert.equal((await early.page.locator("[data-testid=provider-sign-in]").textContent()).trim(), "Login ile giriş yap");
    assert.deepEqual(await violations(early.page), []);
    await isLargeEnough(early.page);
    await early.page.click("[data-testid=provider-sign-in]");
    await told(early.page, "ayarlardan bağlayın");
    isClean(early.page);
    assert.equal((await me(early.page)).session, false);
    assert.deepEqual(await violations(early.page), []);

    await page.click("[data-testid=identity-connect]");
    await page.locator("[data-testid=identities-told]", { hasText: "is connected" }).waitFor(LIMIT);
    isClean(page);
    await page.locator("[data-testid=identity]", { hasText: provider.origin }).waitFor(LIMIT);
    const connected = (await ask(page, "GET", IDENTITIES)).body.identities;
    assert.deepEqual(connected.map(({ issuer, used_at }) => [issuer, used_at]), [[provider.origin, null]]);
    await settled(page);
    await isOpenToAll(page, "identities");
    // The same account is connected once.
    await page.click("[data-testid=identity-connect]");
    await page.locator("[data-testid=identities-told]", { hasText: "connected already" }).waitFor(LIMIT);
    assert.equal((await ask(page, "GET", IDENTITIES)).body.identities.length, 1);

    const other = await signedOut({ size: "desktop" });
    await other.page.locator("[data-testid=sign-in]").waitFor(LIMIT);
    await other.page.click("[data-testid=provider-sign-in]");
    await other.page.locator("[data-testid=devices] h3").first().waitFor(LIMIT);
    isClean(other.page);
    const signedIn = await me(other.page);
    assert.deepEqual([signedIn.session, signedIn.companies[0].profile.id], [true, company]);
    assert.ok((await ask(page, "GET", IDENTITIES)).body.identities[0].used_at > 0);
    // The answer is gone from the address, so that loading it again sends nothing again.
    await other.page.reload();
    await other.page.locator("[data-testid=identity]").waitFor(LIMIT);
    assert.equal(await other.page.locator("[data-testid=identities-told]").count(), 0);

    // A program's question waits while its person is at the provider.
    const asked = await signedOut({}, "?user_code=BBBB-BBBB");
    await asked.page.click("[data-testid=provider-sign-in]");
    await asked.page.locator("[data-testid=consent-wrong]").waitFor(LIMIT);
    assert.equal((await me(asked.page)).session, true);

    // Somebody else of the same provider is nobody here.
    await provider.be("mallory");
    const mallory = await signedOut();
    await mallory.page.click("[data-testid=provider-sign-in]");
    await told(mallory.page, "opens nothing here yet");
    assert.equal((await me(mallory.page)).session, false);
    await provider.be("alice");

    // Disconnecting is asked once more, because only the provider brings the account back.
    await page.click("[data-testid=identity-disconnect]");
    await page.locator("[data-testid=identity-disconnect-sure]").waitFor(LIMIT);
    await isOpenToAll(page, "identities");
    await page.click("[data-testid=identity-keep]");
    await page.locator("[data-testid=identity-disconnect-sure]").waitFor({ state: "detached", ...LIMIT });
    assert.equal((await ask(page, "GET", IDENTITIES)).body.identities.length, 1);
    await page.click("[data-testid=identity-disconnect]");
    await page.click("[data-testid=identity-disconnect-sure]");
    await page.locator("[data-testid=identities-none]").waitFor(LIMIT);
    assert.deepEqual((await ask(page, "GET", IDENTITIES)).body.identities, []);
    const late = await signedOut();
    await late.page.click("[data-testid=provider-sign-in]");
    await told(late.page, "opens nothing here yet");
    assert.equal((await me(late.page)).session, false);
    assert.deepEqual([troubles, other.troubles, early.troubles, mallory.troubles, late.troubles].flat(), []);
  });

  test("an answer that nobody here asked for, or that says no, signs nobody in", async () => {
    await withProvider();
    const refused = await signedOut({}, "?error=access_denied&state=s");
    await told(refused.page, "Nothing was agreed to there");
    isClean(refused.page);
    const forged = await signedOut({}, "?code=c&state=s&iss=https%3A%2F%2Fevil.example");
    await told(forged.page, "another browser");
    isClean(forged.page);
    assert.equal((await me(forged.page)).session, false);
    // Who is signed in does not connect what came from elsewhere.
    const { page } = await owner();
    await page.goto(`${stack.origin}/settings?code=c&state=s`);
    await page.locator("[data-testid=identities-told]", { hasText: "not connected" }).waitFor(LIMIT);
    isClean(page);
    assert.deepEqual((await ask(page, "GET", IDENTITIES)).body.identities, []);
  });

  test("is not spoken of where there is none", async () => {
    stack = await startStack();
    const { page } = await owner();
    // What the page asked before this is answered by now, and drawn.
    assert.equal((await me(page)).provider, undefined);
    await settled(page);
    assert.equal(await page.locator("[data-testid=identities], [data-testid=identities-trouble]").count(), 0);
    const { page: nobody } = await device();
    await nobody.goto(`${stack.origin}/settings`);
    await nobody.locator("[data-testid=sign-in]").waitFor(LIMIT);
    // What the page asked before this is answered by now, and drawn.
    assert.equal((await me(nobody)).provider, undefined);
    await settled(nobody);
    assert.equal(await nobody.locator("[data-testid=provider-sign-in]").count(), 0);
  });
});
