import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  hrefOf,
  humanSize,
  isoTime,
  type Listing,
  listingHtml,
  rowId,
} from "../../src/handlers/listing-page.ts";
import { shownName } from "../../src/handlers/shown-name.ts";
import type { Entry } from "../../src/vfs/file-system.ts";

const MODIFIED = Date.UTC(2024, 0, 2, 3, 4, 5, 678);

function file(name: string, size = 1): Entry {
  return { name, stat: { kind: "file", size, modifiedMs: MODIFIED, version: "v" } };
}

function directory(name: string): Entry {
  const stat = { kind: "directory", size: 0, modifiedMs: MODIFIED, version: undefined } as const;
  return { name, stat };
}

function page(entries: readonly Entry[], changes: Partial<Listing> = {}): string {
  return listingHtml({ path: "/list/", depth: 1, entries, isCut: false, ...changes });
}

describe("links", () => {
  for (const [name, href] of [
    ["a.txt", "./a.txt"],
    ["javascript:alert(1)", "./javascript:alert(1)"],
    ["hash#tag?q", "./hash%23tag%3Fq"],
    ["per%41cent", "./per%2541cent"],
    ["back\\slash", "./back%5Cslash"],
    [" lead", "./%20lead"],
    ["new\nline", "./new%0Aline"],
    ["caf\u00e9", "./caf%C3%A9"],
    ["\udcff\udcfe.txt", "./%FF%FE.txt"],
  ] as const) {
    test(`${JSON.stringify(name)} is linked as ${href}`, () => {
      assert.equal(hrefOf(file(name)), href);
    });
  }

  test("a directory is linked with its slash", () => {
    assert.equal(hrefOf(directory("<b>dir")), "./%3Cb%3Edir/");
  });
});

describe("names", () => {
  test("are text, never markup", () => {
    const html = page([file(`<img src=x onerror="alert(1)">.txt`), file("&lt;amp'.txt")]);
    assert.ok(html.includes("<bdi>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;.txt</bdi>"));
    assert.ok(html.includes('href="./&amp;lt;amp&#x27;.txt"'));
    assert.ok(!html.includes("<img"));
  });

  test("show control characters as pictures and bytes that are no UTF-8 as U+FFFD", () => {
    assert.equal(shownName("a\n\x7f\x85b"), "a\u240a\u2421\ufffdb");
    assert.ok(page([file("\udcff\udcfe.txt")]).includes("<bdi>\ufffd\ufffd.txt</bdi>"));
  });

  test("cannot turn the reading direction to pose as another type", () => {
    assert.equal(shownName("\u202egpj.exe"), "\ufffdgpj.exe");
  });

  test("in the title cannot end it", () => {
    const html = page([], { path: "/</title><script>alert(1)</script>/" });
    assert.ok(html.includes("<title>Index of /&lt;/title&gt;&lt;script&gt;"));
    assert.ok(!html.includes("<script"));
  });
});

describe("the page", () => {
  test("each row can be pointed at, by its name without quotes", () => {
    assert.equal(rowId('a "b".txt'), "a _b_.txt");
    assert.ok(page([file('"&.txt')]).includes('<tr id="_&amp;.txt">'));
  });

  test("the path is a way up, step by step, and not beyond this site", () => {
    const html = page([], { path: "/up/list/deep/", depth: 2 });
    const heading = /<h1>(.*)<\/h1>/.exec(html)?.[1] ?? "";
    assert.equal(
      heading,
      'Index of <bdi></bdi>/<a href="../../"><bdi>up</bdi>/</a>' +
        '<a href="../"><bdi>list</bdi>/</a><bdi>deep</bdi>/',
    );
  });

  test("archives are offered where they are made", () => {
    assert.ok(page([], { archives: true }).includes('<a href="?archive=zip" download>zip</a>'));
    assert.ok(page([], { archives: true }).includes('<a href="?archive=tar" download>tar</a>'));
    assert.ok(!page([]).includes("archive"));
  });

  test("has nothing to change it with, unless its reader may", () => {
    const html = page([file("a")]);
    assert.doesNotMatch(html, /<(form|button|input|script|dialog)/);
    assert.doesNotMatch(html, /data-version/);
  });

  test("for those who may, has a row's state and its two questions", () => {
    const html = page([file("a b")], { controls: { moves: true, script: "run()", said: [] } });
    assert.ok(html.includes("<main data-moves>"));
    assert.ok(html.includes('<tr id="a b" data-version="v">'));
    assert.ok(html.includes('<button name="ask-rename" value="a%20b" aria-label="Rename a b">'));
    assert.ok(html.includes('<button name="ask-delete" value="a%20b" aria-label="Delete a b">'));
    assert.ok(page([], { controls: { moves: false, script: "", said: [] } }).includes("<main>"));
  });

  test("a file has its size, exact in the title, and its time", () => {
    const html = page([file("a.txt", 17_600)]);
    assert.ok(
      html.includes(
        '<tr id="a.txt"><td><a class="file" href="./a.txt"><bdi>a.txt</bdi></a></td>' +
          '<td><span title="17600 bytes">17 KiB</span></td>' +
          '<td><time datetime="2024-01-02T03:04:05Z">2024-01-02 03:04:05</time></td></tr>',
      ),
      html,
    );
  });

  test("a directory has no size", () => {
    assert.ok(page([directory("sub")]).includes("<bdi>sub</bdi>/</a></td><td></td><td><time"));
  });

  test("the way up is shown only where there is one", () => {
    assert.ok(page([]).includes('<a href="../">Parent directory</a>'));
    assert.ok(!page([], { depth: 0 }).includes('"../"'));
  });

  for (const [entries, isCut, words] of [
    [[], false, "This directory is empty."],
    [[file("a")], false, "<p>1 file</p>"],
    [[directory("d"), file("a"), file("b")], false, "<p>1 directory, 2 files</p>"],
    [[file("a"), file("b")], true, "Only 2 entries are shown; this directory has more."],
  ] as const) {
    test(`says: ${words}`, () => {
      assert.ok(page(entries, { isCut }).includes(words));
    });
  }
});

for (const [bytes, text] of [
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [17_600, "17 KiB"],
  [1_048_064, "1.0 MiB"], // 1023.5 KiB, which would round to 1024
  [5 * 1024 ** 3, "5.0 GiB"],
  [2 ** 53, "8.0 PiB"],
] as const) {
  test(`${bytes} bytes are ${text}`, () => {
    assert.equal(humanSize(bytes), text);
  });
}

test("a time is whole seconds of UTC, and no nonsense", () => {
  assert.equal(isoTime(MODIFIED), "2024-01-02T03:04:05Z");
  assert.equal(isoTime(-1), "1969-12-31T23:59:59Z");
  for (const ms of [undefined, Number.NaN, 1e300]) assert.equal(isoTime(ms), undefined);
});
