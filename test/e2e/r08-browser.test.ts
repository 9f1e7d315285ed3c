// R08, in a browser: a listing whose reader may change it. Files and folders are dropped and chosen,
// entries renamed, deleted and made, in headless Chromium; and all of it again without JavaScript.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import {
  type Browser,
  launchChromium,
  type Page,
  noChromium as skip,
  type Visit,
  type VisitOptions,
  visit,
} from "../support/chromium.ts";
import { configText, eventually, startProgram } from "../support/program.ts";

const program = await startProgram(
  { after },
  {
    config: configText(
      `security_headers: strict
file_systems:
  box: {kind: disk, root: box, writable: true}
  shut: {kind: disk, root: box}
limits: {body_bytes: 200KiB, upload_bytes: 200KiB}
routes:
  - {path: /dav/, files: box, webdav: true, archives: true}
  - {path: /plain/, files: box}
  - {path: /shut/, files: shut}
`,
    ),
    files: {
      "box/.keep": "",
      "home/new.txt": "new\n",
      "home/old.txt": "from home\n",
      "home/large.bin": Buffer.alloc(300 * 1024),
      "home/medium.bin": Buffer.alloc(150 * 1024, "m"),
      "home/tree/top.txt": "top\n",
      "home/tree/deep/er/bottom.txt": "bottom\n",
    },
  },
);
const box = join(program.folder, "box");
const home = (name: string) => join(program.folder, "home", name);

let browser: Promise<Browser> | undefined;
after(async () => (await browser)?.close());

async function open(path: string, options: VisitOptions = {}): Promise<Visit> {
  browser ??= launchChromium();
  return visit(await browser, `${program.url}${path}`, options);
}

/** Each test begins in a directory of its own, with the same few things in it. */
let count = 0;
let place = "";
beforeEach(async () => {
  place = `t${++count}`;
  await mkdir(join(box, place, "folder"), { recursive: true });
  await mkdir(join(home("tree"), "empty"), { recursive: true });
  await writeFile(join(box, place, "old.txt"), "old\n");
  await writeFile(join(box, place, "50% #1 'ü'.txt"), "signs\n");
  await writeFile(join(box, place, "folder", "inside.txt"), "inside\n");
  await utimes(home("new.txt"), 1_000_000_000, 1_000_000_000);
});

const inBox = (...names: readonly string[]) => join(box, place, ...names);
const textOf = (...names: readonly string[]) => readFile(inBox(...names), "utf8");
const namesIn = async (...names: readonly string[]) => (await readdir(inBox(...names))).sort();

const ENTRIES = ["50% #1 'ü'.txt", "folder", "old.txt"];

/** What stands above the table, without the marks that keep the direction of names. */
async function said(page: Page, words: RegExp): Promise<void> {
  await eventually(`${words} on the page`, async () => {
    const text = (await page.textContent(".said")) ?? "";
    return words.test(text.replace(/[\u2068\u2069]/g, "")) ? text : undefined;
  });
}

async function rows(page: Page): Promise<unknown> {
  return page.evaluate("[...document.querySelectorAll('tbody tr[id]')].map((row) => row.id)");
}

/** As a desktop does it: the browser gets paths of this machine, and makes the entries itself. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
  }
}

/** Chromium notes every refused request in its console; that is no fault of the page. */
function ownFaults({ complaints }: Visit): readonly string[] {
  return complaints.filter((text) => !/Failed to load resource: .* status of \d/.test(text));
}

