import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countWords,
  decodedName,
  hrefTo,
  numberedName,
  sizeWords,
  wordsOf,
} from "../../../src/handlers/listing-script/words.ts";

for (const [status, words] of [
  [0, "The connection was lost."],
  [403, "This is not allowed here."],
  [409, "Something with this name is in the way."],
  [413, "It is larger than this server takes."],
  [507, "There is no room left on the server."],
  [418, "The server refused (418)."],
] as const) {
  test(`${status} in words: ${words}`, () => {
    assert.equal(wordsOf(status), words);
  });
}

for (const [bytes, words] of [
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1_048_064, "1.0 MiB"],
  [3e15, "2728 TiB"],
] as const) {
  test(`${bytes} bytes are ${words}`, () => {
    assert.equal(sizeWords(bytes), words);
  });
}

test("names are sent so that they stay below the directory", () => {
  assert.equal(hrefTo(["a b", "50% #1?.txt"]), "./a%20b/50%25%20%231%3F.txt");
  assert.equal(hrefTo(["javascript:alert(1)"]), "./javascript%3Aalert(1)");
  assert.equal(hrefTo(["\ud800"]), "");
});

test("a name that is no UTF-8 is left encoded", () => {
  assert.equal(decodedName("a%20%C3%A9"), "a \u00e9");
  assert.equal(decodedName("%FF"), "%FF");
});

test("numbers go before the ending, and one is not many", () => {
  assert.equal(numberedName("a.b.txt", 3), "a.b (3).txt");
  assert.equal(numberedName(".env", 2), ".env (2)");
  assert.equal(countWords(1, "file", "files"), "1 file");
  assert.equal(countWords(0, "file", "files"), "0 files");
});
