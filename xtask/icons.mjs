// Draws the PNG icons from public/icons/icon.svg in headless Chromium; run by hand when the logo changes:
//   node_modules/.bin/node xtask/icons.mjs
import { readFile, writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const ICONS = [
  { file: "icon-192.png", size: 192, scale: 1, rounded: true },
  { file: "icon-512.png", size: 512, scale: 1, rounded: true },
  // A mask may cut everything outside of the middle 80 %.
  { file: "maskable-512.png", size: 512, scale: 0.78, rounded: false },
  { file: "apple-touch-icon.png", size: 180, scale: 0.9, rounded: false },
];

const svg = await readFile("public/icons/icon.svg", "utf8");
const ground = svg.match(/<rect[^>]*fill="(#[0-9a-f]{6})"/)[1];
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-gpu"],
});
for (const { file, size, scale, rounded } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const inner = Math.round(size * scale);
  await page.setContent(
    `<body style="margin:0;width:${size}px;height:${size}px;display:grid;place-items:center;background:${rounded ? "transparent" : ground}">
     <div style="width:${inner}px;height:${inner}px;display:grid">${svg}</div></body>`,
  );
  await writeFile(`public/icons/${file}`, await page.screenshot({ omitBackground: rounded }));
  await page.close();
}
await browser.close();
