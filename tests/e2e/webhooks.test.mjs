// Webhooks as an owner handles them: a server is added and told what happens, tried, followed, changed, paused, given
// another secret and removed. A server of the test's own on this machine gets the messages, and the specification's own
// library reads them.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { launch, open, setOffline } from "./support/browser.mjs";
import { startReceiver } from "./support/receiver.mjs";
import { ask, inTurkish, isOpenToAll, join, settled, toSettings, until, untilTold } from "./support/settings.mjs";
import { startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };
const ENDPOINTS = "/api/webhooks/v1/endpoints";

describe("webhooks", () => {
  let browser, stack, receiver, context, page, troubles;

  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    context = stack = undefined;
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await context?.close();
    await stack?.stop();
    await receiver?.stop();
  });

  /** A company's owner in the settings; `set` are variables of the edge. */
  const begin = async (set) => {
    stack = await startStack({ set });
    ({ context, page, troubles } = await open(browser));
    await page.goto(stack.invite);
    await page.locator("[data-testid=new-company]").waitFor(LIMIT);
    await toSettings(page);
    await page.locator("[data-testid=webhooks-none]").waitFor(LIMIT);
  };
  const add = async (name, url) => {
    await page.click("[data-testid=webhook-new]");
    await page.fill("[data-testid=webhook-name]", name);
    await page.fill("[data-testid=webhook-url]", url);
    await page.check("[data-testid=webhooks] form [data-event='key.created']");
    await page.click("[data-testid=webhook-make]");
  };
  const shownSecret = () => page.locator("[data-testid=webhook-secret]").textContent(LIMIT);
  const endpoint = async () => (await ask(page, "GET", ENDPOINTS)).body.webhooks[0];
  const untilDone = (text) => page.locator("[data-testid=webhooks-done]", { hasText: text }).waitFor(LIMIT);
  const reads = (secret, { body, headers }) => new Webhook(secret).verify(body, headers);

  test("a server is told what happens, and what was sent is seen and sent again", async () => {
    await begin({ CALLS_INSIDE: "allowed" });
    await page.click("[data-testid=webhook-new]");
    await isOpenToAll(page, "webhooks");
    // What is wrong with an address is said at the address, before anything is sent.
    await page.fill("[data-testid=webhook-url]", "hooks.example.com");
    await page.press("[data-testid=webhook-url]", "Tab");
    assert.match(await page.locator("[data-testid=webhook-url-wrong]").textContent(LIMIT), /https:\/\//);
    assert.equal(await page.getAttribute("[data-testid=webhook-url]", "aria-invalid"), "true");
    await isOpenToAll(page, "webhooks");
    await page.click("[data-testid=webhook-new]");
    await add("ERP", receiver.url);
    const secret = await shownSecret();
    assert.match(secret, /^whsec_[A-Za-z0-9+/]+=*$/);
    await page.locator("[data-testid=webhook][data-active=true]").waitFor(LIMIT);
    const made = await endpoint();
    assert.deepEqual([made.name, made.url, made.events], ["ERP", receiver.url, ["batch.applied", "batch.failed", "key.created"]]);

    // What happens is told, and the secret that was shown is the one that signs.
    const key = (await ask(page, "POST", "/api/auth/v1/keys", { name: "k", scopes: ["read:bi"] })).body.key.id;
    await until(() => receiver.of("key.created").length > 0, "a key is told");
    assert.equal(reads(secret, receiver.of("key.created")[0]).data.key, key);
    await page.click("[data-testid=webhook-deliveries]");
    const arrived = page.locator("[data-testid=delivery][data-state=delivered]");
    await arrived.first().waitFor(LIMIT);
    assert.match(await arrived.first().textContent(), /key\.created.*arrived · attempt 1 of 10 · answered 204/);
    await isOpenToAll(page, "webhooks");

    // A test goes out whatever was chosen, and is followed until it has arrived.
    await page.click("[data-testid=webhook-test]");
    const tested = page.locator("[data-testid=delivery][data-state=delivered]", { hasText: "webhook.test" });
    await tested.waitFor(LIMIT);
    const message = await tested.getAttribute("data-message");
    assert.equal(receiver.of("webhook.test")[0].headers["webhook-id"], message);
    await tested.locator("[data-testid=delivery-resend]").click();
    await untilDone("on its way again");
    await until(() => receiver.of("webhook.test").length >= 2, "it is sent again");
    assert.equal(receiver.of("webhook.test")[1].headers["webhook-id"], message, "the same message");

    // What does not arrive says why, and when it is tried again, as the edge has it.
    receiver.status = 500;
    await page.click("[data-testid=webhook-test]");
    const waiting = page.locator("[data-testid=delivery][data-state=waiting]", { hasText: "answered 500" });
    await waiting.waitFor(LIMIT);
    assert.match(await waiting.textContent(), /on its way · attempt \d+ of 10 · answered 500 · [\d,]+ ms · next attempt \d/);
    const id = await waiting.getAttribute("data-message");
    const list = await untilTold(page, `${ENDPOINTS}/${made.id}/deliveries`, ({ deliveries }) =>
      deliveries.some((one) => one.message === id && one.last_status === 500), "the edge says the same");
    const told = list.deliveries.find((one) => one.message === id);
    assert.equal(told.state, "waiting");
    assert.ok(told.next_at > told.last_at);
    receiver.status = 204;

    await page.reload();
    await toSettings(page);
    await page.locator("[data-testid=webhook]").waitFor(LIMIT);
    assert.equal(await page.locator("[data-testid=webhook-secret]").count(), 0, "a secret is shown once");
    assert.deepEqual(troubles, []);
  });

  test("it is changed and that taken back, given another secret, paused, resumed and removed in two steps", async () => {
    await begin({ CALLS_INSIDE: "allowed" });
    await add("ERP", receiver.url);
    const secret = await shownSecret();
    await page.locator("[data-testid=webhook]").waitFor(LIMIT);

    await page.click("[data-testid=webhook-change]");
    await page.fill("[data-testid=webhook-change-name]", "Warehouse");
    await page.uncheck("[data-testid=webhook] [data-event='key.created']");
    await isOpenToAll(page, "webhooks");
    await page.click("[data-testid=webhook-change-save]");
    await untilDone("Changed.");
    let now = await endpoint();
    assert.deepEqual([now.name, now.events], ["Warehouse", ["batch.applied", "batch.failed"]]);
    await page.click("[data-testid=webhook-undo]");
    await untilDone("as it was");
    now = await endpoint();
    assert.deepEqual([now.name, now.events], ["ERP", ["batch.applied", "batch.failed", "key.created"]]);
    // With no event chosen nothing is sent.
    await page.click("[data-testid=webhook-change]");
    for (const event of now.events) await page.uncheck(`[data-testid=webhook] [data-event='${event}']`);
    await page.click("[data-testid=webhook-change-save]");
    await page.locator("[data-testid=webhook-change-wrong]", { hasText: "at least one event" }).waitFor(LIMIT);
    assert.deepEqual(await endpoint(), now);
    await page.click("[data-testid=webhook-change]");

    // While one secret takes the other's place, who knows either reads what is told.
    await page.click("[data-testid=webhook-rotate]");
    await page.waitForFunction((old) => {
      const shown = document.querySelector("[data-testid=webhook-secret]")?.textContent;
      return shown && shown !== old;
    }, secret, LIMIT);
    const next = await shownSecret();
    await page.locator("[data-testid=webhook]", { hasText: "signed by the old secret too until" }).waitFor(LIMIT);
    await page.click("[data-testid=webhook-test]");
    await until(() => receiver.of("webhook.test").length >= 1, "a test is told");
    for (const known of [secret, next]) assert.equal(reads(known, receiver.of("webhook.test")[0]).type, "webhook.test");
    // Another secret so soon would end the first at once, which is asked before it is done.
    await page.click("[data-testid=webhook-rotate]");
    await page.locator("[data-testid=webhook-rotate-sure]").waitFor(LIMIT);
    await isOpenToAll(page, "webhooks");
    await page.click("[data-testid=webhook-keep]");
    await page.locator("[data-testid=webhook-rotate-sure]").waitFor({ state: "detached", ...LIMIT });
    assert.equal(await shownSecret(), next, "nothing was replaced");
    await page.click("[data-testid=webhook-rotate]");
    await page.click("[data-testid=webhook-rotate-sure]");
    await page.waitForFunction((old) => {
      const shown = document.querySelector("[data-testid=webhook-secret]")?.textContent;
      return shown && shown !== old;
    }, next, LIMIT);
    await page.click("[data-testid=webhook-secret-done]");
    await page.locator("[data-testid=webhook-secret]").waitFor({ state: "detached", ...LIMIT });

    // Nothing waits, so that pausing needs no second step.
    await untilTold(page, ENDPOINTS, ({ webhooks }) => webhooks[0].waiting === 0, "nothing waits");
    await page.click("[data-testid=webhook-pause]");
    await page.locator("[data-testid=webhook][data-active=false]").waitFor(LIMIT);
    assert.match(await page.locator("[data-testid=webhook-state]").textContent(), /paused by somebody here, since \d/);
    assert.equal((await endpoint()).stopped, "by-hand");
    assert.equal(await page.locator("[data-testid=webhook-test]").count(), 0, "what is paused is sent no test");
    await page.click("[data-testid=webhook-pause]");
    await page.locator("[data-testid=webhook][data-active=true]").waitFor(LIMIT);
    assert.equal((await endpoint()).stopped, null);

    // What waits would be lost, so that pausing is asked once more, with the number.
    receiver.status = 500;
    await page.click("[data-testid=webhook-test]");
    await untilTold(page, ENDPOINTS, ({ webhooks }) => webhooks[0].waiting === 1, "a test waits");
    await page.click("[data-testid=webhook-pause]");
    await page.locator("[role=alert]", { hasText: "Messages are waiting: 1." }).waitFor(LIMIT);
    await page.click("[data-testid=webhook-pause-sure]");
    await page.locator("[data-testid=webhook][data-active=false]").waitFor(LIMIT);
    await page.click("[data-testid=webhook-pause]");
    await page.locator("[data-testid=webhook][data-active=true]").waitFor(LIMIT);

    // A server that wants no more is paused by the edge, and why is told.
    receiver.status = 410;
    await page.click("[data-testid=webhook-test]");
    await untilTold(page, ENDPOINTS, ({ webhooks }) => webhooks[0].stopped === "gone", "it is paused");
    await page.reload();
    await toSettings(page);
    await page.locator("[data-testid=webhook-state]", { hasText: "410" }).waitFor(LIMIT);

    await page.click("[data-testid=webhook-remove]");
    await page.locator("[data-testid=webhook-remove-sure]").waitFor(LIMIT);
    await isOpenToAll(page, "webhooks");
    await page.click("[data-testid=webhook-keep]");
    await page.locator("[data-testid=webhook-remove-sure]").waitFor({ state: "detached", ...LIMIT });
    assert.equal((await ask(page, "GET", ENDPOINTS)).body.webhooks.length, 1);
    await page.click("[data-testid=webhook-remove]");
    await page.click("[data-testid=webhook-remove-sure]");
    await page.locator("[data-testid=webhooks-none]").waitFor(LIMIT);
    assert.deepEqual((await ask(page, "GET", ENDPOINTS)).body.webhooks, []);
    assert.deepEqual(troubles, []);
  });

  test("an address inside is refused in Turkish, administrators see it, analysts do not, and the network may be gone", async () => {
    await begin({});
    await inTurkish(page);
    await page.locator("h2", { hasText: "Webhook'lar" }).waitFor(LIMIT);
    await add("ERP", "https://printer.local/hook");
    await page.locator("[data-testid=webhook-url-wrong]", { hasText: "herkese açık internette değil" }).waitFor(LIMIT);
    await page.locator("[data-testid=webhook-wrong]", { hasText: "Hiçbir şey değişmedi" }).waitFor(LIMIT);
    assert.deepEqual((await ask(page, "GET", ENDPOINTS)).body.webhooks, []);
    await isOpenToAll(page, "webhooks");

    for (const [role, count] of [["admin", 1], ["analyst", 0]]) {
      const guest = await open(browser);
      await join(page, guest.page, stack.origin, role);
      await toSettings(guest.page);
      assert.equal(await guest.page.locator("[data-testid=webhooks]").count(), count, role);
      assert.equal(await guest.page.locator("[data-testid=webhooks-trouble]").count(), 0, role);
      assert.deepEqual(guest.troubles, []);
      await guest.context.close();
    }

    await page.click("[data-testid=nav-home]");
    await setOffline(context, true);
    await page.click("[data-testid=nav-settings]");
    await page.locator("[data-testid=webhooks-trouble]", { hasText: "Ağ bekleniyor" }).waitFor(LIMIT);
    await setOffline(context, false);
    // Unless it has come back by itself already; the first try may come before the network does.
    const isBack = () => page.evaluate(() => {
      document.querySelector("[data-testid=webhooks-trouble] button")?.click();
      return document.querySelector("[data-testid=webhooks]") !== null;
    });
    for (const end = Date.now() + LIMIT.timeout; !(await isBack()); await new Promise((go) => setTimeout(go, 200))) {
      assert.ok(Date.now() < end, "the section is back");
    }
    await settled(page);
    assert.deepEqual(troubles, []);
  });
});
