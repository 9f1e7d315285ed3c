// The stranger of these tests: OpenSSL's command line, which makes files as people have them and
// looks at ours without knowing our code.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where clean-up is registered: a TestContext, or `{ after }` of node:test for a whole file. */
interface Cleanup {
  after(act: () => void): void;
}

export function temporaryFolder(test: Cleanup): string {
  const dir = mkdtempSync(join(tmpdir(), "ferrox-certificates-"));
  test.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export function openssl(dir: string, ...words: string[]): string {
  return execFileSync("openssl", words, { cwd: dir, encoding: "utf8", stdio: "pipe" });
}

export interface MadePair {
  readonly cert: string;
  readonly key: string;
}

/** NAME.pem and NAME-key.pem in `dir`: EC P-256, good for a year from now. */
export function selfSigned(dir: string, name: string, san = `DNS:${name}`): MadePair {
  openssl(
    dir,
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-keyout", `${name}-key.pem`, "-out", `${name}.pem`, "-days", "365"],
    ...["-subj", `/CN=${name}`],
    ...(san === "" ? [] : ["-addext", `subjectAltName=${san}`]),
  );
  return { cert: text(dir, `${name}.pem`), key: text(dir, `${name}-key.pem`) };
}

export function text(dir: string, name: string): string {
  return readFileSync(join(dir, name), "latin1");
}

/** Everything s_client prints until the server closes, or `type` was typed and refused. */
export function sClient(port: number, words: readonly string[], type = ""): Promise<string> {
  const child = spawn("openssl", ["s_client", "-connect", `127.0.0.1:${port}`, ...words]);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (piece: Buffer) => {
      printed += piece.toString();
    });
  }
  // It may be gone before it has read a word.
  child.stdin.on("error", () => {});
  if (type !== "") child.stdin.write(type);
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", () => {
      child.stdin.destroy();
      done(printed);
    });
  });
}
