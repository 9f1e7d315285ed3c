// A file of a store, in either form: what can be read says the same when it is written again, and all
// else is refused in words. Chosen from, it gives one of its representations, or none.

import assert from "node:assert/strict";
import { choose } from "../../../src/handlers/precomputed/choose.ts";
import {
  isFlatBuffer,
  readFlatBuffer,
  writeFlatBuffer,
} from "../../../src/handlers/precomputed/flatbuffer.ts";
import { readJson } from "../../../src/handlers/precomputed/json-form.ts";
import { loadedHere } from "../../../src/handlers/precomputed/loaded.ts";
import { BadResource, type Resource } from "../../../src/handlers/precomputed/resource.ts";
import { fieldsOf } from "../../../src/http/fields.ts";
import { SAMPLE, SAMPLE_JSON } from "../../handlers/precomputed/sample.ts";
import { type Material, mutated, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const MATERIAL: Material = {
  corpus: [
    Buffer.from(writeFlatBuffer(SAMPLE)).toString("latin1"),
    SAMPLE_JSON,
    '{"representations":[{"source_type":"InlineSource","source":{"contents":"\\r\\na"},"header_length":2}]}',
  ],
  words: [
    "HTTP",
    "\0\0\0\0",
    "\xff\xff\xff\xff",
    "\x04\0\0\0",
    "\xff\xff\xff\x7f",
    "\0\0\0\x80",
    '"header_length":9007199254740993',
    '"status":-1',
    "null",
    "[]",
    "{}",
    "\r\n\r\n",
    "A: b\r\n",
  ],
  codeMax: 255,
};

const FIELDS = fieldsOf([
  ["Accept", "text/*;q=0.5, text/html;q=0.001"],
  ["Accept-Encoding", "gzip, *;q=0.1"],
]);

const bytesOf = (seed: number) =>
  Buffer.from(mutated(randomOf(seed), MATERIAL).replace(/[^\0-\xff]/g, "?"), "latin1");

export const resourceTarget: FuzzTarget = {
  name: "resource",
  shown: (seed) => `Buffer.from("${bytesOf(seed).toString("hex")}", "hex")`,
  run(seed) {
    const resource = readOrRefused(bytesOf(seed));
    if (resource === undefined) return;
    const loaded = loadedHere(resource);
    assert.equal(loaded.representations.length, resource.representations.length);
    for (const mode of ["documented", "rfc"] as const) {
      const index = choose(resource, FIELDS, mode);
      assert.ok(index === undefined || index < resource.representations.length);
    }
    const again = writeFlatBuffer(resource);
    assert.deepEqual(writeFlatBuffer(readFlatBuffer(again)), again);
  },
};

function readOrRefused(bytes: Buffer): Resource | undefined {
  try {
    return isFlatBuffer(bytes) ? readFlatBuffer(bytes) : readJson(bytes);
  } catch (error) {
    if (error instanceof BadResource) return undefined;
    throw error;
  }
}
