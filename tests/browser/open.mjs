// Opens pages in Chromium and prints, as one JSON object, what a reader would stumble over.
//
//   node open.mjs JOB.json
//
// JOB.json: {"chromium": path, "profile": folder, "pages": [{"url", "width", "scheme", "shot"?, "axe"?}]}
// "file" of a page is opened from disk instead of "url". Without "axe": false, axe-core checks the page.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const job = JSON.parse(await readFile(process.argv[2], "utf8"));

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
];

async function look(context, page) {
  const tab = await context.newPage();
  const complaints = [];
  const requests = [];
  tab.on("console", (said) => { if (said.type() === "error" || said.type() === "warning") complaints.push(said.text()); });
  tab.on("pageerror", (error) => complaints.push(String(error)));
  tab.on("request", (request) => requests.push(request.url()));
  tab.on("dialog", (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  tab.on("response", (got) => { if (got.status() >= 400) complaints.push(`${got.status()} ${got.url()}`); });
  await tab.setViewportSize({ width: page.width, height: 800 });
  await tab.emulateMedia({ colorScheme: page.scheme });
  await tab.goto(page.url, { waitUntil: "load" });
  const found = await tab.evaluate(() => ({
    headings: [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((h) => [Number(h.tagName[1]), h.textContent.trim()]),
    links: [...document.querySelectorAll("a[href]")].map((a) => a.href),
    anchors: [...document.querySelectorAll("[id]")].map((e) => e.id),
    pictures: [...document.images].map((i) => ({
      src: i.src.slice(0, 200), alt: i.alt, loaded: i.complete && i.naturalWidth > 0,
      visible: i.getBoundingClientRect().width > 100 && i.getBoundingClientRect().height > 50,
    })),
    scripts: document.scripts.length,
    // Lines that each date stands on, and how many rows of a table stand beside each other.
    dates: [...document.querySelectorAll(".date")].map((e) => e.getClientRects().length),
    abreast: [...document.querySelectorAll("table")].map((table) =>
      new Set([...table.tBodies[0].rows].map((row) => Math.round(row.getBoundingClientRect().left))).size),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    background: getComputedStyle(document.body).backgroundColor,
    lang: document.documentElement.lang,
  }));
  let faults = [];
  if (page.axe !== false) {
    // The pages forbid scripts by policy; the checker is run by the browser's tools instead of by the page.
    await tab.evaluate(axe);
    const result = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    faults = result.violations.map((v) => ({
      rule: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)),
    }));
  }
  if (page.shot) await tab.screenshot({ path: page.shot, fullPage: true });
  await tab.close();
  return { ...page, ...found, requests, complaints, faults };
}

const context = await chromium.launchPersistentContext(job.profile, {
  executablePath: job.chromium, headless: true, args: FLAGS, chromiumSandbox: false,
});
try {
  const seen = [];
  for (const page of job.pages) seen.push(await look(context, page));
  process.stdout.write(JSON.stringify(seen));
} finally {
  await context.close();
}
