// Certificates for tests: made with openssl, so that the server is not judged by its own tools;
// and the authority that the server made for itself, found where it keeps it.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "./run-tool.ts";

/** A self-signed certificate in `<folder>/<name>.pem` and its key in `<folder>/<name>-key.pem`. */
export async function makeCertificate(
  folder: string,
  name: string,
  hosts: readonly string[],
): Promise<{ readonly cert: Buffer; readonly certPath: string; readonly keyPath: string }> {
  const certPath = join(folder, `${name}.pem`);
  const keyPath = join(folder, `${name}-key.pem`);
  const { code, stderr } = await runTool("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2".split(" "),
    ...["-keyout", keyPath, "-out", certPath, "-subj", `/CN=${name}`],
    ...["-addext", `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`],
  ]);
  assert.equal(code, 0, stderr);
  return { cert: await readFile(certPath), certPath, keyPath };
}

/** The authority's certificate somewhere below `folder`. */
export async function findAuthority(
  folder: string,
): Promise<{ readonly path: string; readonly pem: Buffer }> {
  const entries = await readdir(folder, { recursive: true });
  for (const entry of entries.filter((name) => name.endsWith(".pem"))) {
    const path = join(folder, entry);
    const pem = await readFile(path);
    if (pem.includes("BEGIN CERTIFICATE") && new X509Certificate(pem).ca) return { path, pem };
  }
  throw new Error(`no authority among ${entries.join(", ")}`);
}
