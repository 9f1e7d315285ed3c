// R12: HTTPS with a PKCS #12 file and its passphrase, with a PEM key that has one, and with a
// certificate made here. The passphrase stands in the environment and nowhere else.

import assert from "node:assert/strict";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { findAuthority, makeCertificate } from "../support/certificates.ts";
import { askWithNode } from "../support/node-client.ts";
import {
  configText,
  eventually,
  type Program,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";

const PASSPHRASE = "geh€im: with spaces";
const P12 = configText(
  "tls: { enabled: true, pkcs12_path: identity.p12, passphrase_env: SSL_PASS }\n",
);
const PEM = configText(
  "tls: { enabled: true, cert_path: cert.pem, key_path: key.pem, passphrase_env: SSL_PASS }\n",
);

interface Made {
  readonly cert: Buffer;
  readonly p12: Buffer;
  readonly oldP12: Buffer;
  readonly key: Buffer;
}

/** The same identity in every wrapping. */
async function made(folder: string, name: string): Promise<Made> {
  const { cert, certPath, keyPath } = await makeCertificate(folder, name, ["localhost"]);
  const run = async (...args: string[]) => {
    const { code, stderr } = await runTool("openssl", args);
    assert.equal(code, 0, stderr);
  };
  const p12 = ["pkcs12", "-export", "-inkey", keyPath, "-in", certPath];
  await run(...p12, "-out", join(folder, "p12"), "-passout", `pass:${PASSPHRASE}`);
  await run(...p12, "-legacy", "-out", join(folder, "old"), "-passout", `pass:${PASSPHRASE}`);
  const out = ["-out", join(folder, "key"), "-passout", `pass:${PASSPHRASE}`];
  await run("pkey", "-in", keyPath, "-aes256", ...out);
  const read = (file: string) => readFile(join(folder, file));
  return { cert, p12: await read("p12"), oldP12: await read("old"), key: await read("key") };
}

const serialOf = async (program: Program) => {
  const { stdout } = await runTool("openssl", [
    ...["s_client", "-connect", `127.0.0.1:${program.httpsPort}`, "-servername", "localhost"],
  ]);
  return stdout.toString();
};

const folder = await temporaryFolder({ after });
const [one, two] = [await made(folder, "one"), await made(folder, "two")];

test("R12 a PKCS #12 file and its passphrase serve HTTPS", async (t) => {
  const program = await startProgram(t, {
    config: P12,
    files: { "identity.p12": one.p12, "www/a.txt": "over TLS\n" },
    env: { SSL_PASS: PASSPHRASE },
  });
  const url = `https://localhost:${program.httpsPort}/a.txt`;
  assert.equal((await askWithNode(url, { ca: one.cert })).body.toString(), "over TLS\n");
  // It ends in two days, and is told as a PEM file would be.
  assert.match(program.stderr(), /identity\.p12 expires on .*, in 1 day/);
  const said = program.stdout() + program.stderr() + (await program.errorLog());
  assert.ok(!said.includes(PASSPHRASE), "the passphrase is told to nobody");
});

test("R12 a reload takes another PKCS #12 file, and keeps the old one when that is none", async (t) => {
  const program = await startProgram(t, {
    config: P12,
    files: {
      "identity.p12": one.p12,
      "next.p12": two.p12,
      "bad.p12": "not at all",
      "www/a.txt": "x",
    },
    env: { SSL_PASS: PASSPHRASE },
  });
  assert.match(await serialOf(program), /CN ?= ?one/);
  const turn = async (file: string, outcome: RegExp) => {
    await rename(join(program.folder, file), join(program.folder, "identity.p12"));
    program.signal("SIGHUP");
    await eventually(`${outcome}`, async () =>
      outcome.test(await program.errorLog()) ? true : undefined,
    );
  };
  await turn("bad.p12", /not reloaded: .*identity\.p12/);
  assert.match(await serialOf(program), /CN ?= ?one/);
  await turn("next.p12", /"reloaded/);
  assert.match(await serialOf(program), /CN ?= ?two/);
});

test("R12 a PEM key with a passphrase is opened", async (t) => {
  const program = await startProgram(t, {
    config: PEM,
    files: { "cert.pem": one.cert, "key.pem": one.key, "www/a.txt": "opened\n" },
    env: { SSL_PASS: PASSPHRASE },
  });
  const url = `https://localhost:${program.httpsPort}/a.txt`;
  assert.equal((await askWithNode(url, { ca: one.cert })).body.toString(), "opened\n");
});

test("R12 workers are handed the identity as well", async (t) => {
  const program = await startProgram(t, {
    config: P12.replace("  index: true\n", "  index: true\n  workers: 2\n"),
    files: { "identity.p12": one.p12, "www/a.txt": "by a worker\n" },
    env: { SSL_PASS: PASSPHRASE },
  });
  const url = `https://localhost:${program.httpsPort}/a.txt`;
  assert.equal((await askWithNode(url, { ca: one.cert })).body.toString(), "by a worker\n");
});

for (const [what, config, files, words] of [
  ["a wrong passphrase", P12, { p12: "p12" }, /passphrase does not open .*identity\.p12/],
  ["a wrong passphrase of a key", PEM, { p12: "p12" }, /passphrase does not open .*key\.pem/],
  ["old ciphers", P12, { p12: "oldP12" }, /identity\.p12 is sealed with ciphers/],
  ["PEM instead", P12, { p12: "cert" }, /identity\.p12 is no PKCS #12 file/],
] as const) {
  test(`R12 ${what} is told in a line with its place, and nothing starts`, async (t) => {
    const isOld = what === "old ciphers";
    const { SSL_PASS } = process.env;
    process.env.SSL_PASS = isOld ? PASSPHRASE : "wrong";
    t.after(() => {
      if (SSL_PASS === undefined) delete process.env.SSL_PASS;
      else process.env.SSL_PASS = SSL_PASS;
    });
    const ended = await runProgram(t, ["serve"], {
      "www/a": "",
      "ferrox.yml": config,
      "identity.p12": one[files.p12],
      "cert.pem": one.cert,
      "key.pem": one.key,
    });
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, words);
    assert.match(ended.stderr, /^ferrox\.yml:\d+:\d+: tls\./);
  });
}

test("R12 a variable that is not set, and two identities at once, are refused", async (t) => {
  const files = { "www/a": "", "identity.p12": one.p12, "cert.pem": one.cert };
  const unset = await runProgram(t, ["check"], { ...files, "ferrox.yml": P12 });
  assert.equal(unset.code, 2);
  assert.match(unset.stdout + unset.stderr, /the variable SSL_PASS is not set/);
  const both = P12.replace("pkcs12_path", "cert_path: cert.pem, pkcs12_path");
  const twice = await runProgram(t, ["check"], { ...files, "ferrox.yml": both });
  assert.equal(twice.code, 2);
  assert.match(twice.stdout + twice.stderr, /tls\.pkcs12_path/);
});

test("R12 --tls makes a certificate of its own, signed by an authority that stays", async (t) => {
  const program = await startProgram(t, {
    args: ["www", "-p", "0", "--tls"],
    files: { "www/a.txt": "made here\n" },
  });
  const { pem } = await findAuthority(program.folder);
  const url = `https://localhost:${program.httpsPort}/a.txt`;
  assert.equal((await askWithNode(url, { ca: pem })).body.toString(), "made here\n");
});