describe("R08 the listing of a route that can be changed, with JavaScript", { skip }, () => {
  test("R08 files that are chosen are stored with their times, and shown", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    await page.setInputFiles("[id='/files']", [home("new.txt"), home("medium.bin")]);
    await said(page, /^2 uploaded\.$/);
    assert.equal(await textOf("new.txt"), "new\n");
    assert.equal((await stat(inBox("new.txt"))).mtimeMs, 1_000_000_000_000);
    assert.equal((await stat(inBox("medium.bin"))).size, 150 * 1024);
    await page.waitForSelector("tr.fresh[id='new.txt']");
    assert.deepEqual(await rows(page), [
      "folder",
      "50% #1 'ü'.txt",
      "medium.bin",
      "new.txt",
      "old.txt",
    ]);
    assert.deepEqual(ownFaults(visitor), []);
    await visitor.leave();
  });

  test("R08 a folder that is dropped comes with all that is in it", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    await drop(page, [home("tree"), home("new.txt")]);
    await said(page, /^\d+ uploaded\.$/);
    assert.deepEqual(await namesIn("tree"), ["deep", "empty", "top.txt"]);
    assert.equal(await textOf("tree", "deep", "er", "bottom.txt"), "bottom\n");
    assert.equal(await textOf("new.txt"), "new\n");
    await page.waitForSelector("tr.fresh[id='tree']");
    assert.deepEqual(ownFaults(visitor), []);
    await visitor.leave();
  });

  test("R08 a folder that is chosen comes with its files", async () => {
    const visitor = await open(`/plain/${place}/`);
    await visitor.page.setInputFiles("[id='/folder']", home("tree"));
    await said(visitor.page, /^2 uploaded\.$/);
    assert.equal(await textOf("tree", "deep", "er", "bottom.txt"), "bottom\n");
    await visitor.leave();
  });

  test("R08 progress is shown, and an upload can be cancelled without a trace", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    const session = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 40_000 };
    await session.send("Network.emulateNetworkConditions", slow);
    await page.setInputFiles("[id='/files']", home("medium.bin"));
    await page.waitForSelector(".jobs li progress");
    await eventually("progress", async () => {
      const done = await page.evaluate("document.querySelector('.jobs li progress')?.value > 0");
      return done === true ? true : undefined;
    });
    assert.match((await page.textContent(".jobs .tally")) ?? "", /^0 of 1 upload, .* of 150 KiB$/);
    await page.click(".jobs li button");
    await said(page, /^1 cancelled\.$/);
    assert.deepEqual(await namesIn(), ENTRIES);
    await visitor.leave();
  });

  for (const [choice, old, names] of [
    ["skip", "old\n", ENTRIES],
    ["replace", "from home\n", ENTRIES],
    ["both", "old\n", [...ENTRIES.slice(0, 2), "old (2).txt", "old.txt"]],
  ] as const) {
    test(`R08 a name that is taken is asked about: ${choice}`, async () => {
      const visitor = await open(`/plain/${place}/`);
      const { page } = visitor;
      await page.setInputFiles("[id='/files']", home("old.txt"));
      await page.waitForSelector("dialog.taken");
      assert.equal(await textOf("old.txt"), "old\n");
      await page.click(`dialog.taken button[value='${choice}']`);
      await said(page, choice === "skip" ? /^1 skipped\.$/ : /^1 uploaded\.$/);
      assert.equal(await textOf("old.txt"), old);
      assert.deepEqual(await namesIn(), names);
      assert.deepEqual(ownFaults(visitor), []);
      await visitor.leave();
    });
  }

  test("R08 a name that was taken a moment ago is asked about as well", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    // The page asks for names when an upload begins; the file appears behind its back.
    await page.evaluate(`{ const own = fetch; fetch = async (...words) => {
      const answer = await own(...words);
      if (words[1]?.headers?.Accept !== "application/json") return answer;
      return new Response('{"entries":[]}');
    }; }`);
    await page.setInputFiles("[id='/files']", home("old.txt"));
    await page.waitForSelector("dialog.taken");
    await page.press("dialog.taken", "Escape");
    await said(page, /^1 skipped\.$/);
    assert.equal(await textOf("old.txt"), "old\n");
    await visitor.leave();
  });

  test("R08 what is too large says so where it happened", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    await page.setInputFiles("[id='/files']", [home("large.bin"), home("new.txt")]);
    await said(page, /^1 uploaded, 1 failed\.$/);
    assert.match(
      (await page.textContent(".jobs li .state")) ?? "",
      /larger than this server takes|connection was lost/,
    );
    assert.deepEqual(await namesIn(), [...ENTRIES.slice(0, 2), "new.txt", "old.txt"]);
    await visitor.leave();
  });

  for (const route of ["plain", "dav"]) {
    test(`R08 an entry is renamed on /${route}/, and never over another one`, async () => {
      const visitor = await open(`/${route}/${place}/`);
      const { page } = visitor;
      await page.click("tr[id='old.txt'] button[name='ask-rename']");
      await page.waitForSelector("dialog.rename");
      await page.fill("dialog.rename [name='to']", 'neu & "x".txt');
      await page.press("dialog.rename [name='to']", "Enter");
      await eventually("the new name", async () => {
        return (await namesIn()).includes('neu & "x".txt') ? true : undefined;
      });
      await page.waitForSelector("tr[id='neu & _x_.txt']");
      await page.click("tr[id='folder'] button[name='ask-rename']");
      await page.fill("dialog.rename [name='to']", "50% #1 'ü'.txt");
      await page.click("dialog.rename .cancel + button");
      const words = route === "dav" ? "dialog.rename .problem" : ".said";
      await eventually("the refusal", async () => {
        const text = (await page.textContent(words)) ?? "";
        return text.includes("is there already") ? text : undefined;
      });
      assert.deepEqual(await namesIn(), ["50% #1 'ü'.txt", "folder", 'neu & "x".txt']);
      assert.deepEqual(ownFaults(visitor), []);
      await visitor.leave();
    });
  }

  test("R08 deleting is asked about, and a folder goes with all that is in it", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    await page.click("tr[id='folder'] button[name='ask-delete']");
    await page.click("dialog.delete .cancel");
    assert.deepEqual(await namesIn(), ENTRIES);
    await page.click("tr[id='folder'] button[name='ask-delete']");
    assert.match((await page.textContent("dialog.delete")) ?? "", /With everything that is in it/);
    await page.click("dialog.delete .danger");
    await said(page, /^folder was deleted\.$/);
    await page.click("[id=\"50% #1 'ü'.txt\"] button[name='ask-delete']");
    await page.click("dialog.delete .danger");
    await said(page, /^50% #1 'ü'\.txt was deleted\.$/);
    await page.waitForSelector("[id=\"50% #1 'ü'.txt\"]", { state: "detached" });
    assert.deepEqual(await namesIn(), ["old.txt"]);
    assert.deepEqual(ownFaults(visitor), []);
    await visitor.leave();
  });

  test("R08 a file that changed since it was shown is not deleted", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    await writeFile(inBox("old.txt"), "somebody's work\n");
    await page.click("tr[id='old.txt'] button[name='ask-delete']");
    await page.click("dialog.delete .danger");
    await eventually("the refusal", async () => {
      const text = (await page.textContent("dialog.delete .problem")) ?? "";
      return text.includes("changed by somebody else") ? text : undefined;
    });
    assert.equal(await textOf("old.txt"), "somebody's work\n");
    await visitor.leave();
  });

  test("R08 a folder is made, and a second one of the same name is not", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    for (const words of [/^neu ü was created\.$/, /^neu ü is there already\.$/]) {
      await page.fill("[id='/create']", "neu ü");
      await page.click(".create button");
      await said(page, words);
    }
    assert.deepEqual(await namesIn(), [ENTRIES[0], "folder", "neu ü", "old.txt"]);
    assert.deepEqual(ownFaults(visitor), []);
    await visitor.leave();
  });

  test("R08 the keyboard is enough, and comes back to where it was", async () => {
    const visitor = await open(`/plain/${place}/`);
    const { page } = visitor;
    await page.press("tr[id='old.txt'] button[name='ask-delete']", "Enter");
    await page.waitForSelector("dialog.delete");
    await page.press("dialog.delete .danger", "Enter");
    await said(page, /^old\.txt was deleted\.$/);
    await eventually("a place for the keyboard", async () => {
      const tag = await page.evaluate("document.activeElement.className");
      return tag === "said" ? true : undefined;
    });
    await visitor.leave();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`R08 it fits a phone in ${colorScheme}, with an upload that failed`, async () => {
      const visitor = await open(`/dav/${place}/`, {
        viewport: { width: 320, height: 640 },
        colorScheme,
      });
      const { page } = visitor;
      await page.setInputFiles("[id='/files']", home("large.bin"));
      await said(page, /failed/);
      const measure = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      assert.ok(Number(await page.evaluate(measure)) <= 0, "it scrolls sideways");
      await visitor.leave();
    });
  }
});

