import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { insteadOf, pemBlocksIn, readPem } from "../../src/transport/pem.ts";
import { asNobody } from "../support/as-nobody.ts";
import { temporaryFolder } from "./openssl.ts";

const BLOCK = "-----BEGIN A-----\nAAAA\n-----END A-----";

test("blocks are found between commentary, whatever the line ends", () => {
  const crlf = BLOCK.replaceAll("\n", "\r\n").replaceAll("A-----", "B C-----");
  assert.deepEqual(pemBlocksIn(`Subject: x\n${BLOCK}\nmore\r\n${crlf}\r\n`), [
    { label: "A", pem: BLOCK },
    { label: "B C", pem: crlf },
  ]);
});

test("lines with dashes inside a block belong to it", () => {
  const pem =
    "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,00\n\nAA\n-----END RSA PRIVATE KEY-----";
  assert.deepEqual(pemBlocksIn(pem), [{ label: "RSA PRIVATE KEY", pem }]);
});

test("a block without its end is none, and does not swallow the next", () => {
  assert.deepEqual(pemBlocksIn(`-----BEGIN A-----\nAAAA\n${BLOCK}`), [{ label: "A", pem: BLOCK }]);
  assert.deepEqual(pemBlocksIn("-----BEGIN A-----\nAAAA\n-----END B-----"), []);
});

for (const [what, text, said] of [
  ["nothing", " \n", ": it is empty"],
  ["DER", "0\x82\x01\x0a0\x82", ": it is binary (DER or PKCS #12), not PEM"],
  ["UTF-16", "\xff\xfe-\0-\0", ": it is UTF-16 text, save it as plain ASCII"],
  ["a cut file", "-----BEGIN CERTIFICATE-----\nAAAA", ": it is cut short"],
  ["prose", "ok\n", ": it is not PEM"],
  ["something else", BLOCK, ", only: a"],
] as const) {
  test(`${what} is told apart`, () => {
    assert.equal(insteadOf(text), said);
  });
}

const HINT = "give the path of a PEM file with the key, or make one with: ferrox cert";

test("a file is read byte by byte", (t) => {
  const path = join(temporaryFolder(t), "k.pem");
  writeFileSync(path, Buffer.from([0x30, 0x82, 0xff]));
  assert.deepEqual(readPem(path, "key"), { kind: "found", value: "0\x82\xff" });
});

test("what cannot be read is a problem with words, never an exception and never a wait", (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, "folder"));
  execFileSync("mkfifo", [join(dir, "fifo")]);
  writeFileSync(join(dir, "plain"), "");
  writeFileSync(join(dir, "large"), "");
  truncateSync(join(dir, "large"), 1024 * 1024 + 1);
  for (const [name, statement] of [
    ["missing", "does not exist"],
    ["plain/below", "does not exist"],
    ["folder", "is not a regular file"],
    ["fifo", "is not a regular file"],
    ["large", "is larger than 1 MiB"],
    ["n".repeat(300), "cannot be read (ENAMETOOLONG)"],
  ] as const) {
    const path = join(dir, name);
    assert.deepEqual(readPem(path, "key"), {
      kind: "problem",
      problem: { file: "key", message: `${path} ${statement}`, hint: HINT },
    });
  }
});

test("a file of somebody else is a problem of permission", (t) => {
  const path = join(temporaryFolder(t), "k.pem");
  writeFileSync(path, "");
  chmodSync(path, 0);
  const outcome = asNobody(() => readPem(path, "certificate"));
  assert.deepEqual(outcome, {
    kind: "problem",
    problem: {
      file: "certificate",
      message: `${path} may not be read`,
      hint: "let the user that runs ferrox read it",
    },
  });
});
