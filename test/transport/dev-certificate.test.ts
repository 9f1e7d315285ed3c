import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createServer } from "node:tls";
import { promisify } from "node:util";
import {
  type DevCertificate,
  type DevCertificateWish,
  type DevProblem,
  devCertificate,
} from "../../src/transport/dev-certificate.ts";
import { asNobodyAsync } from "../support/as-nobody.ts";
import { openssl, sClient, selfSigned, temporaryFolder, text } from "./openssl.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 10, 20, 12);

async function made(wish: Partial<DevCertificateWish> & { dir: string }): Promise<DevCertificate> {
  const outcome = await devCertificate({ names: [], nowMs: NOW_MS, ...wish });
  assert.equal(outcome.kind, "certificate", JSON.stringify(outcome));
  return outcome;
}

async function problems(wish: Pick<DevCertificateWish, "dir" | "names">): Promise<unknown> {
  const outcome = await devCertificate({ nowMs: NOW_MS, ...wish });
  return outcome.kind === "problems" ? outcome.problems : outcome;
}

test("a leaf and its authority are made, and are what stands on the disk", async (t) => {
  const dir = join(temporaryFolder(t), "deep", "ferrox");
  const { authority, ...leaf } = await made({ dir, names: ["App.test", "*.app.test", "10.0.0.7"] });
  assert.deepEqual(leaf, {
    kind: "certificate",
    cert: text(dir, "localhost.pem"),
    key: text(dir, "localhost-key.pem"),
    certPath: join(dir, "localhost.pem"),
    keyPath: join(dir, "localhost-key.pem"),
    names: ["localhost", "app.test", "*.app.test", "127.0.0.1", "::1", "10.0.0.7"],
    validFromMs: NOW_MS - HOUR_MS,
    validToMs: NOW_MS - HOUR_MS + 397 * DAY_MS,
    fingerprint: new X509Certificate(leaf.cert).fingerprint256,
    isNew: true,
  });
  assert.equal(authority.cert, text(dir, "ca.pem"));
  const modes = ["", "ca-key.pem", "localhost-key.pem"].map(
    (name) => statSync(join(dir, name)).mode,
  );
  assert.deepEqual(
    modes.map((mode) => mode & 0o777),
    [0o700, 0o600, 0o600],
  );
});

test("it is found again, with no byte changed", async (t) => {
  const dir = temporaryFolder(t);
  const first = await made({ dir, names: ["app.test"] });
  const again = await made({ dir, names: ["APP.test"], nowMs: NOW_MS + DAY_MS });
  assert.deepEqual(again, {
    ...first,
    isNew: false,
    authority: { ...first.authority, isNew: false },
  });
});

test("fewer names are covered by the leaf that is there", async (t) => {
  const dir = temporaryFolder(t);
  const first = await made({ dir, names: ["app.test"] });
  assert.equal((await made({ dir })).fingerprint, first.fingerprint);
});

test("a further name means a new leaf that keeps the names of before", async (t) => {
  const dir = temporaryFolder(t);
  const first = await made({ dir, names: ["a.test"] });
  const second = await made({ dir, names: ["b.test"] });
  assert.deepEqual(second.names, ["localhost", "b.test", "a.test", "127.0.0.1", "::1"]);
  assert.deepEqual([second.isNew, second.authority.isNew], [true, false]);
  assert.equal(second.authority.fingerprint, first.authority.fingerprint);
});

test("the names of before are dropped when they grow past a hundred", async (t) => {
  const dir = temporaryFolder(t);
  await made({ dir, names: Array.from({ length: 97 }, (_, index) => `n${index}.test`) });
  const second = await made({ dir, names: ["b.test"] });
  assert.deepEqual(second.names, ["localhost", "b.test", "127.0.0.1", "::1"]);
});

test("it is renewed after two thirds of its life", async (t) => {
  const dir = temporaryFolder(t);
  const first = await made({ dir });
  const twoThirdsMs = first.validFromMs + (397 * DAY_MS * 2) / 3;
  assert.equal((await made({ dir, nowMs: twoThirdsMs - 1 })).isNew, false);
  const second = await made({ dir, nowMs: twoThirdsMs });
  assert.equal(second.isNew, true);
  assert.equal(second.validToMs, twoThirdsMs - HOUR_MS + 397 * DAY_MS);
});

