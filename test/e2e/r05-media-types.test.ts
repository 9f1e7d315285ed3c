// R05: media types by extension, the operator's own first; and a look inside where a name tells
// nothing, for those who want it. The original always looks; here it takes a word, for a type that
// follows from the content is the uploader's choice and not the operator's.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { configText, eventually, runProgram, startProgram } from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const MULTIBYTE = "\u00e9".repeat(2000);
const FILES = {
  "www/a.html": "<p>",
  "www/a.js": "1",
  "www/a.rs": "fn main() {}",
  "www/A.LOG": "a line\n",
  "www/plain": "text without an extension\n",
  "www/README": "text\n",
  "www/a.zzqq": "text\nsecond line\0 with a NUL\n",
  "www/late.zzqq": Buffer.concat([Buffer.from("text\n"), Buffer.from([0xff, 0xfe, 0])]),
  "www/nul.zzqq": "a\0b\n",
  "www/latin1.zzqq": Buffer.from("caf\xe9\n", "latin1"),
  "www/cut.zzqq": `x${MULTIBYTE}`,
  "www/empty.zzqq": "",
  "www/a.html.zzqq": "<script>alert(1)</script>",
  "www/picture.png": "not really",
};

const plain = await startProgram({ after }, { files: FILES });
const guessing = await startProgram(
  { after },
  {
    files: FILES,
    config: configText(
      'media_types: { "": application/x-bare, log: text/x-log, RS: text/rust, html: "text/html; charset=iso-8859-1" }\n',
      "  guess_text: true\n",
    ),
  },
);

async function typeOf(program: typeof plain, path: string): Promise<string> {
  const { status, fields } = await fetchRaw(program, ask(path, {}, "HEAD"));
  assert.equal(status, 200, path);
  return fields.get("content-type") ?? "";
}

for (const [path, type] of [
  ["/a.html", "text/html; charset=utf-8"],
  ["/a.js", "text/javascript; charset=utf-8"],
  ["/picture.png", "image/png"],
  ["/README", "text/plain; charset=utf-8"],
  ["/plain", "application/octet-stream"],
  ["/a.zzqq", "application/octet-stream"],
] as const) {
  test(`R05 ${path} is ${type}, and nobody looks inside unasked`, async () => {
    assert.equal(await typeOf(plain, path), type);
  });
}

for (const [path, type] of [
  ["/a.html", "text/html; charset=iso-8859-1"],
  ["/A.LOG", "text/x-log; charset=utf-8"],
  ["/a.rs", "text/rust; charset=utf-8"],
  ["/plain", "application/x-bare"],
  ["/README", "application/x-bare"],
  ["/picture.png", "image/png"],
] as const) {
  test(`R05 ${path} is ${type} where the operator says so, in whatever case`, async () => {
    assert.equal(await typeOf(guessing, path), type);
  });
}

for (const [path, type] of [
  ["/a.zzqq", "text/plain; charset=utf-8"],
  ["/late.zzqq", "text/plain; charset=utf-8"],
  ["/cut.zzqq", "text/plain; charset=utf-8"],
  ["/empty.zzqq", "text/plain; charset=utf-8"],
  ["/a.html.zzqq", "text/plain; charset=utf-8"],
  ["/nul.zzqq", "application/octet-stream"],
  ["/latin1.zzqq", "application/octet-stream"],
] as const) {
  test(`R05 ${path} is taken for ${type} by its first line, when guessing is on`, async () => {
    assert.equal(await typeOf(guessing, path), type);
  });
}

test("R05 a guess follows the file when it changes", async () => {
  await writeFile(join(guessing.folder, "www/turn.zzqq"), "text\n");
  assert.equal(await typeOf(guessing, "/turn.zzqq"), "text/plain; charset=utf-8");
  await writeFile(join(guessing.folder, "www/turn.zzqq"), "no\0text at all\n");
  await eventually("the other type", async () =>
    (await typeOf(guessing, "/turn.zzqq")) === "application/octet-stream" ? true : undefined,
  );
});

test("R05 an extension with its dot, or a type that is none, is refused with its place", async (t) => {
  for (const [line, words] of [
    ['media_types: { ".log": text/plain }', /without its dot/],
    ["media_types: { log: plain }", /media type/],
    ["media_types: { log: text/plain, LOG: text/html }", /is the same as "log"/],
  ] as const) {
    const ended = await runProgram(t, ["check"], {
      "www/a": "",
      "ferrox.yml": configText(`${line}\n`),
    });
    assert.equal(ended.code, 2, ended.stdout);
    assert.match(ended.stdout + ended.stderr, words);
  }
});
