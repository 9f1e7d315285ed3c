// SIGHUP on the real program: everything that is written down is read again, nobody is sent away,
// and what makes no sense changes nothing.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { Agent } from "node:http";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { makeCertificate } from "../support/certificates.ts";
import { askWithNode } from "../support/node-client.ts";
import {
  configText,
  eventually,
  type Program,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const FILES = { "www/plain.txt": "0123456789", "www/x.foo": "foo", "other/plain.txt": "other" };

/** Everything the error log has said, without the rest of its records. */
async function messages(program: Program): Promise<readonly string[]> {
  const lines = (await program.errorLog()).split("\n").slice(0, -1);
  return lines.map((line) => String(JSON.parse(line).msg));
}

const isOutcome = (message: string) => /^(?:not )?reloaded\b/.test(message);

/** What the log says between a SIGHUP and its outcome. */
async function reload(program: Program, config?: string): Promise<readonly string[]> {
  if (config !== undefined) await writeFile(`${program.folder}/ferrox.yml`, config);
  const before = (await messages(program)).length;
  program.signal("SIGHUP");
  return eventually("the outcome of a reload", async () => {
    const said = (await messages(program)).slice(before);
    return said.some(isOutcome) ? said : undefined;
  });
}

/** Whoever reads meanwhile finds the old file or the new one, never a half. */
async function replaceConfig({ folder }: Program, config: string): Promise<void> {
  await writeFile(`${folder}/next.yml`, config);
  await rename(`${folder}/next.yml`, `${folder}/ferrox.yml`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      assert.ok(address !== null && typeof address === "object");
      server.close(() => resolve(address.port));
    });
  });
}

test("a connection of before meets the new headers, types, routes, folders and error pages", async (t) => {
  const files = { ...FILES, "errors/404.html": "<h1>nothing of the kind</h1>" };
  const program = await startProgram(t, { config: configText("headers: {X-A: one}\n"), files });
  const connection = await connect(program);
  t.after(() => connection.reset());
  connection.send(ask("/plain.txt"));
  assert.equal((await connection.response()).fields.get("x-a"), "one");
  const said = await reload(
    program,
    configText(`headers: {X-A: two}
media_types: {foo: text/x-foo}
file_systems: {other: {kind: disk, root: other}}
routes:
  - {path: /, files: other}
  - {path: /www/, files: site}
  - {path: /old, redirect: /plain.txt}
limits: {body_bytes: 5}
`).replace("paths:\n", "paths:\n  errors_dir: errors\n"),
  );
  assert.equal(said.at(-1), "reloaded");
  assert.ok(said.includes("headers.X-A: one → two"), said.join("\n"));
  assert.ok(said.includes("paths.errors_dir added: errors"), said.join("\n"));
  connection.send(ask("/plain.txt") + ask("/www/x.foo") + ask("/old") + ask("/nope"));
  const plain = await connection.response();
  assert.deepEqual([plain.body.toString(), plain.fields.get("x-a")], ["other", "two"]);
  assert.equal(
    (await connection.response()).fields.get("content-type"),
    "text/x-foo; charset=utf-8",
  );
  assert.equal((await connection.response()).status, 308);
  assert.match((await connection.response()).body.toString(), /nothing of the kind/);
});

test("limits are new for those who come now", async (t) => {
  const program = await startProgram(t, { files: FILES });
  assert.equal((await fetchRaw(program, ask(`/${"x".repeat(200)}`))).status, 404);
  await reload(program, configText("limits: {request_line_bytes: 128}\n"));
  assert.equal((await fetchRaw(program, ask(`/${"x".repeat(200)}`))).status, 414);
});

test("a reload without a change says so, and reads error pages anew all the same", async (t) => {
  const program = await startProgram(t, {
    config: configText().replace("paths:\n", "paths:\n  errors_dir: errors\n"),
    files: { ...FILES, "errors/404.html": "before" },
  });
  await writeFile(`${program.folder}/errors/404.html`, "after");
  assert.deepEqual(await reload(program), ["reloaded: nothing changed"]);
  assert.match((await fetchRaw(program, ask("/nope"))).body.toString(), /^after/);
});

