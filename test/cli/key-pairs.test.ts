import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { keyPairsOf, newCertificates } from "../../src/cli/key-pairs.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { selfSigned } from "../transport/openssl.ts";

const NOW = Date.now();

test("without TLS nothing is read or made", async () => {
  assert.deepEqual(await keyPairsOf({ kind: "off" }, "/nowhere", NOW), { kind: "off" });
});

test("a certificate for development is made, and read again as files", async (t) => {
  const folder = tempFolder(t);
  const made = await keyPairsOf({ kind: "dev", names: ["a.test"] }, folder, NOW);
  assert.ok(made.kind === "pairs");
  const certPath = join(folder, "c.pem");
  const keyPath = join(folder, "k.pem");
  writeFileSync(certPath, made.pairs.main.cert);
  writeFileSync(keyPath, made.pairs.main.key);
  const main = { certPath, keyPath, origin: "test" };
  const others = [{ ...main, hosts: ["b.test"] }];
  const read = await keyPairsOf({ kind: "files", main, others }, folder, NOW);
  assert.ok(read.kind === "pairs");
  assert.equal(read.pairs.main.cert, made.pairs.main.cert);
  assert.deepEqual(read.pairs.others[0]?.hosts, ["b.test"]);
});

test("every file that cannot be used is told, not only the first", async () => {
  const missing = (name: string) => ({
    certPath: `/nowhere/${name}.pem`,
    keyPath: `/nowhere/${name}.key`,
    origin: "test",
  });
  const others = [{ ...missing("b"), hosts: ["b.test"] }];
  const outcome = await keyPairsOf({ kind: "files", main: missing("a"), others }, "/nowhere", NOW);
  assert.ok(outcome.kind === "problems");
  assert.match(outcome.messages.join("\n"), /a\.pem[\s\S]*a\.key[\s\S]*b\.pem[\s\S]*b\.key/);
});

test("a name that no certificate can have is a problem, not a certificate", async () => {
  const outcome = await keyPairsOf({ kind: "dev", names: ["a, O=evil"] }, "/nowhere", NOW);
  assert.equal(outcome.kind, "problems");
});

test("of certificates that were not there before the names and the end are told", (t) => {
  const folder = tempFolder(t);
  const five = "DNS:a.test,DNS:b.test,DNS:c.test,DNS:d.test,DNS:e.test";
  const [old, next, many] = [
    selfSigned(folder, "old.test"),
    selfSigned(folder, "next.test"),
    selfSigned(folder, "many", five),
  ];
  const before = { main: old, others: [] };
  assert.deepEqual(newCertificates(before, { main: old, others: [] }), []);
  const after = { main: next, others: [{ ...many, hosts: [] }] };
  const told = newCertificates(before, after);
  assert.equal(told.length, 2);
  assert.match(told[0] ?? "", /^a new certificate for next\.test, valid to \w+ +\d+ .* GMT$/);
  assert.match(told[1] ?? "", /^a new certificate for a\.test, b\.test, c\.test and 2 more, valid/);
  assert.deepEqual(newCertificates(undefined, after), [], "TLS has been turned on");
  assert.deepEqual(newCertificates(before, undefined), []);
});
