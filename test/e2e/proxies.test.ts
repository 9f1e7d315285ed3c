// Behind proxies, on the real program: whose word about the client is believed, in fields and in
// PROXY headers, in clear and in front of TLS.

import assert from "node:assert/strict";
import { connect as connectTcp } from "node:net";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";
import { summed, V4_ADDRESSES } from "../support/proxy-header.ts";
import type { Cleanup } from "../support/temp-folder.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const ROUTES =
  "routes:\n" +
  "  - { path: /metrics, metrics: true }\n" +
  "  - { path: /inner/, files: site, allow: [203.0.113.0/24] }\n" +
  "  - { path: /, files: site }\n";
const TRUSTING = "  trusted_proxies: [127.0.0.1]\n";
const V1 = "PROXY TCP4 203.0.113.5 198.51.100.1 56324 443\r\n";

function behindProxy(t: Cleanup, server: string, more = ""): Promise<Program> {
  const files = { "www/ok.txt": "ok\n", "www/inner/ok.txt": "inner\n" };
  return startProgram(t, { config: configText(ROUTES + more, server), files });
}

async function statusFor(program: Program, path: string, fields: Record<string, string>) {
  return (await fetchRaw(program, ask(path, fields))).status;
}

test("a trusted proxy's word decides who may see what, and who is in the log", async (t) => {
  const program = await behindProxy(t, TRUSTING);
  const friend = { "X-Forwarded-For": "203.0.113.5" };
  const stranger = { Forwarded: 'for="[2001:db8::1]:4711"' };
  assert.equal(await statusFor(program, "/inner/ok.txt", friend), 200);
  assert.equal(await statusFor(program, "/inner/ok.txt", stranger), 403);
  assert.equal(await statusFor(program, "/metrics", stranger), 403);
  assert.equal(await statusFor(program, "/metrics", {}), 200);
  assert.equal(await statusFor(program, "/metrics", { Forwarded: "for=unknown" }), 403);
  await program.stop();
  const addresses = (await program.accessLog())
    .trimEnd()
    .split("\n")
    .map((it) => it.split(" ")[0]);
  assert.deepEqual(addresses, [
    "203.0.113.5",
    "2001:db8::1",
    "2001:db8::1",
    "127.0.0.1",
    "unknown",
  ]);
});

test("nobody else's word counts", async (t) => {
  for (const server of ["", "  trusted_proxies: [192.0.2.0/24]\n"]) {
    const program = await behindProxy(t, server);
    for (const fields of [{ "X-Forwarded-For": "203.0.113.5" }, { Forwarded: "for=203.0.113.5" }]) {
      assert.equal(await statusFor(program, "/inner/ok.txt", fields), 403);
    }
    await program.stop();
    assert.doesNotMatch(await program.accessLog(), /^203/m);
  }
});

test("a client cannot slip a second field past a proxy that writes the other", async (t) => {
  const program = await behindProxy(t, TRUSTING);
  const fields = { "X-Forwarded-For": "192.0.2.9", Forwarded: "for=203.0.113.5" };
  assert.equal(await statusFor(program, "/inner/ok.txt", fields), 403);
  const other = { "X-Forwarded-For": "203.0.113.5", Forwarded: "for=192.0.2.9" };
  assert.equal(await statusFor(program, "/inner/ok.txt", other), 403);
});

test("requests are counted for the client behind the proxy", async (t) => {
  const program = await behindProxy(t, TRUSTING, "limits: { request_rate: 1, request_burst: 2 }\n");
  const connection = await connect(program);
  const statuses: number[] = [];
  for (const client of ["203.0.113.5", "203.0.113.5", "203.0.113.5", "203.0.113.6"]) {
    connection.send(ask("/ok.txt", { "X-Forwarded-For": client }));
    statuses.push((await connection.response()).status);
  }
  assert.deepEqual(statuses, [200, 200, 429, 200]);
  connection.reset();
});

test("behind a proxy that ends TLS nobody is sent in a circle", async (t) => {
  const program = await behindProxy(t, TRUSTING, "tls: { enabled: true, dev: true }\n");
  const https = { "X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https" };
  assert.equal(await statusFor(program, "/ok.txt", https), 200);
  assert.equal(await statusFor(program, "/ok.txt", { ...https, "X-Forwarded-Proto": "http" }), 301);
  assert.equal(await statusFor(program, "/ok.txt", {}), 301);
});

const PROXY = `${TRUSTING}  proxy_protocol: true\n`;

test("PROXY headers of both versions say who is there", async (t) => {
  const program = await behindProxy(t, PROXY);
  const request = Buffer.from(ask("/inner/ok.txt"));
  assert.equal(
    (await fetchRaw(program, Buffer.concat([Buffer.from(V1), request]), "GET")).status,
    200,
  );
  const binary = summed(0x21, 0x11, V4_ADDRESSES);
  assert.equal((await fetchRaw(program, Buffer.concat([binary, request]), "GET")).status, 403);
  await program.stop();
  assert.match(await program.accessLog(), /^203\.0\.113\.5 .*\n192\.0\.2\.1 /);
});

test("without its header, or with a wrong one, a trusted proxy's connection is dropped", async (t) => {
  const program = await behindProxy(t, PROXY, "limits: { handshake_timeout: 1s }\n");
  for (const bytes of [ask("/ok.txt"), "PROXY TCP4 1.2.3.4\r\n", "PROXY TCP4 203.0.113.5 198"]) {
    const connection = await connect(program);
    connection.send(bytes);
    await connection.closed();
  }
  assert.equal((await fetchRaw(program, V1 + ask("/ok.txt"), "GET")).status, 200);
});

test("from anybody else a PROXY header is a malformed request", async (t) => {
  const program = await behindProxy(t, "  trusted_proxies: [192.0.2.1]\n  proxy_protocol: true\n");
  assert.equal((await fetchRaw(program, V1 + ask("/ok.txt"), "GET")).status, 400);
  assert.equal(await statusFor(program, "/ok.txt", {}), 200);
});

test("a PROXY header stands in front of TLS", async (t) => {
  const program = await behindProxy(t, PROXY, "tls: { enabled: true, dev: true }\n");
  const wire = connectTcp({ port: program.httpsPort, host: "127.0.0.1" });
  t.after(() => secure.destroy());
  await new Promise((resolve) => wire.write(V1, resolve));
  const secure = connectTls({ socket: wire, servername: "localhost", rejectUnauthorized: false });
  let said = "";
  secure.on("data", (bytes: Buffer) => {
    said += bytes.toString("latin1");
  });
  secure.write(ask("/inner/ok.txt"));
  await eventually("the answer", async () => (said.endsWith("ok\n") ? true : undefined));
  assert.match(said, /^HTTP\/1\.1 200 /);
});

test("connections are counted for the client behind a PROXY header", async (t) => {
  const program = await behindProxy(t, PROXY, "limits: { connections_per_ip: 1 }\n");
  const held = await connect(program);
  held.send(V1 + ask("/ok.txt"));
  assert.equal((await held.response()).status, 200);
  const second = await connect(program);
  second.send(V1 + ask("/ok.txt"));
  await second.closed();
  const other = V1.replace("203.0.113.5", "203.0.113.6");
  assert.equal((await fetchRaw(program, other + ask("/ok.txt"), "GET")).status, 200);
  held.reset();
});
