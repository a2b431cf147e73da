// People of a company as their owner handles them: invited by a link, given a role and channels, sent away and
// taken back; and the audit log, checked in the browser and exported.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { asFile, figure, importFile } from "./support/app.mjs";
import { launch, open, violations } from "./support/browser.mjs";
import { startStack } from "./support/stack.mjs";

const LIMIT = { timeout: 60_000 };
const CSV = `order_date,channel,order_id,sku,quantity,unit_price,unit_cost
2026-11-02,n11,1,a,1,100,40
2026-11-03,trendyol,2,a,1,50,20
`;

describe("people", () => {
  let stack, browser, owner, guest;

  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  beforeEach(async () => {
    stack = await startStack();
    owner = await open(browser);
    guest = await open(browser);
    await owner.page.goto(stack.invite);
    await owner.page.locator("[data-testid=new-company]").waitFor(LIMIT);
  });
  afterEach(async () => {
    await owner.context.close();
    await guest.context.close();
    await stack.stop();
  });

  const toSettings = async (page) => {
    await page.click("[data-testid=nav-settings]");
    await page.locator("[data-testid=devices]").waitFor(LIMIT);
  };
  const roleOf = (page) => page.evaluate(() => fetch("/api/auth/v1/me").then((answer) => answer.json()).then((me) => me.role));
  const untilDone = (page, text) =>
    page.locator("[data-testid=people-done]", { hasText: text }).waitFor(LIMIT);
  const invite = async (page, name, role, channels = []) => {
    await page.click("[data-testid=invite-new]");
    await page.fill("[data-testid=invite-name]", name);
    await page.selectOption("[data-testid=invite-role]", role);
    for (const channel of channels) await page.check(`form [data-channel="${channel}"]`);
    await page.click("[data-testid=invite-make]");
    await page.locator("[data-testid=invite-link]").waitFor(LIMIT);
    return page.locator("[data-testid=invite-link]").textContent();
  };

  test("somebody is invited to one channel, sees it alone, gets another role, is sent away and taken back", async () => {
    const { page } = owner;
    await importFile(page, asFile("orders.csv", CSV));
    await toSettings(page);
    await page.locator("[data-testid=member]").waitFor(LIMIT);
    await page.click("[data-testid=invite-new]");
    await page.locator('form [data-channel="n11"]').waitFor(LIMIT);
    assert.deepEqual(await violations(page), []);
    const low = await page.$$eval("[data-testid=people] :is(button, summary, label, select, input:not([type=checkbox])), [data-testid=audit] button", (targets) =>
      targets.map((target) => [target.textContent, target.getBoundingClientRect().height]).filter(([, height]) => height > 0 && height < 44));
    assert.deepEqual(low, []);
    await page.click("[data-testid=invite-new]");
    const link = await invite(page, "Ayşe", "cmo", ["n11"]);
    assert.match(link, new RegExp(`^${stack.origin}/\\?join=[A-Za-z0-9_-]+$`));

    await guest.page.goto(link);
    assert.equal(await figure(guest.page, "net-revenue"), await revenueOf(guest.page, "n11"));
    assert.equal(await roleOf(guest.page), "cmo");
    await toSettings(guest.page);
    assert.equal(await guest.page.locator("[data-testid=people]").count(), 0, "who may not manage people sees none");

    await page.reload();
    const row = page.locator("[data-testid=member]", { hasText: "Ayşe" });
    await row.waitFor(LIMIT);
    assert.match(await row.locator("[data-testid=member-channels]").textContent(), /n11/i);
    await row.locator("[data-testid=member-role]").selectOption("viewer");
    await untilDone(page, "Saved");
    assert.equal(await roleOf(guest.page), "viewer");
    await page.locator("[data-testid=member]", { hasText: "Ayşe" }).locator("[data-testid=member-remove]").click();
    await page.locator("[data-testid=member-undo]").waitFor(LIMIT);
    assert.equal(await page.locator("[data-testid=member]").count(), 1);
    assert.equal(await roleOf(guest.page), undefined);
    await page.click("[data-testid=member-undo]");
    await row.waitFor(LIMIT);
    assert.equal(await roleOf(guest.page), "viewer");
    assert.deepEqual([...owner.troubles, ...guest.troubles], []);
  });

  test("the audit log is shown, checked here and exported, and a log written anew shows", async () => {
    const { page } = owner;
    await toSettings(page);
    await page.locator("[data-testid=member]").waitFor(LIMIT);
    await invite(page, "Ali", "analyst");
    await page.click("[data-testid=audit-show]");
    await page.locator("[data-testid=audit-entry]", { hasText: "invited somebody" }).waitFor(LIMIT);
    const downloading = page.waitForEvent("download", LIMIT);
    await page.click("[data-testid=audit-export]");
    const entries = JSON.parse(await readFile(await (await downloading).path(), "utf8"));
    assert.match(await page.locator("[data-testid=audit-outcome]").textContent(), new RegExp(` ${entries.length}\\.$`));
    // By the rule of the API's documentation, in another language.
    let before = "0".repeat(64);
    for (const { number, at, actor, event, about, detail, outcome, hash } of entries) {
      const text = `${before}\n${JSON.stringify([number, at, actor, event, about, detail, outcome])}`;
      before = createHash("sha256").update(text).digest("hex");
      assert.equal(before, hash);
    }
    // What this browser checked last is another now.
    await page.evaluate(() => {
      const name = Object.keys(localStorage).find((key) => key.startsWith("audit-"));
      localStorage.setItem(name, `1 ${"ab".repeat(32)}`);
    });
    await page.click("[data-testid=audit-export]");
    await page.locator("[data-testid=audit-outcome]", { hasText: "does not go on" }).waitFor(LIMIT);
    assert.deepEqual(owner.troubles, []);
  });
});

/** Net revenue of a channel, as the edge's dashboard of the caller says. */
async function revenueOf(page, channel) {
  const dashboard = await page.evaluate(async () => {
    const me = await fetch("/api/auth/v1/me").then((answer) => answer.json());
    const company = me.companies[0].profile.id;
    return fetch(`/api/mobile/v1/dashboard?company=${company}`).then((answer) => answer.json());
  });
  const minor = dashboard.tiles.find((tile) => tile.metric === "net-revenue").value;
  // Of two orders of 100 and 50, VAT included, the channel's own is the larger.
  assert.ok(channel === "n11" && minor > 8_000 && minor <= 10_000, `${minor}`);
  return minor / 100;
}
