// R14: a free port is found, or not looked for; what is said, and how much; and nothing is left.
// Where the original looks from 8000 on, `ferrox serve DIR` looks from 8080 or from --port on.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeCertificate } from "../support/certificates.ts";
import {
  configText,
  eventually,
  MAIN,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const FILES = { "www/a.txt": "a\n" };
const QUICK = ["www", "-p", "0"];

test("R14 two instances started alike each get a port, and say which", async (t) => {
  const one = await startProgram(t, { args: QUICK, files: FILES });
  const args = ["www", "--port", String(one.port)];
  const two = await startProgram(t, { args, files: FILES });
  assert.ok(two.port > one.port, `${two.port} comes after ${one.port}`);
  for (const program of [one, two]) {
    assert.equal((await fetchRaw(program, ask("/a.txt"))).status, 200);
  }
});

test("R14 a port that is meant and taken is one line and status 1", async (t) => {
  const one = await startProgram(t, { args: QUICK, files: FILES });
  for (const args of [
    ["serve", "www", "--port", String(one.port), "--strict-port"],
    ["serve", "--config", "ferrox.yml", "--port", String(one.port)],
  ]) {
    const ended = await runProgram(t, args, { ...FILES, "ferrox.yml": configText() });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, new RegExp(`^ferrox: .*\\b${one.port}\\b.*\\n$`));
    assert.equal(ended.stdout, "");
  }
});

test("R14 it is bound to this machine, or to the address that is said", async (t) => {
  const local = await startProgram(t, { args: QUICK, files: FILES });
  assert.match(local.url, /^http:\/\/127\.0\.0\.1:/);
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((it) => it?.family === "IPv4" && !it.internal)?.address;
  if (outside !== undefined) {
    await assert.rejects(connect({ port: local.port, host: outside }), /ECONNREFUSED/);
  }
  const other = await startProgram(t, { args: [...QUICK, "--host", "127.0.0.2"], files: FILES });
  assert.match(other.url, /^http:\/\/127\.0\.0\.2:/);
  await assert.rejects(connect({ port: other.port }), /ECONNREFUSED/);
});

test("R14 -q leaves out the lines of the start, and -qq warnings too", async (t) => {
  const folder = await temporaryFolder(t, FILES);
  await makeCertificate(folder, "soon", ["localhost"]);
  for (const [quiet, stderr] of [
    ["-q", /^ferrox\.yml:.*soon\.pem expires on .*\n$/],
    ["-qq", /^$/],
  ] as const) {
    const port = await freePort();
    await writeFile(
      join(folder, "ferrox.yml"),
      configText("tls: { enabled: true, cert_path: soon.pem, key_path: soon-key.pem }\n"),
    );
    const child = spawn(process.execPath, [MAIN, "serve", "-p", String(port), quiet], {
      cwd: folder,
    });
    t.after(() => void child.kill("SIGKILL"));
    const said = { out: "", err: "" };
    child.stdout.on("data", (text) => {
      said.out += text;
    });
    child.stderr.on("data", (text) => {
      said.err += text;
    });
    // No line says that it listens.
    await eventually("its answer", () => fetchRaw({ port }, ask("/a.txt")).catch(() => undefined));
    child.kill("SIGTERM");
    assert.equal(await new Promise((resolve) => child.once("close", resolve)), 0);
    assert.equal(said.out, "");
    assert.match(said.err, stderr, quiet);
  }
});

test("R14 requests are logged in the form that is said, or not at all", async (t) => {
  for (const [form, line] of [
    [
      "combined",
      /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET \/a\.txt HTTP\/1\.1" 200 2 /,
    ],
    ["json", /^\{.*"url":"\/a\.txt".*\}\n$/],
    ["off", /^$/],
  ] as const) {
    const config = configText(`logging: { access: ${form} }\n`);
    const program = await startProgram(t, { config, files: FILES });
    await fetchRaw(program, ask("/a.txt"));
    await program.stop();
    assert.match(await program.accessLog(), line, form);
  }
});

test("R14 nothing is left behind after SIGINT, not even of an upload that was under way", async (t) => {
  const temp = await temporaryFolder(t);
  await mkdir(join(temp, "tmp"));
  const config = configText(
    "file_systems: { up: { kind: disk, root: up, writable: true } }\nroutes: [{ path: /, files: up, archives: true }]\n",
  );
  const program = await startProgram(t, {
    config,
    files: { "up/a.txt": "a\n", ...FILES },
    env: { TMPDIR: join(temp, "tmp") },
  });
  const upload = await connect(program);
  upload.send(
    `PUT /big.bin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n${"x".repeat(5000)}`,
  );
  const up = join(program.folder, "up");
  await eventually("the draft", async () => ((await readdir(up)).length > 1 ? true : undefined));
  await fetchRaw(program, ask("/", { Accept: "application/zip" }));
  program.signal("SIGINT");
  upload.reset();
  assert.equal(await program.ended(), 0);
  assert.deepEqual(await readdir(join(temp, "tmp")), []);
  assert.deepEqual(await readdir(up), ["a.txt"]);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      assert.ok(address !== null && typeof address === "object");
      server.close(() => resolve(address.port));
    });
  });
}
