import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import {
  type CertificateCheck,
  checkCertificate,
  readCertificate,
} from "../../src/transport/certificate.ts";
import { type MadePair, openssl, selfSigned, temporaryFolder, text } from "./openssl.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
let dir = "";
let pair: MadePair = { cert: "", key: "" };
let fromMs = 0;
let toMs = 0;

before((t) => {
  if (!("after" in t)) throw new Error("not in a test file");
  dir = temporaryFolder(t);
  pair = selfSigned(dir, "a.example", "DNS:a.example,IP:127.0.0.1");
  const ends = openssl(dir, "x509", "-in", "a.example.pem", "-noout", "-enddate");
  toMs = Date.parse(ends.replace("notAfter=", ""));
  fromMs = toMs - 365 * DAY_MS;
});

function check(cert: string, key: string, nowMs = fromMs + DAY_MS): CertificateCheck {
  return checkCertificate({
    certPem: cert,
    keyPem: key,
    nowMs,
    certPath: "c.pem",
    keyPath: "k.pem",
  });
}

/** "certificate: c.pem … (hint)" of each problem. */
function problemsOf(outcome: CertificateCheck): string[] {
  if (outcome.kind !== "problems") return [];
  return outcome.problems.map(({ file, message, hint }) => `${file}: ${message} (${hint})`);
}

function warningsOf(outcome: CertificateCheck): readonly string[] | undefined {
  return outcome.kind === "certificate" ? outcome.warnings : undefined;
}

test("a pair on the disk is read with its names, dates and fingerprint", () => {
  const certPath = join(dir, "a.example.pem");
  const outcome = readCertificate(certPath, join(dir, "a.example-key.pem"), fromMs + DAY_MS);
  const fingerprint = openssl(dir, "x509", "-in", certPath, "-noout", "-fingerprint", "-sha256");
  assert.deepEqual(outcome, {
    kind: "certificate",
    cert: pair.cert,
    key: pair.key,
    names: ["a.example", "127.0.0.1"],
    validFromMs: fromMs,
    validToMs: toMs,
    fingerprint: fingerprint.trim().replace(/^.*=/, ""),
    warnings: [],
  });
});

test("two missing files are two problems", () => {
  const outcome = readCertificate("/nowhere/c.pem", "/nowhere/k.pem", 0);
  assert.deepEqual(problemsOf(outcome), [
    "certificate: /nowhere/c.pem does not exist (give the path of a PEM file with the certificate, or make one with: ferrox cert)",
    "key: /nowhere/k.pem does not exist (give the path of a PEM file with the key, or make one with: ferrox cert)",
  ]);
});

test("a missing key does not hide a bad certificate", () => {
  const path = join(dir, "prose.pem");
  writeFileSync(path, "ok\n");
  assert.deepEqual(
    problemsOf(readCertificate(path, "/nowhere/k.pem", 0)).map((it) => it.split(" (")[0]),
    [
      `certificate: ${path} holds no certificate: it is not PEM`,
      "key: /nowhere/k.pem does not exist",
    ],
  );
});

for (const [form, words] of [
  ["SEC 1", ["ec", "-in", "a.example-key.pem"]],
  ["PKCS #8", ["pkcs8", "-topk8", "-nocrypt", "-in", "a.example-key.pem"]],
] as const) {
  test(`a key in ${form} form is taken`, () => {
    assert.deepEqual(warningsOf(check(pair.cert, openssl(dir, ...words))), []);
  });
}

test("an RSA key in PKCS #1 form is taken", () => {
  openssl(
    dir,
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "rsa-key.pem"],
    ...["-out", "rsa.pem", "-subj", "/CN=r", "-addext", "subjectAltName=DNS:r", "-days", "365"],
  );
  const key = openssl(dir, "rsa", "-traditional", "-in", "rsa-key.pem");
  assert.match(key, /BEGIN RSA PRIVATE KEY/);
  assert.deepEqual(warningsOf(check(text(dir, "rsa.pem"), key)), []);
});