test("a clock that went back makes it anew, because it is not valid yet", async (t) => {
  const dir = temporaryFolder(t);
  await made({ dir });
  assert.equal((await made({ dir, nowMs: NOW_MS - DAY_MS })).isNew, true);
});

test("renewing on demand changes key and certificate, drops old names, keeps the authority", async (t) => {
  const dir = temporaryFolder(t);
  const first = await made({ dir, names: ["a.test"] });
  const second = await made({ dir, names: ["b.test"], renew: true });
  assert.deepEqual(second.names, ["localhost", "b.test", "127.0.0.1", "::1"]);
  assert.notEqual(second.key, first.key);
  assert.equal(second.authority.cert, first.authority.cert);
});

test("another authority means another leaf", async (t) => {
  const dir = temporaryFolder(t);
  const first = await made({ dir, names: ["a.test"] });
  rmSync(join(dir, "ca-key.pem"));
  const second = await made({ dir });
  assert.deepEqual([second.isNew, second.authority.isNew], [true, true]);
  assert.notEqual(second.authority.fingerprint, first.authority.fingerprint);
  assert.match(openssl(dir, ...verifyAt(NOW_MS), "localhost.pem"), /^localhost.pem: OK/);
  // What a stranger signed is no promise of ours.
  assert.deepEqual(second.names, ["localhost", "127.0.0.1", "::1"]);
});

for (const [file, content] of [
  ["localhost.pem", ""],
  ["localhost.pem", "garbage"],
  ["localhost-key.pem", ""],
  ["localhost-key.pem", "-----BEGIN PRIVATE KEY-----\nMIGH"],
  ["ca.pem", "garbage"],
  ["ca-key.pem", "garbage"],
] as const) {
  test(`a damaged ${file} (${JSON.stringify(content)}) is mended`, async (t) => {
    const dir = temporaryFolder(t);
    await made({ dir });
    writeFileSync(join(dir, file), content);
    const mended = await made({ dir });
    assert.equal(mended.isNew || mended.authority.isNew, true);
    assert.match(openssl(dir, ...verifyAt(NOW_MS), "localhost.pem"), /^localhost.pem: OK/);
    assert.deepEqual((await made({ dir })).isNew, false);
  });
}

test("a leaf of somebody else in its place is written over", async (t) => {
  const dir = temporaryFolder(t);
  await made({ dir });
  const key = join(dir, "localhost-key.pem");
  selfSigned(dir, "stranger", "DNS:localhost,IP:127.0.0.1,IP:::1");
  writeFileSync(join(dir, "localhost.pem"), text(dir, "stranger.pem"));
  writeFileSync(key, text(dir, "stranger-key.pem"));
  const again = await made({ dir, nowMs: Date.now() });
  assert.equal(again.isNew, true);
  assert.match(openssl(dir, ...verifyAt(Date.now()), "localhost.pem"), /^localhost.pem: OK/);
});

