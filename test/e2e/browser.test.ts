// What a browser makes of it: headless Chromium opens the server's own pages and a real site, and
// has nothing to complain about in its console.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  type Browser,
  launchChromium,
  type Page,
  noChromium as skip,
  type Visit,
  type VisitOptions,
  visit,
} from "../support/chromium.ts";
import { PROJECT_ROOT, startProgram } from "../support/program.ts";

const program = await startProgram(
  { after },
  {
    args: ["www", "-p", "0", "--tls"],
    files: {
      // Asked for by the browser itself beside a page of plain text.
      "www/favicon.ico": "",
      "www/list/a.txt": "the letter a\n",
      "www/list/<img src=x onerror=alert(1)>.txt": "harmless\n",
      "www/list/javascript:alert(1)": "harmless\n",
      "www/list/50% #1?.txt": "signs\n",
      "www/list/sub/b.txt": "the letter b\n",
    },
  },
);
const fixture = await startProgram(
  { after },
  { args: [join(PROJECT_ROOT, "test/fixtures/site"), "-p", "0", "--tls"] },
);
const own = await startProgram({ after }, { args: [join(PROJECT_ROOT, "www"), "-p", "0"] });

let browser: Promise<Browser> | undefined;
after(async () => (await browser)?.close());

async function open(url: string, options: VisitOptions = {}): Promise<Visit> {
  browser ??= launchChromium();
  return visit(await browser, url, options);
}

test("a listing is walked by clicking, whatever the names", { skip }, async () => {
  const { page, complaints, leave } = await open(`${program.httpsUrl}/list/`);
  assert.match(await page.title(), /\/list\//);
  for (const [name, text] of [
    ["a.txt", "the letter a"],
    ["<img src=x onerror=alert(1)>.txt", "harmless"],
    ["50% #1?.txt", "signs"],
  ] as const) {
    await page.getByRole("link", { name, exact: true }).click();
    assert.equal((await page.textContent("body"))?.trim(), text);
    await page.goBack();
  }
  await page.getByRole("link", { name: "sub/" }).click();
  await page.getByRole("link", { name: "b.txt" }).click();
  assert.equal((await page.textContent("body"))?.trim(), "the letter b");
  assert.deepEqual(complaints, []);
  await leave();
});

test("a listing needs no script and fits a narrow screen", { skip }, async () => {
  const { page, complaints, leave } = await open(`${program.httpsUrl}/list/`, {
    javaScriptEnabled: false,
    viewport: { width: 320, height: 600 },
  });
  assert.ok((await page.locator("a").count()) >= 5);
  assert.deepEqual(complaints, []);
  await leave();
  const { page: narrow, leave: leaveNarrow } = await open(`${program.httpsUrl}/list/`, {
    viewport: { width: 320, height: 600 },
  });
  assert.ok((await overflowOf(narrow)) <= 0, "it scrolls sideways");
  await leaveNarrow();
});

test("an error page is a page: a title, a heading, readable on a phone", { skip }, async () => {
  const { page, complaints, leave } = await open(`${program.httpsUrl}/nope`, {
    viewport: { width: 390, height: 700 },
  });
  assert.match(await page.title(), /404/);
  assert.equal(await page.locator("h1").count(), 1);
  assert.ok((await overflowOf(page)) <= 0, "it scrolls sideways");
  // Chromium itself notes the status of a page in its console; that is no fault of the page.
  const ownFaults = complaints.filter((text) => !text.includes("status of 404"));
  assert.deepEqual(ownFaults, []);
  await leave();
});

test("a real site runs: styles, fonts, pictures, modules", { skip }, async () => {
  const { page, complaints, leave } = await open(`${fixture.httpsUrl}/`);
  assert.equal(await page.textContent("[data-answer]"), "The script says 42.");
  assert.equal(await page.evaluate(`document.fonts.check('16px Tiny')`), true);
  const broken = `[...document.images].filter((one) => one.naturalWidth === 0).length`;
  assert.equal(await page.evaluate(broken), 0);
  assert.deepEqual(complaints, []);
  await leave();
});

for (const name of ["index", "begin", "features", "architecture"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${name}.html of Ferrox's own site is at ease in ${colorScheme}`, { skip }, async () => {
      const viewport = { width: 390, height: 800 };
      const { page, complaints, leave } = await open(`${own.url}/${name}.html`, {
        viewport,
        colorScheme,
      });
      assert.ok((await overflowOf(page)) <= 0, "it scrolls sideways");
      assert.equal(await page.locator("h1").count(), 1);
      assert.deepEqual(complaints, []);
      await leave();
    });
  }
}

async function overflowOf(page: Page): Promise<number> {
  const measure = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  return Number(await page.evaluate(measure));
}
