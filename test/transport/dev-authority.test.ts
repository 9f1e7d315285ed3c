import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { chmodSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  freshPair,
  settledAuthority,
  settledKey,
  UnsettledError,
} from "../../src/transport/dev-authority.ts";
import { openssl, selfSigned, temporaryFolder, text } from "./openssl.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = Date.UTC(2026, 10, 20, 12);
const TWO_THIRDS_MS = NOW_MS - DAY_MS / 24 + (3650 * DAY_MS * 2) / 3;

test("an authority is made once and found again", async (t) => {
  const dir = temporaryFolder(t);
  const made = await settledAuthority(dir, NOW_MS);
  assert.deepEqual(made, {
    cert: text(dir, "ca.pem"),
    key: text(dir, "ca-key.pem"),
    certPath: join(dir, "ca.pem"),
    keyPath: join(dir, "ca-key.pem"),
    validToMs: NOW_MS - DAY_MS / 24 + 3650 * DAY_MS,
    fingerprint: new X509Certificate(text(dir, "ca.pem")).fingerprint256,
    isNew: true,
  });
  assert.deepEqual(await settledAuthority(dir, NOW_MS + DAY_MS), { ...made, isNew: false });
  assert.deepEqual(readdirSync(dir).sort(), ["ca-key.pem", "ca.pem"]);
});

test("its key is readable by the owner only, also when somebody loosened it", async (t) => {
  const dir = temporaryFolder(t);
  const mode = () => statSync(join(dir, "ca-key.pem")).mode & 0o777;
  await settledAuthority(dir, NOW_MS);
  assert.equal(mode(), 0o600);
  chmodSync(join(dir, "ca-key.pem"), 0o644);
  await settledAuthority(dir, NOW_MS);
  assert.equal(mode(), 0o600);
});

test("after two thirds of its life it is made anew with the same key and name", async (t) => {
  const dir = temporaryFolder(t);
  const first = await settledAuthority(dir, NOW_MS);
  assert.equal((await settledAuthority(dir, TWO_THIRDS_MS - 1)).isNew, false);
  const second = await settledAuthority(dir, TWO_THIRDS_MS);
  assert.equal(second.isNew, true);
  assert.equal(second.key, first.key);
  assert.notEqual(second.fingerprint, first.fingerprint);
  const [before, after] = [new X509Certificate(first.cert), new X509Certificate(second.cert)];
  assert.equal(after.subject, before.subject);
  assert.equal(after.verify(before.publicKey), true);
});

for (const [what, damage] of [
  ["missing", (path: string) => rmSync(path)],
  ["empty", (path: string) => writeFileSync(path, "")],
  ["cut", (path: string) => writeFileSync(path, "-----BEGIN CERTIFICATE-----\nMIIB")],
] as const) {
  test(`a ${what} certificate is made again for the same key`, async (t) => {
    const dir = temporaryFolder(t);
    const { key } = await settledAuthority(dir, NOW_MS);
    damage(join(dir, "ca.pem"));
    const again = await settledAuthority(dir, NOW_MS);
    assert.deepEqual([again.key, again.isNew], [key, true]);
    assert.equal(again.cert, text(dir, "ca.pem"));
  });

  test(`a ${what} key means another authority, and the old file is not lost`, async (t) => {
    const dir = temporaryFolder(t);
    const first = await settledAuthority(dir, NOW_MS);
    damage(join(dir, "ca-key.pem"));
    const second = await settledAuthority(dir, NOW_MS);
    assert.notEqual(second.key, first.key);
    assert.notEqual(
      new X509Certificate(second.cert).subject,
      new X509Certificate(first.cert).subject,
    );
    assert.equal(readdirSync(dir).includes("ca-key.pem.damaged"), what !== "missing");
    assert.equal((await settledAuthority(dir, NOW_MS)).isNew, false);
  });
}

test("a certificate that is no authority is not used as one", async (t) => {
  const dir = temporaryFolder(t);
  await settledAuthority(dir, NOW_MS);
  const key = join(dir, "ca-key.pem");
  writeFileSync(join(dir, "ca.pem"), leafFor(dir, key));
  assert.equal((await settledAuthority(dir, Date.now())).isNew, true);
});

test("a key that settles is the key on the disk", async (t) => {
  const dir = temporaryFolder(t);
  assert.equal(await settledKey(dir, "k.pem"), text(dir, "k.pem"));
});

test("a key nobody lets settle is an error, not an endless wait", async (t) => {
  const dir = temporaryFolder(t);
  // Looks like no file to a reader, and like one to a writer: every turn is lost.
  symlinkSync(join(dir, "nowhere"), join(dir, "k.pem"));
  await assert.rejects(settledKey(dir, "k.pem"), (error) => {
    assert.ok(error instanceof UnsettledError);
    assert.equal(error.path, join(dir, "k.pem"));
    return true;
  });
});

test("a pair is fresh from its first moment until two thirds of its life", (t) => {
  const { cert, key } = selfSigned(temporaryFolder(t), "a.test");
  const { validFrom, validTo } = new X509Certificate(cert);
  const fromMs = Date.parse(validFrom);
  const twoThirdsMs = fromMs + ((Date.parse(validTo) - fromMs) / 3) * 2;
  for (const [nowMs, isFresh] of [
    [fromMs - 1, false],
    [fromMs, true],
    [twoThirdsMs - 1, true],
    [twoThirdsMs, false],
  ] as const) {
    assert.equal(freshPair(cert, key, nowMs) !== undefined, isFresh);
  }
});

/** Self-signed, but says that it may not sign others. */
function leafFor(dir: string, key: string): string {
  return openssl(
    dir,
    ...["req", "-x509", "-new", "-key", key, "-subj", "/CN=leaf", "-days", "365"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  );
}