test("OpenSSL's client trusts it through the authority, by name and by address", async (t) => {
  const dir = temporaryFolder(t);
  const { cert, key } = await made({ dir, names: ["*.app.test"], nowMs: Date.now() });
  const server = createServer({ cert, key }, (socket) => socket.end("hello\n"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const trusting = ["-CAfile", join(dir, "ca.pem"), "-verify_return_error"];
  for (const who of [
    ["-verify_hostname", "localhost"],
    ["-verify_hostname", "x.app.test"],
    ["-verify_ip", "127.0.0.1"],
    ["-verify_ip", "::1"],
  ]) {
    const printed = await sClient(address.port, [...trusting, ...who]);
    assert.match(printed, /Verify return code: 0 \(ok\)/);
  }
  const stranger = await sClient(address.port, [...trusting, "-verify_hostname", "other.test"]);
  assert.match(stranger, /Verify return code: 62 \(hostname mismatch\)/);
});

test("all unusable names are told at once, and nothing is made", async (t) => {
  const dir = join(temporaryFolder(t), "not-made");
  const examples = 'names look like "app.test", "*.app.test" or "192.168.1.20"';
  assert.deepEqual(await problems({ dir, names: ["a,b", "fine.test", "c d"] }), [
    { about: "name", message: '"a,b" is not a host name', hint: examples },
    { about: "name", message: '"c d" has spaces or control characters', hint: examples },
  ]);
  assert.throws(() => readdirSync(dir), { code: "ENOENT" });
});

test("a folder that cannot be one is a problem with words", async (t) => {
  const dir = temporaryFolder(t);
  const hint = "keep development certificates in another folder: ferrox cert --dir DIR";
  const said = (message: string): DevProblem[] => [{ about: "folder", message, hint }];
  writeFileSync(join(dir, "file"), "");
  for (const [name, statement] of [
    ["file", "file is not a folder"],
    ["file/below", "file/below is not a folder"],
    ["n".repeat(300), `${"n".repeat(300)} cannot be used: ENAMETOOLONG`],
  ] as const) {
    assert.deepEqual(
      await problems({ dir: join(dir, name), names: [] }),
      said(`${dir}/${statement}`),
    );
  }
});

test("a folder that may not be written to is a problem of permission", async (t) => {
  const dir = temporaryFolder(t);
  chmodSync(dir, 0o500);
  const found = await asNobodyAsync(() => problems({ dir: join(dir, "new"), names: [] }));
  assert.match(JSON.stringify(found), /new may not be read or written/);
});

test("many starts at once, each with a name of its own, agree on keys and authority", {
  timeout: 60_000,
}, async (t) => {
  const dir = join(temporaryFolder(t), "shared");
  const runs = await Promise.all(
    Array.from({ length: 8 }, (_, index) => run(script(dir, `n${index}.test`))),
  );
  const results = runs.map(({ stdout }) => stdout.trim().split(" "));
  assert.deepEqual(
    results.map(([kind]) => kind),
    Array.from({ length: 8 }, () => "certificate"),
  );
  const [, fingerprint = ""] = results[0] ?? [];
  for (const [, authority, covered] of results)
    assert.deepEqual([authority, covered], [fingerprint, "covered"]);
  assert.deepEqual(readdirSync(dir).sort(), [
    "ca-key.pem",
    "ca.pem",
    "localhost-key.pem",
    "localhost.pem",
  ]);
  assert.equal(new X509Certificate(text(dir, "ca.pem")).fingerprint256, fingerprint);
  assert.match(openssl(dir, ...verifyAt(Date.now()), "localhost.pem"), /^localhost.pem: OK/);
});

test("the library is loaded only when a certificate has to be made", async (t) => {
  const dir = temporaryFolder(t);
  assert.match((await run(script(dir, "a.test"))).stdout, / loaded$/m);
  assert.match((await run(script(dir, "a.test"))).stdout, / not-loaded$/m);
});

/** A program that asks for a certificate and prints: kind authority covered|not loaded|not-loaded. */
function script(dir: string, name: string): string {
  const module = new URL("../../src/transport/dev-certificate.js", import.meta.url).href;
  return `
    import { X509Certificate } from "node:crypto";
    import { createRequire } from "node:module";
    import { devCertificate } from ${JSON.stringify(module)};
    const it = await devCertificate({
      dir: ${JSON.stringify(dir)}, names: [${JSON.stringify(name)}], nowMs: Date.now(),
    });
    if (it.kind === "problems") console.log(it.problems[0].message);
    else {
      const leaf = new X509Certificate(it.cert);
      const authority = new X509Certificate(it.authority.cert);
      const isSigned = leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
      const covered = isSigned && leaf.checkHost(${JSON.stringify(name)}) ? "covered" : "not";
      const loaded = Object.keys(createRequire(import.meta.url).cache)
        .some((path) => path.includes("/selfsigned/")) ? "loaded" : "not-loaded";
      console.log(it.kind, authority.fingerprint256, covered, loaded);
    }`;
}

function run(program: string): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
}

function verifyAt(nowMs: number): string[] {
  return ["verify", "-attime", String(Math.floor(nowMs / 1000)), "-CAfile", "ca.pem"];
}