test("another port: the new one is open, the old one closed, its idle connections are over", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const idle = await connect(program);
  idle.send(ask("/plain.txt"));
  await idle.response();
  const port = await freePort();
  const config = configText().replace("http_port: 0", `http_port: ${port}`);
  assert.equal((await reload(program, config))[0], `server.http_port: 0 → ${port}`);
  assert.equal((await fetchRaw({ port }, ask("/plain.txt"))).status, 200);
  assert.equal(await idle.closed(), "fin");
  await assert.rejects(fetchRaw(program, ask("/plain.txt")), { code: "ECONNREFUSED" });
});

test("every address instead of one, at the same port", async (t) => {
  const port = await freePort();
  const config = configText().replace("http_port: 0", `http_port: ${port}`);
  const program = await startProgram(t, { config, files: FILES });
  const said = await reload(program, config.replace("addr: 127.0.0.1", "addr: 0.0.0.0"));
  assert.deepEqual(said, ["server.addr: 127.0.0.1 → 0.0.0.0", "reloaded"]);
  assert.equal((await fetchRaw({ port, host: "127.0.0.2" }, ask("/plain.txt"))).status, 200);
});

test("logs change their form and their folder, and no line is lost", async (t) => {
  const program = await startProgram(t, { files: FILES });
  await fetchRaw(program, ask("/plain.txt?one"));
  await reload(program, configText("logging: {access: json}\n"));
  await fetchRaw(program, ask("/plain.txt?two"));
  const moved = configText("logging: {access: json}\n").replace(
    "log_dir: logs",
    "log_dir: deep/er",
  );
  await writeFile(`${program.folder}/ferrox.yml`, moved);
  program.signal("SIGHUP");
  const read = (name: string) => readFile(`${program.folder}/${name}`, "utf8").catch(() => "");
  await eventually("the new error log", async () =>
    (await read("deep/er/error.log")).includes('"reloaded"') ? true : undefined,
  );
  await fetchRaw(program, ask("/plain.txt?three"));
  await program.stop();
  const [first = "", second = ""] = (await program.accessLog()).split("\n");
  assert.match(first, /^127\.0\.0\.1 .*\?one/);
  assert.equal(JSON.parse(second).req.url, "/plain.txt?two");
  assert.equal(JSON.parse(await read("deep/er/access.log")).req.url, "/plain.txt?three");
});

test("a download in flight goes on to its last byte, from a folder that is no longer served", async (t) => {
  const big = randomBytes(48 * 1024 * 1024);
  const program = await startProgram(t, { files: { ...FILES, "www/big.bin": big } });
  const connection = await connect(program);
  t.after(() => connection.reset());
  connection.send(ask("/big.bin"));
  assert.equal((await connection.head()).status, 200);
  const half = await connection.take(big.length / 2);
  await reload(program, configText().replace("serve_dir: www", "serve_dir: other"));
  const rest = await connection.take(big.length / 2);
  const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  assert.equal(digest(Buffer.concat([half, rest])), digest(big));
  connection.send(ask("/plain.txt"));
  assert.equal((await connection.response()).body.toString(), "other");
});

