// The reading order leads through the whole source: no file is forgotten, none is told twice, and
// none is named that is gone.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "./support/repository-root.ts";

const ROOT = repositoryRoot();
const README = join(ROOT, "docs", "tour", "README.md");

interface Stop {
  readonly chapter: string;
  /** "src/base/clock.ts" */
  readonly file: string;
  /** Where the link leads, as written. */
  readonly link: string;
}

function stopsIn(text: string): readonly Stop[] {
  const stops: Stop[] = [];
  let chapter = "";
  for (const line of text.split("\n")) {
    chapter = /^## (\d\d) \S/.exec(line)?.[1] ?? chapter;
    const [, file, link] = /^- \[`([^`]+)`\]\(([^)]+)\): \S/.exec(line) ?? [];
    if (file !== undefined && link !== undefined) stops.push({ chapter, file, link });
  }
  return stops;
}

/** What is wrong with a tour through these files, as statements. */
function complaints(text: string, sources: readonly string[]): readonly string[] {
  const told = stopsIn(text).map((stop) => stop.file);
  const chapters = [...text.matchAll(/^## (\S+)/gm)].map(([, number]) => number);
  return [
    ...sources.filter((file) => !told.includes(file)).map((file) => `${file} is in no chapter`),
    ...told.filter((file) => !sources.includes(file)).map((file) => `${file} does not exist`),
    ...told
      .filter((file, at) => told.indexOf(file) !== at)
      .map((file) => `${file} is in more than one place`),
    ...chapters
      .map((number, at) => [number, String(at).padStart(2, "0")])
      .filter(([number, wanted]) => number !== wanted)
      .map(([number, wanted]) => `chapter ${number} stands in the place of ${wanted}`),
    ...stopsIn(text)
      .filter((stop) => stop.chapter === "" || stop.link !== `../../${stop.file}`)
      .map((stop) => `${stop.file} stands in no chapter or links to ${stop.link}`),
  ];
}

const SOURCES = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

test("every file of src stands in exactly one chapter of the tour", () => {
  assert.ok(SOURCES.length > 20, `${SOURCES.length} files`);
  assert.equal(complaints(readFileSync(README, "utf8"), SOURCES).join("\n"), "");
});

test("every link of the tour leads somewhere", () => {
  const text = readFileSync(README, "utf8");
  const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link = ""]) => link);
  assert.ok(links.length > 20, `${links.length} links`);
  assert.deepEqual(
    links.filter((link) => !existsSync(join(dirname(README), link))),
    [],
  );
});

const SMALL_TOUR = `# Tour
## 00 a
- [\`src/a.ts\`](../../src/a.ts): A.
## 01 b
- [\`src/b/b.ts\`](../../src/b/b.ts): B.
`;

test("a tour through all files has nothing to complain of", () => {
  assert.deepEqual(complaints(SMALL_TOUR, ["src/a.ts", "src/b/b.ts"]), []);
});

for (const [what, text, sources, complaint] of [
  ["a new file", SMALL_TOUR, ["src/a.ts", "src/b/b.ts", "src/c.ts"], "src/c.ts is in no chapter"],
  ["a file that is gone", SMALL_TOUR, ["src/a.ts"], "src/b/b.ts does not exist"],
  [
    "a file told twice",
    `${SMALL_TOUR}- [\`src/a.ts\`](../../src/a.ts): Again.\n`,
    ["src/a.ts", "src/b/b.ts"],
    "src/a.ts is in more than one place",
  ],
  [
    "a chapter left out",
    SMALL_TOUR.replace("## 01", "## 02"),
    ["src/a.ts", "src/b/b.ts"],
    "chapter 02 stands in the place of 01",
  ],
  [
    "a link to something else",
    SMALL_TOUR.replace("(../../src/a.ts)", "(../../src/b.ts)"),
    ["src/a.ts", "src/b/b.ts"],
    "src/a.ts stands in no chapter or links to ../../src/b.ts",
  ],
] as const) {
  test(`${what} is complained of`, () => {
    assert.deepEqual(complaints(text, sources), [complaint]);
  });
}
