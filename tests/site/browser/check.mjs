// Opens the pages of a site in Chromium, at three widths, light and dark, and prints what it finds as JSON.
// Usage: node check.mjs FOLDER CHROMIUM [SCREENSHOTS]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [folder, executablePath, screenshots] = process.argv.slice(2);
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath, args: [...flags, "--disable-component-update", "--disable-sync"] });
const result = { overflow: [], accessibility: [], errors: [], tags: {}, compare: {} };

function watch(page) {
  page.on("pageerror", (error) => result.errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && result.errors.push(message.text()));
  page.on("request", (request) => request.url().startsWith("file:") || result.errors.push(`asks ${request.url()}`));
}

function at(file) {
  return String(pathToFileURL(`${folder}/${file}`));
}

const files = ["index.html", "tags.html", "moves.html", "compare.html", ...process.env.PAGES.split(" ")];
for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 768, 1440]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    for (const file of files) {
      const page = await context.newPage();
      watch(page);
      await page.goto(at(file));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth || Array.from(document.querySelectorAll("body *")).some((each) => !each.matches(".skip, .scroll *") && each.getBoundingClientRect().right > window.innerWidth + 1));
      if (overflow) {
        result.overflow.push(`${file} ${width} ${colorScheme}`);
      }
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
      for (const violation of found.violations) {
        result.accessibility.push(`${file} ${width} ${colorScheme}: ${violation.id}: ${violation.nodes[0].html}`);
      }
      if (screenshots) {
        await page.screenshot({ path: `${screenshots}/${file.replaceAll("/", "_")}-${width}-${colorScheme}.png`, fullPage: true });
      }
      await page.close();
    }
    await context.close();
  }
}

const context = await browser.newContext();
const page = await context.newPage();
watch(page);
await page.goto(at("tags.html"));
const shown = () => page.$$eval("#tags tbody tr", (rows) => rows.filter((row) => !row.hidden).map((row) => row.cells[0].textContent));
result.tags.all = (await shown()).length;
await page.fill("#search", process.env.SEARCH);
result.tags.search = await shown();
await page.fill("#search", "");
await page.selectOption("#kind", "fixed");
result.tags.fixed = await shown();
await page.selectOption("#kind", "");
await page.selectOption("#cycle", { index: 1 });
result.tags.cycle = await shown();
await page.selectOption("#cycle", "");
await page.selectOption("#variant", { index: 1 });
result.tags.variant = await shown();
await page.selectOption("#variant", { index: 0 });
await page.selectOption("#architecture", { index: 1 });
result.tags.architecture = await shown();
result.tags.count = await page.textContent("#count");

await page.goto(at("compare.html"));
const differ = () => page.$$eval("#differences tbody tr", (rows) => rows.map((row) => Array.from(row.cells, (cell) => cell.textContent)));
result.compare.days = await page.$$eval("#old option", (options) => options.map((option) => option.textContent));
result.compare.newest = await differ();
await page.selectOption("#old", "0");
result.compare.all = await differ();
await page.fill("#search", process.env.SEARCH);
result.compare.search = await differ();
await page.keyboard.press("Tab");
const without = await browser.newContext({ javaScriptEnabled: false });
const plain = await without.newPage();
await plain.goto(at("tags.html"));
result.plain = { rows: await plain.locator("#tags tbody tr").count(), form: await plain.locator("#filter").isVisible() };
await browser.close();
console.log(JSON.stringify(result));