describe("R08 the same without JavaScript", { skip }, () => {
  const visitor = () => open(`/plain/${place}/`, { javaScriptEnabled: false });

  test("R08 several files are sent with a form, and what is there stays", async () => {
    const { page, leave } = await visitor();
    await page.setInputFiles("[id='/files']", [home("new.txt"), home("old.txt")]);
    await page.click("button.plain");
    await said(page, /Uploaded: new\.txt\..*old\.txt: is there already; it was left as it is\./s);
    assert.deepEqual([await textOf("new.txt"), await textOf("old.txt")], ["new\n", "old\n"]);
    await leave();
  });

  for (const [choice, words, old] of [
    ["replace", /Replaced: old\.txt\./, "from home\n"],
    ["both", /Uploaded: old \(2\)\.txt\./, "old\n"],
  ] as const) {
    test(`R08 the form says what to do with names that are taken: ${choice}`, async () => {
      const { page, leave } = await visitor();
      await page.selectOption("[id='/if-taken']", choice);
      await page.setInputFiles("[id='/files']", home("old.txt"));
      await page.click("button.plain");
      await said(page, words);
      assert.equal(await textOf("old.txt"), old);
      await leave();
    });
  }

  test("R08 a folder is made", async () => {
    const { page, leave } = await visitor();
    await page.fill("[id='/create']", "neu ü");
    await page.click(".create button");
    await said(page, /Created: neu ü\./);
    assert.ok((await namesIn()).includes("neu ü"));
    await leave();
  });

  test("R08 an entry is renamed on a page of its own", async () => {
    const { page, leave } = await visitor();
    await page.click("[id=\"50% #1 'ü'.txt\"] button[name='ask-rename']");
    await page.fill("[id='/to']", "plain.txt");
    await page.click(".question button");
    await said(page, /Renamed: plain\.txt\./);
    assert.deepEqual(await namesIn(), ["folder", "old.txt", "plain.txt"]);
    await leave();
  });

  test("R08 deleting is asked about on a page of its own", async () => {
    const { page, leave } = await visitor();
    await page.click("tr[id='folder'] button[name='ask-delete']");
    assert.match((await page.textContent(".question")) ?? "", /With everything that is in it/);
    assert.deepEqual(await namesIn(), ENTRIES);
    await page.click(".question .danger");
    await said(page, /Deleted: folder\./);
    assert.deepEqual(await namesIn(), [ENTRIES[0], "old.txt"]);
    await leave();
  });
});

test("R08 a listing that nobody may change has nothing to change it with", { skip }, async () => {
  const { page, leave } = await open(`/shut/${place}/`);
  assert.equal(await page.locator("form, button, input, dialog, script").count(), 0);
  await leave();
});