test("curve parameters before the key, commentary and CRLF do not disturb", () => {
  const parameters = openssl(dir, "ecparam", "-name", "prime256v1");
  const key = `Bag Attributes\n${parameters}${pair.key}`.replaceAll("\n", "\r\n");
  const cert = `subject=a\n${pair.cert}\n`.replaceAll("\n", "\r\n");
  assert.deepEqual(warningsOf(check(cert, key)), []);
});

test("one file may hold both", () => {
  const both = pair.key + pair.cert;
  assert.deepEqual(warningsOf(check(both, both)), []);
});

test("what is not a pair says which file is wrong and what it is", () => {
  openssl(dir, "x509", "-in", "a.example.pem", "-outform", "der", "-out", "a.der");
  openssl(dir, "req", "-new", "-key", "a.example-key.pem", "-subj", "/CN=a", "-out", "a.csr");
  const publicKey = openssl(dir, "pkey", "-in", "a.example-key.pem", "-pubout");
  const pem = '(a PEM file is needed: text with lines such as "-----BEGIN …-----")';
  for (const [cert, key, ...said] of [
    ["", pair.key, `certificate: c.pem holds no certificate: it is empty ${pem}`],
    ["ok\n", pair.key, `certificate: c.pem holds no certificate: it is not PEM ${pem}`],
    [
      text(dir, "a.der"),
      pair.key,
      `certificate: c.pem holds no certificate: it is binary (DER or PKCS #12), not PEM ${pem}`,
    ],
    [
      text(dir, "a.csr"),
      pair.key,
      `certificate: c.pem holds no certificate, only: certificate request ${pem}`,
    ],
    [
      pair.cert.slice(0, 200),
      pair.key,
      `certificate: c.pem holds no certificate: it is cut short ${pem}`,
    ],
    [
      pair.cert.replace(/MII/, "AII"),
      pair.key,
      "certificate: c.pem is damaged and cannot be decoded (copy the file again from where it was issued)",
    ],
    [
      `${pair.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      pair.key,
      "certificate: certificate 2 in c.pem is damaged and cannot be decoded (copy the file again from where it was issued)",
    ],
    [pair.cert, "ok\n", `key: k.pem holds no private key: it is not PEM ${pem}`],
    [pair.cert, publicKey, `key: k.pem holds no private key, only: public key ${pem}`],
    [
      pair.cert,
      pair.key.replace(/MIG/, "AIG"),
      "key: the private key in k.pem is damaged or of an unknown kind (an RSA or EC key in PKCS #8, PKCS #1 or SEC 1 form is needed)",
    ],
    [
      pair.key,
      pair.cert,
      "certificate: c.pem holds a private key but no certificate (are the paths of certificate and key swapped?)",
      "key: k.pem holds a certificate but no private key (are the paths of certificate and key swapped?)",
    ],
  ] as const) {
    assert.deepEqual(problemsOf(check(cert, key)), said);
  }
});

test("an encrypted key is named as one, in both of its forms", () => {
  const said = [
    "key: k.pem is encrypted with a passphrase (say tls.passphrase_env, or take it off: openssl pkey -in k.pem -out key.pem)",
  ];
  const secret = ["-in", "a.example-key.pem", "-aes128", "-passout", "pass:secret"];
  const modern = openssl(dir, "pkey", ...secret);
  assert.match(modern, /BEGIN ENCRYPTED PRIVATE KEY/);
  assert.deepEqual(problemsOf(check(pair.cert, modern)), said);
  const old = openssl(dir, "pkey", "-traditional", ...secret);
  assert.match(old, /Proc-Type: 4,ENCRYPTED/);
  assert.deepEqual(problemsOf(check(pair.cert, old)), said);
});

test("a key of another certificate does not match", () => {
  const other = selfSigned(dir, "b.example");
  assert.deepEqual(problemsOf(check(pair.cert, other.key)), [
    "key: k.pem does not match c.pem (take the key that was made together with the certificate)",
  ]);
});

test("a chain in the wrong order is a problem, a strange one a warning", () => {
  const other = selfSigned(dir, "b.example");
  assert.deepEqual(problemsOf(check(other.cert + pair.cert, pair.key)), [
    "certificate: c.pem does not begin with the certificate of k.pem (move certificate 2 to the top)",
  ]);
  assert.deepEqual(warningsOf(check(pair.cert + other.cert, pair.key)), [
    "certificate 2 in c.pem did not issue the one before it: some clients will refuse the chain",
  ]);
});

test("a whole chain is taken and kept in its order", () => {
  const authority = selfSigned(dir, "authority");
  openssl(
    dir,
    ...["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-keyout", "leaf-key.pem", "-out", "leaf.csr", "-subj", "/CN=leaf.example"],
    ...["-addext", "subjectAltName=DNS:leaf.example"],
  );
  openssl(
    dir,
    ...["x509", "-req", "-in", "leaf.csr", "-CA", "authority.pem", "-CAkey", "authority-key.pem"],
    ...["-CAcreateserial", "-copy_extensions", "copy", "-days", "365", "-out", "leaf.pem"],
  );
  const outcome = check(text(dir, "leaf.pem") + authority.cert, text(dir, "leaf-key.pem"));
  assert.equal(outcome.kind, "certificate");
  assert.equal(outcome.cert, text(dir, "leaf.pem") + authority.cert);
  assert.deepEqual(outcome.names, ["leaf.example"]);
  assert.deepEqual(outcome.warnings, []);
});

test("a key too short for TLS is a problem before anybody connects", () => {
  openssl(
    dir,
    ...["req", "-x509", "-newkey", "rsa:512", "-nodes", "-keyout", "short-key.pem"],
    ...["-out", "short.pem", "-subj", "/CN=s", "-days", "30"],
  );
  assert.deepEqual(problemsOf(check(text(dir, "short.pem"), text(dir, "short-key.pem"))), [
    "certificate: c.pem cannot be used for TLS (ee key too small) (use an EC P-256 key, or RSA of 2048 bits or more, signed with SHA-256)",
  ]);
});

test("dates only warn", () => {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  for (const [nowMs, said] of [
    [fromMs - 1, [`c.pem is not valid before ${day(fromMs)} UTC`]],
    [fromMs, []],
    [toMs - 14 * DAY_MS - 1, []],
    [toMs - 14 * DAY_MS, [`c.pem expires on ${day(toMs)} UTC, in 14 days`]],
    [toMs - DAY_MS, [`c.pem expires on ${day(toMs)} UTC, in 1 day`]],
    [toMs - 1, [`c.pem expires on ${day(toMs)} UTC, in less than a day`]],
    [toMs + 1, [`c.pem expired on ${day(toMs)} UTC`]],
  ] as const) {
    assert.deepEqual(warningsOf(check(pair.cert, pair.key, nowMs)), said);
  }
});

test("an expired certificate further up the chain is named by its place", () => {
  const outcome = check(pair.cert + pair.cert, pair.key, toMs + 1);
  assert.deepEqual(
    warningsOf(outcome)?.map((it) => it.split(" expired")[0]),
    ["c.pem", "certificate 2 in c.pem"],
  );
});

test("a certificate without subjectAltName is taken with a warning", () => {
  const old = selfSigned(dir, "old.example", "");
  const outcome = check(old.cert, old.key);
  assert.deepEqual(warningsOf(outcome), [
    "c.pem names no host in subjectAltName: browsers will refuse it",
  ]);
  assert.deepEqual(outcome.kind === "certificate" && outcome.names, ["old.example"]);
});

test("without paths the files are called by what they are", () => {
  const outcome = checkCertificate({ certPem: pair.cert, keyPem: "", nowMs: 0 });
  assert.deepEqual(outcome.kind === "problems" && outcome.problems.map((it) => it.message), [
    "the key holds no private key: it is empty",
  ]);
});
