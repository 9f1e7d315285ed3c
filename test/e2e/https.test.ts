// HTTPS with a certificate made for development, the way to it from plain HTTP, and certificates
// chosen by name.

import assert from "node:assert/strict";
import { copyFile, stat } from "node:fs/promises";
import { after, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { findAuthority, makeCertificate } from "../support/certificates.ts";
import { askWithNode } from "../support/node-client.ts";
import {
  configText,
  eventually,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const program = await startProgram(
  { after },
  {
    args: ["--config", "ferrox.yml", "--tls"],
    files: { "www/plain.txt": "0123456789" },
  },
);
const authority = await findAuthority(program.folder);
const securely = { port: program.httpsPort, tls: { ca: authority.pem } };

test("whoever trusts the authority trusts the server, by every name of this machine", async () => {
  for (const host of ["localhost", "127.0.0.1"]) {
    const url = `https://${host}:${program.httpsPort}/plain.txt`;
    assert.equal((await askWithNode(url, { ca: authority.pem })).body.toString(), "0123456789");
    const { code, stderr } = await runTool("curl", ["-sS", "--cacert", authority.path, url]);
    assert.equal(code, 0, stderr);
  }
});

test("whoever does not trust it is right not to", async () => {
  await assert.rejects(askWithNode(`${program.httpsUrl}/plain.txt`), /self-signed|unable to/);
});

test("keys are for their owner only", async () => {
  const { stdout } = await runTool("find", [`${program.folder}/data`, "-name", "*key*.pem"]);
  const keys = stdout.toString().trim().split("\n");
  assert.ok(keys.length >= 1);
  for (const key of keys) assert.equal((await stat(key)).mode & 0o077, 0, key);
});

test("the authority stays the same from one start to the next", async (t) => {
  const again = await startProgram(t, {
    args: ["www", "-p", "0", "--tls"],
    env: { XDG_DATA_HOME: `${program.folder}/data` },
  });
  const url = again.httpsUrl.replace("127.0.0.1", "localhost");
  assert.equal((await askWithNode(url, { ca: authority.pem })).status, 200);
});

test("TLS answers are as strict as plain ones, and the connection is kept", async (t) => {
  const connection = await connect(securely);
  t.after(() => connection.reset());
  connection.send(ask("/plain.txt") + ask("/plain.txt", {}, "HEAD") + ask("/nope"));
  assert.equal((await connection.response()).body.toString(), "0123456789");
  assert.equal((await connection.response("HEAD")).status, 200);
  assert.equal((await connection.response()).status, 404);
});

for (const [path, host, location] of [
  ["/plain.txt?x=1", "localhost:80", /^https:\/\/localhost:PORT\/plain\.txt\?x=1$/],
  ["/a%20b", "127.0.0.1", /^https:\/\/127\.0\.0\.1:PORT\/a%20b$/],
  ["/", "[::1]:8080", /^https:\/\/\[::1\]:PORT\/$/],
  ["//evil.example/x", "localhost", /^https:\/\/localhost:PORT\/\/?evil\.example\/x$/],
  ["/", "evil.example", /^https:\/\/(?!evil)[^/]+:PORT\/$/],
] as const) {
  test(`plain HTTP for ${path} on ${host} is redirected to HTTPS`, async () => {
    const answer = await fetchRaw(program, ask(path, { Host: host }));
    assert.equal(answer.status, 301);
    const shown = answer.fields.get("location") ?? "";
    assert.match(shown.replace(`:${program.httpsPort}/`, ":PORT/"), location);
  });
}

test("a POST is redirected so that it stays a POST", async () => {
  const request = ask("/plain.txt", { "Content-Length": "2" }, "POST");
  assert.equal((await fetchRaw(program, `${request}hi`, "POST")).status, 308);
});

test("the redirecting port refuses what is no request", async () => {
  assert.equal((await fetchRaw(program, "GET / HTTP/1.1\r\n\r\n")).status, 400);
});

test("plain HTTP on the TLS port is answered with a redirect", async () => {
  const answer = await fetchRaw({ port: program.httpsPort }, ask("/plain.txt"));
  assert.equal(answer.status, 301);
  assert.equal(answer.fields.get("location"), `https://localhost:${program.httpsPort}/plain.txt`);
});

test("a certificate is chosen by the name the client asks for", async (t) => {
  const folder = await temporaryFolder(t);
  const main = await makeCertificate(folder, "main", ["main.example"]);
  const other = await makeCertificate(folder, "other", ["other.example", "*.wild.example"]);
  const several = await startProgram(t, {
    config: configText(`tls:
  enabled: true
  cert_path: ${main.certPath}
  key_path: ${main.keyPath}
  certificates:
    - hosts: [other.example, "*.wild.example"]
      cert_path: ${other.certPath}
      key_path: ${other.keyPath}
`),
  });
  assert.equal(await subjectFor(several.httpsPort, "main.example"), "CN=main");
  assert.equal(await subjectFor(several.httpsPort, "other.example"), "CN=other");
  assert.equal(await subjectFor(several.httpsPort, "a.wild.example"), "CN=other");
  assert.equal(await subjectFor(several.httpsPort, "a.b.wild.example"), "CN=main");
  assert.equal(await subjectFor(several.httpsPort, "unknown.example"), "CN=main");
  assert.equal(await subjectFor(several.httpsPort, undefined), "CN=main");
});

test("SIGHUP: new handshakes see the new certificate, open connections go on", async (t) => {
  const folder = await temporaryFolder(t);
  const used = await makeCertificate(folder, "used", ["before.example"]);
  const next = await makeCertificate(folder, "next", ["after.example"]);
  const running = await startProgram(t, {
    config: configText(
      `tls:\n  enabled: true\n  cert_path: ${used.certPath}\n  key_path: ${used.keyPath}\n`,
    ),
    files: { "www/plain.txt": "0123456789" },
  });
  const port = running.httpsPort;
  const before = await connect({ port, tls: { ca: used.cert, servername: "before.example" } });
  before.send(ask("/plain.txt"));
  assert.equal((await before.response()).status, 200);

  // A key alone fits no certificate: nothing changes, and the log says why.
  await copyFile(next.keyPath, used.keyPath);
  running.signal("SIGHUP");
  await eventually("the refusal in the log", async () =>
    /not reloaded: .*used-key\.pem/.test(await running.errorLog()) ? true : undefined,
  );
  assert.equal(await subjectFor(port, undefined), "CN=used");

  await copyFile(next.certPath, used.certPath);
  running.signal("SIGHUP");
  await eventually("the new certificate", async () =>
    (await subjectFor(port, undefined)) === "CN=next" ? true : undefined,
  );
  before.send(ask("/plain.txt"));
  assert.equal((await before.response()).status, 200, "the connection of before goes on");
  before.end();
});

test("a key that does not belong to its certificate stops the start with one line", async (t) => {
  const folder = await temporaryFolder(t);
  const one = await makeCertificate(folder, "one", ["one.example"]);
  const two = await makeCertificate(folder, "two", ["two.example"]);
  const ended = await runProgram(t, ["serve", "--config", "ferrox.yml"], {
    "www/index.html": "",
    "ferrox.yml": configText(
      `tls:\n  enabled: true\n  cert_path: ${one.certPath}\n  key_path: ${two.keyPath}\n`,
    ),
  });
  assert.ok(ended.code === 1 || ended.code === 2, `status ${ended.code}`);
  assert.match(ended.stderr, /two-key\.pem/);
  assert.doesNotMatch(ended.stderr, /\n\s+at /);
});

/** The subject of the certificate shown to a client that asks for `servername`. */
function subjectFor(port: number, servername: string | undefined): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
    });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const subject = socket.getPeerX509Certificate()?.subject;
      socket.destroy();
      resolve(subject);
    });
  });
}
