import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { type CertificateOpinion, checkFiles } from "../../src/config/check-files.ts";
import { placeText } from "../../src/config/problem.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const FINE: CertificateOpinion = { kind: "certificate", warnings: [] };

function check(text: string, folder: string, opinion: CertificateOpinion = FINE): string[] {
  const result = readConfig(text, "ferrox.yml", { folder });
  assert.ok(result.kind === "config");
  const { claims, origins } = result;
  const asked: string[] = [];
  const problems = checkFiles({
    claims,
    origins,
    judgeCertificate(certPath, keyPath) {
      asked.push(certPath, keyPath);
      return opinion;
    },
  });
  if (text.includes("cert_path") && text.includes("enabled: true")) {
    assert.deepEqual(asked, [join(folder, "c.pem"), join(folder, "k.pem")]);
  } else {
    assert.deepEqual(asked, []);
  }
  return problems.map(
    ({ place, key, message, severity }) =>
      `${placeText(place)} ${severity} ${key}: ${message.replaceAll(folder, "HERE")}`,
  );
}

test("a disk that agrees is nothing to talk about", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "www/": "", "errors/": "", "logs/": "" });
  assert.deepEqual(check("paths: {serve_dir: www, errors_dir: errors}\n", folder), []);
});

for (const [text, problem] of [
  [
    "paths: {serve_dir: nope}\n",
    "ferrox.yml:1:20 error paths.serve_dir: no such directory: HERE/nope",
  ],
  [
    "paths: {serve_dir: file}\n",
    "ferrox.yml:1:20 error paths.serve_dir: not a directory: HERE/file",
  ],
  [
    "paths: {serve_dir: file/x}\n",
    "ferrox.yml:1:20 error paths.serve_dir: a part of HERE/file/x is not a directory",
  ],
  [
    "paths: {serve_dir: loop}\n",
    "ferrox.yml:1:20 error paths.serve_dir: no such directory: HERE/loop",
  ],
  [
    "paths: {serve_dir: www, errors_dir: nope}\n",
    "ferrox.yml:1:37 error paths.errors_dir: no such directory: HERE/nope",
  ],
  [
    "paths: {serve_dir: www, log_dir: file}\n",
    "ferrox.yml:1:34 error paths.log_dir: not a directory: HERE/file",
  ],
  [
    "paths: {serve_dir: www, log_dir: file/x}\n",
    "ferrox.yml:1:34 error paths.log_dir: a part of HERE/file/x is not a directory",
  ],
  [
    "file_systems: {a: {kind: disk, root: nope}}\nroutes: [{path: /, files: a}]\n",
    "ferrox.yml:1:38 error file_systems.a.root: no such directory: HERE/nope",
  ],
] as const) {
  test(`${text.trim()}: ${problem}`, (t) => {
    const folder = tempFolder(t);
    writeTree(folder, { "www/": "", file: "x" });
    assert.deepEqual(check(text, folder), [problem]);
  });
}

test("the default folder is missed where its name could have been said", (t) => {
  assert.deepEqual(check("paths: {log_dir: logs}\n", tempFolder(t)), [
    "ferrox.yml:1:1 error paths.serve_dir: no such directory: HERE/www",
  ]);
});

test("a folder for logs may be missing, with its parents", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "www/": "" });
  assert.deepEqual(check("paths: {serve_dir: www, log_dir: a/b/c}\n", folder), []);
});

const TLS = "paths: {serve_dir: .}\ntls: {enabled: true, cert_path: c.pem, key_path: k.pem}\n";

test("what is wrong with a certificate stands at the path of the file to mend", (t) => {
  const opinion: CertificateOpinion = {
    kind: "problems",
    problems: [
      { file: "certificate", message: "c.pem is empty", hint: "h" },
      { file: "key", message: "k.pem does not match c.pem", hint: "h" },
    ],
  };
  assert.deepEqual(check(TLS, tempFolder(t), opinion), [
    "ferrox.yml:2:33 error tls.cert_path: c.pem is empty",
    "ferrox.yml:2:50 error tls.key_path: k.pem does not match c.pem",
  ]);
});

test("a certificate that has expired is worth a warning", (t) => {
  const opinion: CertificateOpinion = { kind: "certificate", warnings: ["c.pem expired"] };
  assert.deepEqual(check(TLS, tempFolder(t), opinion), [
    "ferrox.yml:2:33 warning tls.cert_path: c.pem expired",
  ]);
});

test("paths of certificates are not looked at while TLS is off", (t) => {
  const text = TLS.replace("enabled: true", "enabled: false");
  assert.deepEqual(check(text, tempFolder(t)), []);
});

test("a folder to be written to must be there", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "up/": "" });
  const text = (root: string, writable: boolean) =>
    `file_systems: {u: {kind: disk, root: ${root}, writable: ${writable}}}\nroutes: [{path: /, files: u}]\n`;
  assert.deepEqual(check(text("nope", true), folder), [
    "ferrox.yml:1:38 error file_systems.u.root: no such directory: HERE/nope",
  ]);
  assert.deepEqual(check(text("up", true), folder), []);
});

test("certificates to trust must be a file", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "ca.pem": "x", "dir/": "" });
  const text = (ca: string) =>
    `file_systems: {h: {kind: https, url: https://a/, ca: ${ca}}}\nroutes: [{path: /, files: h}]\n`;
  assert.deepEqual(check(text("ca.pem"), folder), []);
  assert.deepEqual(check(text("no.pem"), folder), [
    "ferrox.yml:1:54 error file_systems.h.ca: no such file: HERE/no.pem",
  ]);
  assert.deepEqual(check(text("dir"), folder), [
    "ferrox.yml:1:54 error file_systems.h.ca: not a file: HERE/dir",
  ]);
});
