// Chromium as a phone, with the network that a flight has when asked.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** The three sizes that every screen is looked at in. */
export const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 3 },
  tablet: { viewport: { width: 820, height: 1180 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1440, height: 900 }, isMobile: false, hasTouch: false, deviceScaleFactor: 1 },
};

/** Launches Chromium; says what to install where there is none. */
export async function launch() {
  return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

/** A phone whose profile lies in a folder, so that it can be closed and started cold with what it holds. */
export async function launchProfile(folder, { size = "phone", theme = "light", locale = "en-GB" } = {}) {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(), args: FLAGS, ...SIZES[size], colorScheme: theme, locale,
  });
  const troubles = [];
  context.on("page", (page) => watch(page, troubles));
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page, troubles);
  return { context, page, troubles };
}

function chromiumPath() {
  const path = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  if (!existsSync(path)) throw new Error(`no Chromium at ${path}: install it or set CHROME_PATH`);
  return path;
}

/** A fresh profile of the given size, theme and language; fails the test on page errors. */
export async function open(browser, { size = "phone", theme = "light", locale = "en-GB", ...rest } = {}) {
  const context = await browser.newContext({
    ...SIZES[size], colorScheme: theme, locale, acceptDownloads: true, ...rest,
  });
  const troubles = [];
  context.on("page", (page) => watch(page, troubles));
  const page = await context.newPage();
  return { context, page, troubles };
}

function watch(page, troubles) {
  page.on("pageerror", (error) => troubles.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const text = message.text();
    // What a cut network makes the browser say is expected; everything else is not.
    if (/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource/.test(text)) return;
    troubles.push(`console: ${text}`);
  });
}

/** Cuts or restores the network for every page and service worker of the context. */
export async function setOffline(context, offline) {
  await context.setOffline(offline);
}

/** The violations of WCAG 2.2 A and AA that axe finds, as short lines. */
export async function violations(page) {
  const { AxeBuilder } = await import("@axe-core/playwright");
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`),
  );
}