test("what makes no sense changes nothing, and says why and where", async (t) => {
  const good = "headers: {X-A: one}\n";
  const program = await startProgram(t, { config: configText(good), files: FILES });
  const connection = await connect(program);
  t.after(() => connection.reset());
  const taken = createServer().listen(0, "127.0.0.1");
  t.after(() => void taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  const address = taken.address();
  assert.ok(address !== null && typeof address === "object");
  const bad = configText("headers: {X-A: two}\n");
  for (const [config, why] of [
    [`${bad}rooter: static\n`, /^not reloaded: ferrox\.yml:10:1: rooter: /],
    [`${bad}a: [\n`, /^not reloaded: ferrox\.yml:\d+:\d+: /],
    [bad.replace("serve_dir: www", "serve_dir: nowhere"), /^not reloaded: .*7:14: .*nowhere/],
    [
      `${bad}tls: {enabled: true, cert_path: c.pem, key_path: k.pem}\n`,
      /^not reloaded: ferrox\.yml:10:33: .*c\.pem/,
    ],
    [
      bad.replace("http_port: 0", `http_port: ${address.port}`),
      /^not reloaded: port \d+ on 127\.0\.0\.1 is taken/,
    ],
    [bad.replace("paths:\n", "paths:\n  errors_dir: gone\n"), /^not reloaded: .*gone/],
    [bad.replace("log_dir: logs", "log_dir: www/plain.txt"), /^not reloaded: .*plain\.txt/],
  ] as const) {
    const said = await reload(program, config);
    assert.match(said[0] ?? "", why);
    assert.ok(
      said.every((message) => message.startsWith("not reloaded: ")),
      said.join("\n"),
    );
    connection.send(ask("/plain.txt"));
    assert.equal((await connection.response()).fields.get("x-a"), "one", config);
    assert.equal((await fetchRaw(program, ask("/plain.txt"))).fields.get("x-a"), "one", config);
  }
  assert.deepEqual(await reload(program, configText(good)), ["reloaded: nothing changed"]);
});

test("of signals that come at once the last state of the file counts", async (t) => {
  const program = await startProgram(t, { files: FILES });
  for (let round = 0; round < 5; round += 1) {
    await replaceConfig(program, configText(`headers: {X-A: first${round}}\n`));
    program.signal("SIGHUP");
    program.signal("SIGHUP");
    await replaceConfig(program, configText(`headers: {X-A: last${round}}\n`));
    program.signal("SIGHUP");
    await eventually("the last state", async () => {
      const { fields } = await fetchRaw(program, ask("/plain.txt"));
      return fields.get("x-a") === `last${round}` ? true : undefined;
    });
  }
  assert.equal((await messages(program)).filter((it) => it.startsWith("not ")).length, 0);
});

test("twenty reloads under load fail no request", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  t.after(() => agent.destroy());
  let isOver = false;
  let answers = 0;
  const client = async (more: { agent?: Agent }) => {
    while (!isOver) {
      const answer = await askWithNode(`${program.url}/plain.txt`, more);
      assert.equal(answer.body.toString(), "0123456789");
      answers += 1;
    }
  };
  const clients = Promise.all([client({ agent }), client({ agent }), client({}), client({})]);
  for (let count = 0; count < 20; count += 1) {
    const said = await reload(program, configText(`headers: {X-A: "${count}"}\n`));
    assert.equal(said.at(-1), "reloaded");
  }
  isOver = true;
  await clients;
  assert.ok(answers > 100, `only ${answers} answers`);
});

