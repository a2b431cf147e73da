// Tokens of other issuers as an owner lets them in: keys given and published, rules that say whose tokens do what, a change
// and a removal that are taken back; each judged by what a token opens at the edge.
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, open } from "./support/browser.mjs";
import { ask, inTurkish, isOpenToAll, join, toSettings } from "./support/settings.mjs";
import { startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };
const ISSUERS = "/api/auth/v1/issuers";
const ISS = "https://login.example";

/** A key pair, the set that holds its public half, and a signer of tokens. */
function keyOf(kid) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const set = (key) => JSON.stringify({ keys: [{ ...key.export({ format: "jwk" }), kid, use: "sig" }] });
  const token = (claims) => {
    const now = Math.floor(Date.now() / 1_000);
    const signed = `${part({ alg: "ES256", typ: "JWT", kid })}.${part({ iat: now, exp: now + 300, ...claims })}`;
    const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${signed}.${signature.toString("base64url")}`;
  };
  return { published: set(publicKey), secret: set(privateKey), token };
}

describe("tokens of other issuers", () => {
  let browser, stack, login, keysAt, context, page, troubles, company;
  const given = keyOf("a");
  const published = keyOf("b");

  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    context = stack = undefined;
    // Where the other issuer publishes its keys.
    login = createServer((_, response) => {
      response.setHeader("content-type", "application/json");
      response.end(published.published);
    });
    await new Promise((ready) => login.listen(0, "127.0.0.1", ready));
    keysAt = `http://127.0.0.1:${login.address().port}/keys`;
  });
  afterEach(async () => {
    await context?.close();
    await stack?.stop();
    login.closeAllConnections();
    await new Promise((closed) => login.close(closed));
  });

  /** A company's owner in the settings; `set` are variables of the edge. */
  const begin = async (set) => {
    stack = await startStack({ set });
    ({ context, page, troubles } = await open(browser));
    await page.goto(stack.invite);
    await page.locator("[data-testid=new-company]").waitFor(LIMIT);
    await toSettings(page);
    await page.locator("[data-testid=issuers-none]").waitFor(LIMIT);
    company = (await ask(page, "GET", "/api/auth/v1/me")).body.companies[0].profile.id;
  };
  const listed = async () => (await ask(page, "GET", ISSUERS)).body.issuers;
  const untilDone = (text) => page.locator("[data-testid=issuers-done]", { hasText: text }).waitFor(LIMIT);
  const claims = (iss, sub) => ({ iss, sub, aud: `meschain-bi:${company}` });
  const asked = async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${stack.origin}/api/sync/v1/manifest?company=${company}`, { headers })).status;
  };
  /** Waits until a token opens the company, or is refused: what was looked up is believed for two seconds. */
  const untilAnswered = async (token, status) => {
    for (const end = Date.now() + 20_000; ; ) {
      const got = await asked(token);
      if (got === status) return;
      if (Date.now() > end) assert.equal(got, status);
      await new Promise((go) => setTimeout(go, 200));
    }
  };
  const place = (name) => page.locator("[data-testid=issuers]").getByRole("button", { name, exact: true });

  test("one is let in by its keys, does what its rule says, is changed and removed, and both are taken back", async () => {
    await begin({ CALLS_INSIDE: "allowed" });
    assert.equal(await page.locator("[data-testid=issuer-audience]").textContent(), `meschain-bi:${company}`);
    await page.click("[data-testid=issuer-new]");
    await isOpenToAll(page, "issuers");
    await page.fill("[data-testid=issuer-name]", "Company login");
    await page.fill("[data-testid=issuer-iss]", ISS);
    await place("given here").click();
    // A private key is refused where it is written, before it goes anywhere.
    await page.fill("[data-testid=issuer-keys]", given.secret);
    await page.locator("[data-testid=issuer-keys-wrong]", { hasText: "private key" }).waitFor(LIMIT);
    assert.equal(await page.getAttribute("[data-testid=issuer-keys]", "aria-invalid"), "true");
    await page.fill("[data-testid=issuer-keys]", given.published);
    await page.locator("[data-testid=issuer-keys-read]", { hasText: "a (ES256)" }).waitFor(LIMIT);
    await page.click("[data-testid=issuer-make]");
    await page.locator("[data-testid=issuer-wrong]", { hasText: "A rule needs a claim" }).waitFor(LIMIT);
    await isOpenToAll(page, "issuers");
    assert.deepEqual(await listed(), []);
    await page.fill("[data-testid=issuer-claim]", "sub");
    await page.fill("[data-testid=issuer-value]", "robot");
    await page.selectOption("[data-testid=issuer-role]", "analyst");
    await page.check("[data-testid=issuer-rule] [data-scope='read:ingest']");
    // A rule that is added and taken out again leaves the others alone.
    await page.click("[data-testid=issuer-rule-add]");
    assert.equal(await page.locator("[data-testid=issuer-rule]").count(), 2);
    await page.locator("[data-testid=issuer-rule-remove]").nth(1).click();
    await page.click("[data-testid=issuer-make]");
    await page.locator("[data-testid=issuer]").waitFor(LIMIT);
    const rule = { claim: "sub", value: "robot", role: "analyst", scopes: ["read:bi", "read:ingest"] };
    const [made] = await listed();
    assert.deepEqual([made.name, made.issuer, made.jwks_url, made.jwks, made.rules], ["Company login", ISS, null, given.published, [rule]]);
    assert.match(await page.locator("[data-testid=issuer-rule-shown]").textContent(), /sub = robot.*Analyst.*read figures/);
    const [robot, other] = ["robot", "other"].map((sub) => given.token(claims(ISS, sub)));
    await untilAnswered(robot, 200);
    assert.equal(await asked(other), 401);
    assert.equal(await asked(published.token(claims(ISS, "robot"))), 401, "another key");

    // Another value of the rule: other tokens get in, and those of before do not; then back.
    await page.click("[data-testid=issuer-change]");
    assert.equal(await page.inputValue("[data-testid=issuer-change-role]"), "analyst");
    await page.fill("[data-testid=issuer-change-value]", "other");
    await isOpenToAll(page, "issuers");
    await page.click("[data-testid=issuer-change-save]");
    await untilDone("Changed.");
    assert.deepEqual((await listed()).map(({ rules }) => rules), [[{ ...rule, value: "other" }]]);
    await untilAnswered(other, 200);
    await untilAnswered(robot, 401);
    await page.click("[data-testid=issuer-undo]");
    await untilDone("as it was");
    assert.deepEqual((await listed()).map(({ rules }) => rules), [[rule]]);
    await untilAnswered(robot, 200);
    await untilAnswered(other, 401);

    await page.click("[data-testid=issuer-remove]");
    await page.locator("[data-testid=issuers-none]").waitFor(LIMIT);
    assert.deepEqual(await listed(), []);
    await untilAnswered(robot, 401);
    await page.click("[data-testid=issuer-undo]");
    await page.locator("[data-testid=issuer]").waitFor(LIMIT);
    const [again] = await listed();
    assert.deepEqual([again.name, again.jwks, again.rules], ["Company login", given.published, [rule]]);
    await untilAnswered(robot, 200);
    assert.deepEqual(troubles, []);
  });

  test("one is let in by the address of its keys, which is looked at while it is written", async () => {
    await begin({ CALLS_INSIDE: "allowed" });
    await page.click("[data-testid=issuer-new]");
    await page.fill("[data-testid=issuer-url]", "login.example/keys");
    await page.press("[data-testid=issuer-url]", "Tab");
    await page.locator("[data-testid=issuer-url-wrong]", { hasText: "https://" }).waitFor(LIMIT);
    await isOpenToAll(page, "issuers");
    await page.fill("[data-testid=issuer-name]", "Builds");
    await page.fill("[data-testid=issuer-iss]", "https://builds.example");
    await page.fill("[data-testid=issuer-url]", keysAt);
    await page.fill("[data-testid=issuer-claim]", "sub");
    await page.fill("[data-testid=issuer-value]", "robot");
    await page.click("[data-testid=issuer-make]");
    await page.locator("[data-testid=issuer]", { hasText: keysAt }).waitFor(LIMIT);
    assert.deepEqual((await listed()).map(({ jwks_url, jwks }) => [jwks_url, jwks]), [[keysAt, null]]);
    await untilAnswered(published.token(claims("https://builds.example", "robot")), 200);
    assert.equal(await page.inputValue("[data-testid=issuer-name]"), "", "the form is ready for another");
    // Another iss, too, is a change of the same entry.
    const [{ id }] = await listed();
    await page.click("[data-testid=issuer-change]");
    await page.fill("[data-testid=issuer-change-iss]", "https://ci.example");
    await page.click("[data-testid=issuer-change-save]");
    await untilDone("Changed.");
    assert.deepEqual((await listed()).map((one) => [one.id, one.issuer]), [[id, "https://ci.example"]]);
    await untilAnswered(published.token(claims("https://ci.example", "robot")), 200);
    await untilAnswered(published.token(claims("https://builds.example", "robot")), 401);
    assert.deepEqual(troubles, []);
  });

  test("an address inside is refused in Turkish, and only owners see the section", async () => {
    await begin({});
    await inTurkish(page);
    await page.locator("h2", { hasText: "Diğer kimlik sağlayıcıların belirteçleri" }).waitFor(LIMIT);
    await page.click("[data-testid=issuer-new]");
    await page.fill("[data-testid=issuer-name]", "Giriş");
    await page.fill("[data-testid=issuer-iss]", ISS);
    await page.fill("[data-testid=issuer-url]", "https://printer.local/keys");
    await page.fill("[data-testid=issuer-claim]", "sub");
    await page.fill("[data-testid=issuer-value]", "robot");
    await page.click("[data-testid=issuer-make]");
    await page.locator("[data-testid=issuer-url-wrong]", { hasText: "herkese açık internette değil" }).waitFor(LIMIT);
    await page.locator("[data-testid=issuer-wrong]", { hasText: "İzin verilmedi" }).waitFor(LIMIT);
    assert.deepEqual(await listed(), []);
    await isOpenToAll(page, "issuers");
    const guest = await open(browser);
    await join(page, guest.page, stack.origin, "admin");
    await toSettings(guest.page);
    assert.equal(await guest.page.locator("[data-testid=issuers], [data-testid=issuers-trouble]").count(), 0);
    assert.deepEqual([...troubles, ...guest.troubles], []);
    await guest.context.close();
  });
});
