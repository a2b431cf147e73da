// Programs that get tokens: registered by an owner, allowed by a person on a page that the program opened, ended.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, open, violations } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };

describe("programs", () => {
  let stack, browser, context, page, troubles, program, answers;

  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  beforeEach(async () => {
    stack = await startStack();
    ({ context, page, troubles } = await open(browser));
    // The program waits for its answer on the person's own machine (RFC 8252, 7.3).
    answers = [];
    program = createServer((request, response) => {
      if (request.url.startsWith("/done")) answers.push(new URL(request.url, "http://program"));
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><title>program</title><p id=back>back");
    });
    await new Promise((ready) => program.listen(0, "127.0.0.1", ready));
    await page.goto(stack.invite);
    await page.locator("[data-testid=new-company]").waitFor(LIMIT);
    await page.click("[data-testid=nav-settings]");
    await page.locator("[data-testid=programs-none]").waitFor(LIMIT);
  });
  afterEach(async () => {
    await context.close();
    await new Promise((closed) => program.close(closed));
    await stack.stop();
  });

  const form = async (path, members) => {
    const answer = await fetch(`${stack.origin}${path}`, { method: "POST", body: new URLSearchParams(members) });
    return { status: answer.status, ...(await answer.json()) };
  };
  const me = async (token) => {
    const answer = await fetch(`${stack.origin}/api/auth/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    return answer.status;
  };

  test("a service is registered, its secret shown once, ended and taken back", async () => {
    await page.click("[data-testid=program-new]");
    await page.fill("[data-testid=program-name]", "ERP");
    assert.deepEqual(await violations(page), []);
    const low = await page.$$eval("[data-testid=programs] :is(button, summary, label, input:not([type=checkbox]))", (targets) =>
      targets.map((target) => [target.textContent, target.getBoundingClientRect().height]).filter(([, height]) => height > 0 && height < 44));
    assert.deepEqual(low, []);
    await page.click("[data-testid=program-make]");
    const secret = await page.locator("[data-testid=program-secret]").textContent(LIMIT);
    const id = await page.locator("[data-testid=program-id]").textContent();
    const asked = { grant_type: "client_credentials", client_id: id, client_secret: secret };
    const token = await form("/api/oauth/v1/token", asked);
    assert.equal(await me(token.access_token), 200);
    await page.click("[data-testid=program-end]");
    await page.locator("[data-testid=programs-none]").waitFor(LIMIT);
    assert.equal(await me(token.access_token), 401);
    assert.equal((await form("/api/oauth/v1/token", asked)).error, "invalid_client");
    await page.click("[data-testid=program-undo]");
    await page.locator("[data-testid=program]").waitFor(LIMIT);
    assert.equal(await me(token.access_token), 200);
    assert.equal(await page.locator("[data-testid=program-secret]").count(), 0, "a secret is shown once");
    // A new secret, with the old one good for a while.
    await page.click("[data-testid=program-rotate]");
    const next = await page.locator("[data-testid=program-secret]").textContent(LIMIT);
    assert.notEqual(next, secret);
    for (const client_secret of [secret, next]) {
      assert.equal((await form("/api/oauth/v1/token", { ...asked, client_secret })).status, 200);
    }
    assert.deepEqual(troubles, []);
  });

  test("a person allows a program on their device, and another time refuses", async () => {
    const redirect = `http://127.0.0.1:${program.address().port}/done`;
    await page.click("[data-testid=program-new]");
    await page.fill("[data-testid=program-name]", "Desk");
    await page.getByText("on people's devices").click();
    await page.fill("[data-testid=program-redirects]", "http://127.0.0.1/done");
    await page.click("[data-testid=program-make]");
    const id = await page.locator("[data-testid=program-id]").textContent(LIMIT);

    const verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const metadata = await (await fetch(`${stack.origin}/.well-known/oauth-authorization-server`)).json();
    const asked = (more) =>
      `${metadata.authorization_endpoint}?${new URLSearchParams({ response_type: "code", client_id: id,
        redirect_uri: redirect, state: "s 1", code_challenge: challenge, code_challenge_method: "S256", ...more })}`;
    await page.goto(asked({}));
    assert.equal(await page.locator("[data-testid=consent-program]").textContent(LIMIT), "Desk");
    assert.deepEqual(await violations(page), []);
    await page.click("[data-testid=consent-allow]");
    await page.locator("#back").waitFor(LIMIT);
    assert.equal(answers.length, 1);
    const answer = answers[0].searchParams;
    assert.deepEqual([answer.get("state"), answer.get("iss")], ["s 1", stack.origin]);
    const redeem = { grant_type: "authorization_code", client_id: id, redirect_uri: redirect, code: answer.get("code"), code_verifier: verifier };
    const token = await form("/api/oauth/v1/token", redeem);
    assert.equal(await me(token.access_token), 200);

    await page.goto(asked({}));
    await page.locator("[data-testid=consent-refuse]").click(LIMIT);
    await page.locator("#back").waitFor(LIMIT);
    assert.equal(answers[1].searchParams.get("error"), "access_denied");

    // Where the answer would go elsewhere, the person is told and stays.
    await page.goto(asked({ redirect_uri: "https://evil.example/done" }));
    await page.locator("[data-testid=consent-wrong]").waitFor(LIMIT);
    assert.equal(answers.length, 2);
  });

  test("a device is connected by the code that it shows", async () => {
    await page.click("[data-testid=program-new]");
    await page.fill("[data-testid=program-name]", "Wall screen");
    await page.getByText("on people's devices").click();
    await page.fill("[data-testid=program-redirects]", "http://127.0.0.1/done");
    await page.click("[data-testid=program-make]");
    const id = await page.locator("[data-testid=program-id]").textContent(LIMIT);
    const begun = await form("/api/oauth/v1/device", { client_id: id });
    const asked = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", client_id: id, device_code: begun.device_code };
    assert.equal((await form("/api/oauth/v1/token", asked)).error, "authorization_pending");

    await page.fill("[data-testid=device-code]", "bbbb bbbb");
    await page.click("[data-testid=device-continue]");
    await page.locator("[data-testid=consent-wrong]").waitFor(LIMIT);
    await page.fill("[data-testid=device-code]", begun.user_code.toLowerCase());
    await page.click("[data-testid=device-continue]");
    assert.equal(await page.locator("[data-testid=device] [data-testid=consent-program]").textContent(LIMIT), "Wall screen");
    assert.deepEqual(await violations(page), []);
    await page.click("[data-testid=consent-allow]");
    await page.locator("[data-testid=consent-note]").waitFor(LIMIT);
    const token = await form("/api/oauth/v1/token", asked);
    assert.equal(await me(token.access_token), 200);

    // The page that the code leads to asks by itself.
    const next = await form("/api/oauth/v1/device", { client_id: id });
    await page.goto(next.verification_uri_complete);
    await page.locator("[data-testid=consent] [data-testid=consent-refuse]").click(LIMIT);
    await page.locator("[data-testid=consent-note]").waitFor(LIMIT);
    assert.equal((await form("/api/oauth/v1/token", { ...asked, device_code: next.device_code })).error, "access_denied");

    // Who has allowed it sees that, ends it, and takes the end back.
    await page.goto(`${stack.origin}/settings`);
    assert.match(await page.locator("[data-testid=grant]").textContent(LIMIT), /Wall screen/);
    await page.click("[data-testid=grant-end]");
    await page.locator("[data-testid=grant-undo]").waitFor(LIMIT);
    assert.deepEqual(await violations(page), []);
    assert.equal(await me(token.access_token), 401);
    await page.click("[data-testid=grant-undo]");
    await page.locator("[data-testid=grant]").waitFor(LIMIT);
    assert.equal(await me(token.access_token), 200);
  });
});