test("two hundred reloads leave the process as large as it was", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const descriptors = async () => (await readdir(`/proc/${program.pid}/fd`)).length;
  const residentKiB = async () =>
    Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${program.pid}/status`, "utf8"))?.[1]);
  const times = async (count: number) => {
    for (let at = 0; at < count; at += 1) {
      await reload(program, configText(`headers: {X-A: "${at}"}\n`));
    }
  };
  await times(50);
  const before = [await descriptors(), await residentKiB()] as const;
  await times(200);
  await eventually("as many descriptors as before", async () =>
    (await descriptors()) <= before[0] ? true : undefined,
  );
  const grownMiB = ((await residentKiB()) - before[1]) / 1024;
  t.diagnostic(`${Math.round(grownMiB)} MiB more after 200 reloads`);
  assert.ok(grownMiB < 40, `${grownMiB} MiB more`);
});

test("TLS is turned on, certificates are renewed, TLS is turned off, and sessions go on", async (t) => {
  const folder = await temporaryFolder(t);
  const used = await makeCertificate(folder, "used", ["a.example"]);
  const next = await makeCertificate(folder, "next", ["a.example"]);
  const other = await makeCertificate(folder, "other", ["b.example"]);
  const program = await startProgram(t, { files: FILES });
  const plain = await connect(program);
  t.after(() => plain.reset());
  const port = await freePort();
  const withTls = (name: { certPath: string; keyPath: string }) =>
    configText(
      `tls: {enabled: true, cert_path: ${name.certPath}, key_path: ${name.keyPath}}\n`,
    ).replace("https_port: 0", `https_port: ${port}`);
  assert.equal((await reload(program, withTls(used))).at(-1), "reloaded");
  plain.send(ask("/plain.txt"));
  assert.equal(
    (await plain.response()).fields.get("location"),
    `https://localhost:${port}/plain.txt`,
  );

  const versions = ["TLSv1.2", "TLSv1.3"] as const;
  const sessions = await Promise.all(versions.map((version) => handshake(port, version)));
  for (const { subject } of sessions) assert.equal(subject, "CN=used");
  const secure = await connect({ port, tls: { rejectUnauthorized: false } });
  t.after(() => secure.reset());

  const said = await reload(program, withTls(next));
  assert.ok(said.some((it) => /^a new certificate for a\.example, valid to /.test(it)));
  for (const { version, session } of sessions) {
    const again = await handshake(port, version, session);
    assert.deepEqual([version, again.isReused], [version, true]);
    assert.equal((await handshake(port, version)).subject, "CN=next");
  }
  secure.send(ask("/plain.txt"));
  assert.equal((await secure.response()).body.toString(), "0123456789");

  await reload(program, withTls(other));
  for (const { version, session } of sessions) {
    const again = await handshake(port, version, session);
    assert.deepEqual([version, again.isReused], [version, false], "its host was taken away");
  }
  await reload(program, configText());
  plain.send(ask("/plain.txt"));
  assert.equal((await plain.response()).body.toString(), "0123456789");
  await assert.rejects(handshake(port, "TLSv1.3"), { code: "ECONNREFUSED" });
});

interface Handshake {
  readonly version: "TLSv1.2" | "TLSv1.3";
  readonly subject: string | undefined;
  readonly session: Buffer | undefined;
  readonly isReused: boolean;
}

/** One answer is waited for: under TLS 1.3 the ticket comes after the handshake. */
function handshake(
  port: number,
  version: Handshake["version"],
  session?: Buffer,
): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connectTls({
      host: "127.0.0.1",
      port,
      servername: "a.example",
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      ...(session === undefined ? {} : { session }),
    });
    socket.once("error", reject);
    socket.once("secureConnect", () => socket.write(ask("/plain.txt")));
    socket.once("data", () => {
      const subject = socket.getPeerX509Certificate()?.subject;
      const isReused = socket.isSessionReused();
      resolve({ version, subject, session: socket.getSession(), isReused });
      socket.destroy();
    });
  });
}

test("before it stops it says that it is not ready, and goes on; a reload then is too late", async (t) => {
  const config = (delay: string) =>
    configText(`limits: {drain_delay: ${delay}}
routes:
  - {path: /, files: site}
  - {path: /ready, health: ready}
  - {path: /live, health: live}
`);
  const program = await startProgram(t, { config: config("1s"), files: FILES });
  await reload(program, config("2s"));
  const statusOf = async (path: string) => (await fetchRaw(program, ask(path))).status;
  assert.equal(await statusOf("/ready"), 200);
  const started = performance.now();
  program.signal("SIGTERM");
  await eventually("not ready", async () =>
    (await statusOf("/ready")) === 503 ? true : undefined,
  );
  assert.equal(await statusOf("/live"), 200);
  assert.equal(await statusOf("/plain.txt"), 200);
  program.signal("SIGHUP");
  await eventually("the answer to a late SIGHUP", async () =>
    (await messages(program)).includes("not reloaded: the server is stopping") ? true : undefined,
  );
  assert.equal(await program.ended(), 0);
  const took = performance.now() - started;
  assert.ok(took > 1_900 && took < 8_000, `it ended after ${took} ms`);
});

test("a second signal ends the waiting before the drain too", async (t: TestContext) => {
  const program = await startProgram(t, { config: configText("limits: {drain_delay: 1h}\n") });
  program.signal("SIGTERM");
  await eventually("the first signal heard", async () =>
    (await messages(program)).includes("stopping") ? true : undefined,
  );
  program.signal("SIGTERM");
  assert.equal(await program.ended(), 0);
});
