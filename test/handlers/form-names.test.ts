import assert from "node:assert/strict";
import { test } from "node:test";
import {
  encodedName,
  freeName,
  nameOfUpload,
  numberedName,
  writtenName,
} from "../../src/handlers/form-names.ts";
import { nameOf, ROOT } from "../../src/vfs/path.ts";

for (const [sent, name] of [
  ["a.txt", "a.txt"],
  ["photos/2024/a.txt", "a.txt"],
  ["C:\\Users\\me\\a.txt", "a.txt"],
  ["../../etc/passwd", "passwd"],
  ["..\\..\\boot.ini", "boot.ini"],
  [" a b ", "a b"],
  ["cafe\u0301.txt", "caf\u00e9.txt"], // as macOS sends it
  ["..", undefined],
  ["a/..", undefined],
  ["a/", undefined],
  ["", undefined],
  ["  ", undefined],
  ["a\nb", undefined],
  ["a\0b", undefined],
  ["\ud800", undefined],
  ["x".repeat(255), "x".repeat(255)],
  ["x".repeat(256), undefined],
  ["ü".repeat(128), undefined],
] as const) {
  test(`uploaded as ${JSON.stringify(sent.slice(0, 30))} it is called ${name?.slice(0, 30)}`, () => {
    assert.equal(nameOfUpload(sent), name);
  });
}

for (const name of ["a/b", "/etc", "..", ".", "a\\b", ""]) {
  test(`${JSON.stringify(name)} is no name to type`, () => {
    assert.equal(writtenName(name), undefined);
  });
}

for (const [encoded, name] of [
  ["a%20b.txt", "a b.txt"],
  ["%FF%FE.txt", "\udcff\udcfe.txt"],
  ["line%0Aend", "line\nend"],
  ["100%25", "100%"],
  ["100%", undefined],
  ["%2e%2e", undefined],
  ["a%2Fb", undefined],
  ["a/b", undefined],
  ["%00", undefined],
  ["", undefined],
] as const) {
  test(`the entry ${encoded} is ${JSON.stringify(name)}`, () => {
    assert.equal(encodedName(encoded), name);
  });
}

for (const [name, numbered] of [
  ["a.txt", "a (2).txt"],
  ["a.tar.gz", "a.tar (2).gz"],
  ["README", "README (2)"],
  [".profile", ".profile (2)"],
] as const) {
  test(`${name} beside itself is ${numbered}`, () => {
    assert.equal(numberedName(name, 2), numbered);
  });
}

test("the first number that nobody has is taken, and not looked for without end", async () => {
  const taken = new Set(["a (2).txt", "a (3).txt"]);
  assert.equal(await freeName(ROOT, "a.txt", async (path) => taken.has(nameOf(path))), "a (4).txt");
  assert.equal(await freeName(ROOT, "a.txt", async () => true), undefined);
});
