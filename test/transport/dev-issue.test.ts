import assert from "node:assert/strict";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { issueAuthority, issueLeaf } from "../../src/transport/dev-issue.ts";
import { openssl, temporaryFolder } from "./openssl.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0, 500);

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** What OpenSSL reads in it, one trimmed line each. */
function read(dir: string, cert: string): string[] {
  writeFileSync(join(dir, "read.pem"), cert);
  const printed = openssl(dir, "x509", "-in", "read.pem", "-noout", "-text");
  return printed.split("\n").map((line) => line.trim());
}

function assertHas(lines: readonly string[], wanted: readonly string[]): void {
  for (const line of wanted) assert.ok(lines.includes(line), `${line}\nin\n${lines.join("\n")}`);
}

test("the authority signs leaves only, with SHA-256, for ten years", async (t) => {
  const lines = read(temporaryFolder(t), await issueAuthority(newKey(), NOW_MS));
  assertHas(lines, [
    "Signature Algorithm: ecdsa-with-SHA256",
    "Not Before: Nov 20 11:00:00 2026 GMT",
    "Not After : Nov 17 11:00:00 2036 GMT",
    "NIST CURVE: P-256",
    "X509v3 Basic Constraints: critical",
    "CA:TRUE, pathlen:0",
    "X509v3 Key Usage: critical",
    "Certificate Sign, CRL Sign",
  ]);
});

test("the authority's name belongs to its key", async () => {
  const key = newKey();
  const subjects = [];
  for (const [its, nowMs] of [
    [key, NOW_MS],
    [key, NOW_MS + 1e10],
    [newKey(), NOW_MS],
  ] as const) {
    subjects.push(new X509Certificate(await issueAuthority(its, nowMs)).subject);
  }
  assert.match(
    subjects[0] ?? "",
    /^CN=Ferrox local authority [0-9a-f]{8}\nO=Ferrox development certificates$/,
  );
  assert.equal(subjects[1], subjects[0]);
  assert.notEqual(subjects[2], subjects[0]);
});

test("a leaf is for servers, carries all names, and verifies for a stranger", async (t) => {
  const dir = temporaryFolder(t);
  const authority = { key: newKey(), cert: "" };
  authority.cert = await issueAuthority(authority.key, NOW_MS);
  const cert = await issueLeaf({
    key: newKey(),
    dnsNames: ["localhost", "*.app.test"],
    addresses: ["127.0.0.1", "::1"],
    authority,
    nowMs: NOW_MS,
  });
  assertHas(read(dir, cert), [
    "Signature Algorithm: ecdsa-with-SHA256",
    "Not Before: Nov 20 11:00:00 2026 GMT",
    "Not After : Dec 22 11:00:00 2027 GMT",
    "CA:FALSE",
    "Digital Signature",
    "TLS Web Server Authentication",
    "DNS:localhost, DNS:*.app.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
  ]);
  assert.equal(new X509Certificate(cert).checkIssued(new X509Certificate(authority.cert)), true);

  writeFileSync(join(dir, "ca.pem"), authority.cert);
  writeFileSync(join(dir, "leaf.pem"), cert);
  const at = String(NOW_MS / 1000).split(".")[0] ?? "";
  const verify = ["verify", "-attime", at, "-purpose", "sslserver", "-CAfile", "ca.pem"];
  for (const who of ["localhost", "x.app.test"]) {
    assert.equal(openssl(dir, ...verify, "-verify_hostname", who, "leaf.pem"), "leaf.pem: OK\n");
  }
  assert.equal(openssl(dir, ...verify, "-verify_ip", "::1", "leaf.pem"), "leaf.pem: OK\n");
  assert.throws(
    () => openssl(dir, ...verify, "-verify_hostname", "other.test", "leaf.pem"),
    /hostname mismatch/,
  );
});

test("no two certificates share a serial number", async () => {
  const key = newKey();
  const serials = new Set<string>();
  for (let count = 0; count < 20; count++) {
    serials.add(new X509Certificate(await issueAuthority(key, NOW_MS)).serialNumber);
  }
  assert.equal(serials.size, 20);
});
