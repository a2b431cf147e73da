// The API in the app: its reference, found and read without a network too; trying operations as oneself and with a
// key, whose code runs as it stands; and what was asked, as the edge has it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { untilInstalled } from "./support/app.mjs";
import { launch, open, setOffline, violations } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };
const run = promisify(execFile);

describe("the API in the app", () => {
  let stack, browser, context, page, troubles, document, company;

  before(async () => {
    stack = await startStack();
    browser = await launch();
    context = await open(browser);
    ({ context, page, troubles } = context);
    await page.goto(stack.invite);
    await page.locator("[data-testid=new-company]").waitFor(LIMIT);
    document = await api("GET", "/api/openapi.json");
    company = (await api("GET", "/api/auth/v1/me")).companies[0].profile.id;
  });
  after(async () => {
    await browser.close();
    await stack.stop();
  });
  beforeEach(() => {
    troubles.length = 0;
  });
  afterEach(() => assert.deepEqual(troubles, []));

  /** Asks the edge with the page's session. */
  const api = (method, path, body) =>
    page.evaluate(async ([method, path, body]) => {
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
      return answer.json();
    }, [method, path, body]);

  const makeKey = (name, scopes) => api("POST", "/api/auth/v1/keys", { name, scopes });
  const idOf = (method, path) => document.paths[path][method.toLowerCase()].operationId;

  /** Opens an operation. */
  const openOperation = async (method, path) => {
    await page.goto(`${stack.origin}/developers?operation=${idOf(method, path)}`);
    await page.locator("[data-testid=try-send]").waitFor(LIMIT);
  };

  /** Sends; gives the status and the body that are shown. */
  const send = async (button = "try-send") => {
    await page.evaluate(() => window.document.querySelector("[data-testid=answer]")?.removeAttribute("data-status"));
    await page.click(`[data-testid=${button}]`);
    await page.locator("[data-testid=answer][data-status]").waitFor(LIMIT);
    const status = Number(await page.getAttribute("[data-testid=answer]", "data-status"));
    return { status, body: JSON.parse(await page.textContent("[data-testid=answer-body]")) };
  };

  /** Controls that a thumb would miss. */
  const tooSmall = () =>
    page.$$eval("main button, main select, main input, main textarea, main summary, main a", (controls) =>
      controls
        .filter((control) => control.offsetParent !== null)
        .map((control) => [control.getBoundingClientRect(), control])
        .filter(([box]) => box.height < 43.5 || box.width < 43.5)
        .map(([box, control]) => `${control.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`));

  const isOpenToAll = async (where) => {
    assert.deepEqual(await violations(page), [], where);
    assert.deepEqual(await tooSmall(), [], where);
    const [content, view] = await page.evaluate(() => [window.document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(content <= view, `${where} is ${content} wide on a screen of ${view}`);
  };

  test("the reference lists every operation, and finds by words", async () => {
    await page.goto(`${stack.origin}/settings`);
    await page.click("[data-testid=to-developers]");
    await page.locator("[data-testid=operation-search]").waitFor(LIMIT);
    const count = Object.values(document.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
    assert.equal(await page.locator("[data-operation]").count(), count);
    await isOpenToAll("list");

    await page.fill("[data-testid=operation-search]", "nothing like this");
    assert.equal(await page.locator("[data-operation]").count(), 0);
    await page.fill("[data-testid=operation-search]", "post keys");
    const found = await page.$$eval("[data-operation]", (all) => all.map((one) => one.dataset.operation));
    assert.ok(found.includes(idOf("POST", "/api/auth/v1/keys")) && found.length < 8, String(found));
    await isOpenToAll("search");
    await page.click(`[data-operation=${idOf("POST", "/api/auth/v1/keys")}]`);
    await page.locator("[data-testid=try]").waitFor(LIMIT);
    assert.match(page.url(), /\/developers\?.*operation=/);
    assert.match(await page.textContent("[data-testid=access]"), /Owner/);
    await page.$$eval("main details", (all) => all.forEach((one) => (one.open = true)));
    await isOpenToAll("operation");
    await page.goBack();
    assert.equal(await page.inputValue("[data-testid=operation-search]"), "post keys");
  });

  test("an operation is asked as oneself, and its answer taken apart", async () => {
    await openOperation("GET", "/api/auth/v1/me");
    const { status, body } = await send();
    assert.equal(status, 200);
    assert.equal(body.companies[0].profile.id, company);
    assert.match(await page.textContent("[data-testid=answer-time]"), /^\d+ ms$/);
    assert.match(await page.textContent("[data-testid=answer-stages]"), /total\d+/);
    assert.match(await page.textContent("[data-testid=answer-left]"), /burst\d+ of 400/);
    await isOpenToAll("answer");
  });

  test("a key is used, told nowhere and kept nowhere; the code that is shown does the same", async () => {
    const { secret } = await makeKey("Reads", ["read:bi"]);
    await openOperation("GET", "/api/mobile/v1/dashboard");
    assert.equal(await page.inputValue("[data-field='query.company']"), company);
    await page.getByRole("button", { name: "A key or token" }).click();
    await page.fill("[data-testid=try-key]", secret);
    const { status, body } = await send();
    assert.deepEqual([status, body.company], [200, company]);
    const left = await page.textContent("[data-testid=answer-left]");
    assert.match(left, /day[\d,]+ of 100,000.*month[\d,]+ of 2,000,000/s);
    await isOpenToAll("key");

    const folder = await mkdtemp(join(tmpdir(), "meschain-samples-"));
    const env = { ...process.env, MESCHAIN_KEY: secret };
    const tools = [
      ["curl", "sh", "bash"],
      ["TypeScript", "mjs", process.execPath],
      ["Python", "py", "python3"],
    ];
    for (const [language, suffix, tool] of tools) {
      await page.getByRole("button", { name: language, exact: true }).click();
      await page.waitForFunction((before) => window.document.querySelector("[data-testid=code]").textContent !== before, suffix);
      const code = await page.textContent("[data-testid=code]");
      assert.ok(!code.includes(secret), code);
      assert.match(code, /MESCHAIN_KEY/);
      const file = join(folder, `sample.${suffix}`);
      await writeFile(file, code);
      const missing = await run(tool, ["--version"]).then(() => "", (error) => error.code);
      if (missing === "ENOENT") {
        console.log(`${language} is not tried: there is no ${tool} here`);
        continue;
      }
      const { stdout } = await run(tool, [file], { env });
      const told = JSON.parse(stdout.slice(stdout.indexOf("{")));
      assert.equal(told.company, company, language);
    }
    await rm(folder, { recursive: true });

    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, window.document.cookie]));
    assert.ok(!kept.includes(secret));
    await page.reload();
    await page.getByRole("button", { name: "A key or token" }).click();
    assert.equal(await page.inputValue("[data-testid=try-key]"), "");
    // Without the scope the edge refuses, and says why.
    await openOperation("GET", "/api/ingest/v1/batches");
    await page.getByRole("button", { name: "A key or token" }).click();
    await page.fill("[data-testid=try-key]", secret);
    const refused = await send();
    assert.equal(refused.status, 403);
    assert.equal(refused.body.status, 403);
  });

  test("what is wrong is told before it is sent, and a request has a key of its own", async () => {
    await openOperation("POST", "/api/auth/v1/keys");
    const before = (await api("GET", "/api/auth/v1/keys")).keys.length;
    await page.fill("[data-testid=try-body]", '{\n  "name": 1,\n  "scopes": ["read:moon"]\n}');
    await page.click("[data-testid=try-send]");
    const wrong = await page.textContent("[data-testid=try-wrong]");
    assert.match(wrong, /Body\/name: has to be a text/);
    assert.match(wrong, /Body\/scopes\/0: has to be one of read:bi/);
    await isOpenToAll("wrong");
    await page.fill("[data-testid=try-body]", '{\n  "name": }');
    await page.locator("[data-testid=try-wrong]", { hasText: "line 2, column 11" }).waitFor(LIMIT);
    assert.equal((await api("GET", "/api/auth/v1/keys")).keys.length, before);
    await page.click("[data-testid=fill-least]");
    await page.locator("[data-testid=body-good]").waitFor(LIMIT);
    const { status, body } = await send();
    assert.equal(status, 201);
    assert.match(body.secret, /^mbk_/);
    assert.equal((await api("GET", "/api/auth/v1/keys")).keys.length, before + 1);

    await openOperation("PATCH", "/api/auth/v1/companies/{id}");
    const field = "[data-field='header.Idempotency-Key']";
    const first = await page.inputValue(field);
    assert.match(first, /^[0-9a-f-]{36}$/);
    await page.fill("[data-field='path.id']", company);
    await page.fill("[data-testid=try-body]", '{"name": "Renamed"}');
    assert.equal((await send()).status, 200);
    await page.waitForFunction(([field, first]) => window.document.querySelector(field).value !== first, [field, first]);
  });

  test("what removes something is asked once more", async () => {
    const { key } = await makeKey("Ends", ["read:bi"]);
    await openOperation("DELETE", "/api/auth/v1/keys/{id}");
    await page.fill("[data-field='path.id']", key.id);
    await page.click("[data-testid=try-send]");
    await page.locator("[data-testid=try-sure]").waitFor(LIMIT);
    const held = async () => (await api("GET", "/api/auth/v1/keys")).keys.some((one) => one.id === key.id);
    assert.equal(await held(), true);
    await isOpenToAll("sure");
    assert.equal((await send("try-sure")).status, 200);
    assert.equal(await held(), false);
  });

  test("what was asked is shown as the edge has it", async () => {
    const { secret, key } = await makeKey("Counted", ["read:bi"]);
    const ask = (path) => fetch(`${stack.origin}${path}`, { headers: { authorization: `Bearer ${secret}` } });
    for (let turn = 0; turn < 3; turn += 1) await ask(`/api/mobile/v1/dashboard?company=${company}`);
    await ask(`/api/ingest/v1/batches?company=${company}`);
    const usage = `/api/gateway/v1/usage?by=caller&caller=${encodeURIComponent(`key ${key.id}`)}`;
    for (;;) {
      const { total } = await api("GET", usage);
      if (total.calls === 4) break;
      await new Promise((done) => setTimeout(done, 200));
    }
    await page.goto(`${stack.origin}/settings`);
    await page.click("[data-testid=to-api-usage]");
    await page.locator("[data-testid=usage-sums]").waitFor(LIMIT);
    await page.locator("[data-testid=chart] canvas").first().waitFor(LIMIT);
    await page.click("[data-testid=usage-filter]");
    await isOpenToAll("usage");
    const route = page.locator("[data-testid=usage-routes] [data-row='GET /api/mobile/v1/dashboard'] td").first();
    assert.ok(Number(await route.textContent()) >= 3);

    await page.selectOption("[data-testid=usage-caller]", { label: "Key Counted" });
    await page.locator("[data-testid=usage-sums][data-calls='4'][data-errors='1']").waitFor(LIMIT);
    const sums = await page.textContent("[data-testid=usage-sums]");
    assert.match(sums, /Share of errors25(\.0)?%/);
    const told = await api("GET", usage);
    assert.equal(Number(await page.getAttribute("[data-testid=usage-quota]", "data-left")), told.quota.day.left);
    assert.equal(await page.locator("[data-request]").count(), 4);
    await page.selectOption("[data-testid=usage-status]", "4xx");
    await page.locator("[data-testid=usage-sums][data-calls='1']").waitFor(LIMIT);
    await page.selectOption("[data-testid=usage-status]", "5xx");
    await page.locator("[data-testid=usage-empty]").waitFor(LIMIT);
    await isOpenToAll("usage without requests");
  });

  test("both are there in Turkish, and say what a network is needed for", async () => {
    await page.goto(`${stack.origin}/settings`);
    await untilInstalled(page);
    await page.getByRole("button", { name: "Türkçe" }).click();
    // Once more, now that the service worker answers: it keeps the document.
    await page.goto(`${stack.origin}/developers`);
    await page.locator("[data-operation]").first().waitFor({ state: "attached", ...LIMIT });
    assert.equal(await page.textContent("h1"), "API başvurusu");
    await isOpenToAll("list in Turkish");
    await page.waitForFunction(async () => Boolean(await caches.match("/openapi.json")), null, LIMIT);
    await setOffline(context, true);
    await page.goto(`${stack.origin}/developers?operation=${idOf("GET", "/api/auth/v1/me")}`);
    await page.locator("[data-testid=try-send]").waitFor(LIMIT);
    await page.click("[data-testid=try-send]");
    await page.locator("[data-testid=try-offline]").waitFor(LIMIT);
    await isOpenToAll("operation in Turkish without a network");
    await page.goto(`${stack.origin}/developers/usage`);
    await page.locator("[data-testid=usage-failed]", { hasText: "ağ bağlantısı gerekir" }).waitFor(LIMIT);
    await isOpenToAll("usage without a network");
    await setOffline(context, false);
  });
});
