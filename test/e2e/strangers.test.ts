// Programs that know nothing of Ferrox agree with it: curl, openssl and Node's own client.

import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, test } from "node:test";
import { findAuthority } from "../support/certificates.ts";
import { askWithNode } from "../support/node-client.ts";
import { startProgram } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";

const BIG = Buffer.alloc(3_000_000, "0123456789");
const FILES = {
  "www/index.html": "<!doctype html><title>home</title>\n",
  "www/plain.txt": "0123456789",
  "www/big.bin": BIG,
  "www/docs/index.html": "docs\n",
};

const plain = await startProgram({ after }, { files: FILES });
const secure = await startProgram({ after }, { args: ["www", "-p", "0", "--tls"], files: FILES });
const authority = await findAuthority(secure.folder);

/** The same stories once in clear and once through TLS. */
const ways = [
  { name: "http", url: plain.url, curl: [], node: {} },
  {
    name: "https",
    url: secure.httpsUrl.replace("127.0.0.1", "localhost"),
    curl: ["--cacert", authority.path],
    node: { ca: authority.pem },
  },
] as const;

for (const { name, url, curl: trust, node } of ways) {
  const curl = (...args: string[]) =>
    runTool("curl", ["--silent", "--show-error", "--max-time", "20", ...trust, ...args]);

  test(`curl over ${name} gets every byte of a file`, async () => {
    const { code, stdout, stderr } = await curl(`${url}/big.bin`);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.equals(BIG));
  });

  test(`curl over ${name} gets two files over one connection`, async () => {
    const { code, stdout } = await curl(
      "--write-out",
      "[%{num_connects}]",
      `${url}/plain.txt`,
      `${url}/plain.txt`,
    );
    assert.equal(code, 0);
    assert.equal(stdout.toString(), "0123456789[1]0123456789[0]");
  });

  test(`curl -I over ${name} is not left waiting for a body`, async () => {
    const { code, stdout } = await curl("--head", `${url}/big.bin`);
    assert.equal(code, 0);
    assert.match(stdout.toString(), /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(stdout.toString(), /^content-length: 3000000\r$/im);
  });

  test(`curl -r over ${name} gets one part`, async () => {
    const { stdout } = await curl(
      "--range",
      "3-5",
      "--write-out",
      " %{http_code}",
      `${url}/plain.txt`,
    );
    assert.equal(stdout.toString(), "345 206");
  });

  test(`curl -C over ${name} goes on where a download had ended`, async () => {
    const { code, stdout } = await curl("--continue-at", "2999990", `${url}/big.bin`);
    assert.equal(code, 0);
    assert.equal(stdout.toString(), "0123456789");
  });

  test(`curl -L over ${name} follows the redirect to the slash`, async () => {
    const { stdout } = await curl(
      "--location",
      "--write-out",
      "%{url_effective}",
      `${url}/docs?a=b`,
    );
    assert.equal(stdout.toString(), `docs\n${url}/docs/?a=b`);
  });

  test(`curl -z over ${name} is told that nothing is new`, async () => {
    const { fields } = await askWithNode(`${url}/plain.txt`, node);
    const { stdout } = await curl(
      "--time-cond",
      fields["last-modified"] ?? "",
      "--write-out",
      "%{http_code}",
      `${url}/plain.txt`,
    );
    assert.equal(stdout.toString(), "304");
  });

  test(`curl over ${name} sends a body that nobody wants, and is refused properly`, async () => {
    const { code, stdout } = await curl(
      "--data",
      "x".repeat(50_000),
      "--output",
      "/dev/null",
      "--write-out",
      "%{http_code}",
      `${url}/plain.txt`,
    );
    assert.equal(code, 0);
    assert.equal(stdout.toString(), "405");
  });

  test(`Node's client over ${name} reads the same answer`, async () => {
    const answer = await askWithNode(`${url}/plain.txt`, node);
    assert.equal(answer.status, 200);
    assert.equal(answer.fields["content-type"], "text/plain; charset=utf-8");
    assert.equal(answer.fields["content-length"], "10");
    assert.equal(answer.body.toString(), "0123456789");
  });

  test(`Node's client over ${name} reads HEAD, 304, 404 and 405`, async () => {
    const ask = (method: string, path: string, fields = {}) =>
      askWithNode(`${url}${path}`, { ...node, method, fields });
    const head = await ask("HEAD", "/big.bin");
    assert.deepEqual([head.status, head.body.length], [200, 0]);
    const etag = String(head.fields.etag);
    assert.equal((await ask("GET", "/big.bin", { "if-none-match": etag })).status, 304);
    assert.equal((await ask("GET", "/nope")).status, 404);
    const refused = await ask("DELETE", "/plain.txt");
    assert.deepEqual([refused.status, refused.fields.allow], [405, "GET, HEAD, OPTIONS"]);
  });
}

test("Node's client keeps one connection for a hundred requests", async (t) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  let connections = 0;
  const { createConnection } = agent;
  agent.createConnection = (...args) => {
    connections += 1;
    return createConnection.apply(agent, args);
  };
  for (let count = 0; count < 100; count += 1) {
    const answer = await askWithNode(`${plain.url}/plain.txt`, { agent });
    assert.equal(answer.body.toString(), "0123456789");
  }
  assert.equal(connections, 1);
});

test("openssl verifies the certificate, speaks TLS 1.3 and gets an answer", async () => {
  const { stdout } = await openssl("-tls1_3");
  assert.match(stdout, /Verify return code: 0 \(ok\)/);
  assert.match(stdout, /TLSv1\.3/);
  assert.match(stdout, /HTTP\/1\.1 200 OK[\s\S]*0123456789/);
});

test("openssl speaks TLS 1.2 and agrees on http/1.1", async () => {
  const { stdout } = await openssl("-tls1_2", "-alpn", "http/1.1");
  assert.match(stdout, /ALPN protocol: http\/1\.1/);
  assert.match(stdout, /HTTP\/1\.1 200 OK/);
});

async function openssl(...args: string[]): Promise<{ stdout: string }> {
  const request = "GET /plain.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const { stdout } = await runTool(
    "openssl",
    [
      ...["s_client", "-connect", `127.0.0.1:${secure.httpsPort}`, "-servername", "localhost"],
      ...["-CAfile", authority.path, "-verify_return_error", "-ign_eof", ...args],
    ],
    request,
    20_000,
  );
  return { stdout: stdout.toString("latin1") };
}
