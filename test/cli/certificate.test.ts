import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse } from "yaml";
import { type CertificateOptions, runCertificate } from "../../src/cli/certificate.ts";
import type { Io } from "../../src/cli/io.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12);

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  cwd: string,
  options: Partial<CertificateOptions> = {},
  world: Partial<Io> = {},
): Promise<Run> {
  const printed = { out: "", err: "" };
  const io: Io = {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
    env: { XDG_DATA_HOME: cwd },
    platform: "linux",
    home: "/nowhere",
    cwd,
    nowMs: NOW_MS,
    isTerminal: false,
    columns: 80,
    ...world,
  };
  const code = await runCertificate({ names: [], dir: undefined, force: false, ...options }, io);
  return { code, ...printed };
}

function folder(t: TestContext, prefix = "ferrox-cert-"): string {
  const dir = mkdtempSync(join(tmpdir(), prefix));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function fingerprintOf(path: string): string {
  return new X509Certificate(readFileSync(path)).fingerprint256;
}

test("the report says what there is, how to use it and how to have it trusted", async (t) => {
  const home = folder(t);
  const dir = join(home, "ferrox");
  const { code, out, err } = await run(home, { names: ["app.test"] });
  const leaf = fingerprintOf(join(dir, "localhost.pem"));
  const authority = fingerprintOf(join(dir, "ca.pem"));
  const name = /Ferrox local authority [0-9a-f]{8}/.exec(out)?.[0] ?? "";
  assert.equal(
    out,
    `A new certificate for development
  certificate  ${dir}/localhost.pem
  key          ${dir}/localhost-key.pem
  good for     localhost, app.test, 127.0.0.1, ::1
  valid        2026-11-20 to 2027-12-22
  SHA-256      ${leaf}

Signed by a new authority of your own
  name         ${name}
  certificate  ${dir}/ca.pem
  key          ${dir}/ca-key.pem (never give it away)
  valid        to 2036-11-17
  SHA-256      ${authority}

Use it, in ferrox.yml
  tls:
    enabled: true
    cert_path: ${dir}/localhost.pem
    key_path: ${dir}/localhost-key.pem
or, found and renewed at each start
  tls: { enabled: true, dev: true, names: ["app.test"] }

Trust the authority, once per machine, and only on machines of your own
  curl             curl --cacert ${dir}/ca.pem https://localhost/
  Node             NODE_EXTRA_CA_CERTS=${dir}/ca.pem node app.js
  Debian, Ubuntu   sudo cp ${dir}/ca.pem /usr/local/share/ca-certificates/ferrox.crt
                   sudo update-ca-certificates
  Fedora, Arch     sudo trust anchor ${dir}/ca.pem
  Chrome on Linux  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n ferrox -i ${dir}/ca.pem
  macOS            security add-trusted-cert -r trustRoot \\
                     -k ~/Library/Keychains/login.keychain-db ${dir}/ca.pem
  Windows          certutil -user -addstore Root ${dir}/ca.pem
  Firefox          Settings, Privacy & Security, View Certificates, Authorities, Import
`,
  );
  assert.deepEqual([code, err], [0, ""]);
});

test("a second time it shows the same, and says that nothing is new", async (t) => {
  const home = folder(t);
  const first = await run(home);
  const second = await run(home);
  assert.equal(
    second.out,
    first.out
      .replace("A new certificate for development", "The certificate for development")
      .replace("Signed by a new authority of your own", "Signed by your own authority"),
  );
  assert.notEqual(second.out, first.out);
});

test("force makes a new certificate under the same authority", async (t) => {
  const home = folder(t);
  await run(home);
  const files = ["localhost.pem", "ca.pem"].map((name) => join(home, "ferrox", name));
  const before = files.map(fingerprintOf);
  const { out } = await run(home, { force: true });
  const after = files.map(fingerprintOf);
  assert.match(out, /^A new certificate for development\n/);
  assert.match(out, /^Signed by your own authority$/m);
  assert.notEqual(after[0], before[0]);
  assert.equal(after[1], before[1]);
});

test("a folder of one's own is taken from where the user stands; serve does not look there", async (t) => {
  const cwd = folder(t);
  const { out } = await run(cwd, { dir: "certs" });
  assert.deepEqual(readdirSync(join(cwd, "certs")).sort(), [
    "ca-key.pem",
    "ca.pem",
    "localhost-key.pem",
    "localhost.pem",
  ]);
  assert.ok(out.includes(`    cert_path: ${cwd}/certs/localhost.pem\n`));
  assert.doesNotMatch(out, /dev: true/);
});

test("the lines for ferrox.yml are YAML that means these files, whatever the folder's name", async (t) => {
  const cwd = folder(t, "it's: a #folder ");
  const { out } = await run(cwd, { names: ["*.app.test"] });
  const [files = "", short = ""] = out.slice(out.indexOf("  tls:")).split("or, found and renewed");
  assert.deepEqual(parse(files), {
    tls: {
      enabled: true,
      cert_path: join(cwd, "ferrox", "localhost.pem"),
      key_path: join(cwd, "ferrox", "localhost-key.pem"),
    },
  });
  assert.deepEqual(parse(short.split("\n")[1] ?? ""), {
    tls: { enabled: true, dev: true, names: ["*.app.test"] },
  });
});

test("the lines for a shell survive spaces and quotes in the folder's name", async (t) => {
  const cwd = folder(t, "it's a $folder ");
  const { out } = await run(cwd);
  const words = /NODE_EXTRA_CA_CERTS=(.*) node app\.js/.exec(out)?.[1];
  const path = execFileSync("sh", ["-c", `printf %s ${words}`], { encoding: "utf8" });
  assert.equal(path, join(cwd, "ferrox", "ca.pem"));
});

test("on Windows a path with spaces is put into double quotes", async (t) => {
  const cwd = folder(t, "a b ");
  const { out } = await run(cwd, { dir: "." }, { platform: "win32" });
  assert.ok(out.includes(`certutil -user -addstore Root "${cwd}/ca.pem"\n`));
});

test("unusable names are a wrong use of the command, one line each", async (t) => {
  const home = folder(t);
  const { code, out, err } = await run(home, { names: ["a.test", "https://b.test", "c:80"] });
  assert.deepEqual([code, out], [2, ""]);
  assert.equal(
    err,
    `ferrox cert: "https://b.test" is not a host name (leave out scheme and path)
ferrox cert: "c:80" has a port (leave it out: a certificate is good for all ports)
`,
  );
  assert.deepEqual(readdirSync(home), []);
});

test("a folder that cannot be made is a failure", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "file"), "");
  const { code, out, err } = await run(cwd, { dir: "file" });
  assert.deepEqual([code, out], [1, ""]);
  assert.equal(
    err,
    `ferrox cert: ${cwd}/file is not a folder (keep development certificates in another folder: ferrox cert --dir DIR)\n`,
  );
});
