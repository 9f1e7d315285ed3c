import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readFlatBuffer, writeFlatBuffer } from "../../../src/handlers/precomputed/flatbuffer.ts";
import { readJson, writeJson } from "../../../src/handlers/precomputed/json-form.ts";
import { BadResource, type Resource } from "../../../src/handlers/precomputed/resource.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { FLASHD_SCHEMA, SAMPLE } from "./sample.ts";

/** As flatc 2.0.8 wrote it. */
const NOT_FOUND = Buffer.from(
  `08000000 48545450 caffffff 04000000 01000000 10000000 0c001a00 05000800
   06000c00 0c000000 00029401 18000000 02000000 00000000 00000000 00000600
   08000400 06000000 04000000 15000000 0d0a5265 736f7572 6365206e 6f742066
   6f756e64 0a000000`.replace(/\s/g, ""),
  "hex",
);

test("what flatc wrote is read", () => {
  assert.deepEqual(readFlatBuffer(NOT_FOUND), {
    representations: [
      {
        source: { kind: "inline", contents: Buffer.from("\r\nResource not found\n") },
        status: 404,
        headerLength: 2,
        etag: undefined,
        lastModified: undefined,
      },
    ],
    negotiations: [],
  });
});

/** flatc sorts what has a key. */
function sorted(resource: Resource): Resource {
  const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const negotiations = resource.negotiations.map((one) => ({
    ...one,
    choices: [...one.choices].sort((a, b) => bytewise(a.name, b.name)),
  }));
  negotiations.sort((a, b) => bytewise(a.header, b.header));
  return { ...resource, negotiations };
}

const DATED: Resource = {
  representations: [
    {
      status: 301,
      source: { kind: "inline", contents: Buffer.from("Location: /ü\r\n\r\n") },
      headerLength: 17,
      etag: undefined,
      lastModified: 1_700_000_000,
    },
    { status: 200, source: undefined, headerLength: 0, etag: '""', lastModified: -1 },
  ],
  negotiations: [],
};

for (const [name, resource] of [
  ["the sample", SAMPLE],
  ["dates, another status and no source", DATED],
] as const) {
  test(`${name} is read as it was written, in both forms`, () => {
    assert.deepEqual(readFlatBuffer(Buffer.from(writeFlatBuffer(resource))), sorted(resource));
    assert.deepEqual(readJson(Buffer.from(writeJson(resource))), resource);
  });
}

test("the same resource gives the same bytes", () => {
  assert.deepEqual(writeFlatBuffer(SAMPLE), writeFlatBuffer(sorted(SAMPLE)));
});

function hasFlatc(): boolean {
  try {
    execFileSync("flatc", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("flatc reads what we write, and we read what it writes", (t) => {
  if (!hasFlatc()) {
    t.skip("flatc (flatbuffers-compiler) is not installed");
    return;
  }
  const folder = tempFolder(t);
  const at = (name: string) => join(folder, name);
  writeFileSync(at("http.fbs"), FLASHD_SCHEMA);
  for (const [index, resource] of [SAMPLE, DATED].entries()) {
    const ours = at(`ours${index}.http`);
    writeFileSync(ours, writeFlatBuffer(resource));
    const theirs = ["--json", "--strict-json", "--raw-binary", at("http.fbs"), "--", ours];
    execFileSync("flatc", ["-o", folder, ...theirs]);
    const json = readFileSync(at(`ours${index}.json`));
    assert.deepEqual(readJson(json), sorted(resource));
    mkdirSync(at("back"), { recursive: true });
    writeFileSync(at(`plain${index}.json`), writeJson(resource));
    execFileSync("flatc", ["-b", "-o", at("back"), at("http.fbs"), at(`plain${index}.json`)]);
    assert.deepEqual(readFlatBuffer(readFileSync(at(`back/plain${index}.http`))), sorted(resource));
  }
});

test("a file that is cut or has a flipped bit is refused or read, and nothing else", () => {
  const good = Buffer.from(writeFlatBuffer(SAMPLE));
  let read = 0;
  const attempt = (bytes: Buffer) => {
    try {
      readFlatBuffer(bytes);
      read++;
    } catch (error) {
      assert.ok(error instanceof BadResource, String(error));
    }
  };
  for (let end = 0; end < good.length; end++) attempt(good.subarray(0, end));
  for (let bit = 0; bit < good.length * 8; bit++) {
    const bytes = Buffer.from(good);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    attempt(bytes);
  }
  assert.ok(read > 0, "bits of contents may be anything");
});

test("offsets that lead to one place again and again do not multiply", () => {
  // A vector of 250,000 tables, all of them the same one.
  const good = Buffer.from(writeFlatBuffer(SAMPLE));
  const count = 250_000;
  const bytes = Buffer.concat([good, Buffer.alloc(4 + 4 * count)]);
  const root = bytes.readUInt32LE(0);
  const vtable = root - bytes.readInt32LE(root);
  const field = root + bytes.readUInt16LE(vtable + 4);
  const first = field + bytes.readUInt32LE(field);
  const table = first + 4 + bytes.readUInt32LE(first + 4);
  bytes.writeUInt32LE(good.length - field, field);
  bytes.writeUInt32LE(count, good.length);
  // Offsets only lead forward, so the table is copied behind the vector.
  const copy = Buffer.concat([bytes, good.subarray(0)]);
  for (let index = 0; index < count; index++) {
    const at = good.length + 4 + 4 * index;
    copy.writeUInt32LE(bytes.length + table - at, at);
  }
  assert.throws(() => readFlatBuffer(copy), BadResource);
});

for (const [why, text] of [
  ["no JSON", "{"],
  ["no object", "[]"],
  ["an unknown word", '{"representations":[{}],"negotiation":[]}'],
  ["no representation", '{"representations":[]}'],
  ["nothing", "{}"],
  ["a status that is none", '{"representations":[{"status":42}]}'],
  ["a weak etag", '{"representations":[{"etag":"W/\\"a\\""}]}'],
  [
    "a field without its colon",
    '{"representations":[{}],"negotiations":[{"header":"accept","choices":[]}]}',
  ],
  [
    "a representation that is not there",
    '{"representations":[{}],"negotiations":[{"header":"accept:","choices":[{"name":"a","representations":[1]}]}]}',
  ],
  [
    "the same name twice",
    '{"representations":[{}],"negotiations":[{"header":"a:","choices":[]},{"header":"A:","choices":[]}]}',
  ],
] as const) {
  test(`refused: ${why}`, () => {
    assert.throws(() => readJson(Buffer.from(text)), BadResource);
  });
}

test("contents that are not UTF-8 cannot be written as JSON", () => {
  const source = { kind: "inline", contents: Buffer.from([0xff]) } as const;
  const binary = {
    ...DATED,
    representations: [
      { status: 200, source, headerLength: 0, etag: undefined, lastModified: undefined },
    ],
  };
  assert.throws(() => writeJson(binary), /UTF-8/);
});
