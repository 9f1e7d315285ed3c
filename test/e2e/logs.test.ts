// What is written down: one line per exchange, nothing a client can forge, and files that can be
// moved away under a running server.

import assert from "node:assert/strict";
import { readFile, rename } from "node:fs/promises";
import { test } from "node:test";
import { configText, eventually, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const FILES = { "www/plain.txt": "0123456789" };
const LINE =
  /^127\.0\.0\.1 - - \[\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] "(.*)" (\d{3}) (\d+|-) "(.*)" "(.*)" \d+\.\d{6}$/;

test("one line per exchange, in the combined form, refused ones included", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const fields = { Referer: "http://localhost/from", "User-Agent": "tester/1.0" };
  await fetchRaw(program, ask("/plain.txt?a=b", fields));
  await fetchRaw(program, ask("/plain.txt", { Range: "bytes=0-3" }));
  await fetchRaw(program, ask("/plain.txt", {}, "HEAD"));
  await fetchRaw(program, ask("/nope", {}, "DELETE"));
  await fetchRaw(program, "GET /no-host HTTP/1.1\r\n\r\n");
  await fetchRaw(program, "total nonsense\r\n\r\n");
  await program.stop();
  const lines = (await program.accessLog()).trimEnd().split("\n");
  const told = lines.map((line) => LINE.exec(line)?.slice(1) ?? [`not a line: ${line}`]);
  const brief = told.map(([request, status, bytes]) => [request, status, bytes]);
  assert.deepEqual(brief.slice(0, 3), [
    ["GET /plain.txt?a=b HTTP/1.1", "200", "10"],
    ["GET /plain.txt HTTP/1.1", "206", "4"],
    ["HEAD /plain.txt HTTP/1.1", "200", "-"],
  ]);
  assert.deepEqual(
    brief.slice(3).map(([request, status]) => [request, status]),
    [
      ["DELETE /nope HTTP/1.1", "405"],
      ["GET /no-host HTTP/1.1", "400"],
      ["total nonsense", "400"],
    ],
  );
  assert.deepEqual(told[0]?.slice(3), ["http://localhost/from", "tester/1.0"]);
  assert.deepEqual(told[1]?.slice(3), ["-", "-"]);
});

test("every request of a hundred on one connection has its line after a clean stop", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const connection = await connect(program);
  connection.send(ask("/plain.txt").repeat(100));
  for (let count = 0; count < 100; count += 1) await connection.response();
  connection.reset();
  await program.stop();
  assert.equal((await program.accessLog()).split("\n").length - 1, 100);
});

test("nothing a client sends can break a line, end a quote or colour a terminal", async (t) => {
  const program = await startProgram(t, { files: FILES });
  await fetchRaw(program, ask("/%0d%0aFORGED"));
  await fetchRaw(program, ask("/plain.txt", { "User-Agent": 'x" 200 1 "-" "FORGED' }));
  await fetchRaw(program, ask("/plain.txt", { "User-Agent": "\u001b[31m" }));
  await fetchRaw(program, ask("/plain.txt", { Referer: "\u00e9\u00ff" }));
  await fetchRaw(program, ask("/\u001b[31m"));
  await fetchRaw(program, "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rFORGED\r\n\r\n");
  await fetchRaw(program, 'GET /\\" HTTP/1.1\nFORGED\r\n\r\n');
  await program.stop();
  const log = await program.accessLog();
  const lines = log.trimEnd().split("\n");
  assert.equal(lines.length, 7);
  for (const line of lines) assert.match(line, /^[ -~]+$/);
  for (const line of lines) assert.equal(line.split('"').length - 1, 6, line);
});

test("the access log can be JSON", async (t) => {
  const program = await startProgram(t, {
    config: configText("logging: { access: json }\n"),
    files: FILES,
  });
  await fetchRaw(program, ask("/plain.txt?a=b"));
  await program.stop();
  const [line = ""] = (await program.accessLog()).split("\n");
  const record = JSON.parse(line);
  assert.equal(record.req.method, "GET");
  assert.equal(record.req.url, "/plain.txt?a=b");
  assert.deepEqual(record.res, { status: 200, bytes: 10, complete: true });
  assert.equal(record.remote.ip, "127.0.0.1");
});

test("the error log is one JSON record a line, with the moment and the words", async (t) => {
  const program = await startProgram(t, {
    config: configText("logging: { level: debug }\n"),
    files: FILES,
  });
  await fetchRaw(program, "total nonsense\r\n\r\n");
  await program.stop();
  const lines = (await program.errorLog()).trimEnd().split("\n");
  assert.ok(lines.length >= 1 && lines[0] !== "", "something was logged");
  for (const line of lines) {
    const record = JSON.parse(line);
    assert.ok(!Number.isNaN(Date.parse(record.time)), line);
    assert.match(String(record.level), /^(debug|info|warn|error)$/);
    assert.ok(typeof record.msg === "string" && record.msg.length > 0, line);
  }
});

test("secrets of a request are in no log", async (t) => {
  const program = await startProgram(t, {
    config: configText("logging: { level: debug, access: json }\n"),
    files: FILES,
  });
  await fetchRaw(
    program,
    ask("/plain.txt", { Authorization: "Basic c2VjcmV0", Cookie: "sid=secret" }),
  );
  await program.stop();
  const all = (await program.accessLog()) + (await program.errorLog()) + program.stdout();
  assert.doesNotMatch(all, /c2VjcmV0|sid=secret/);
});

test("SIGUSR2 opens the logs anew after they were moved away", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const path = `${program.folder}/logs/access.log`;
  const linesOf = async (file: string) => (await readFile(file, "utf8")).split("\n").length - 1;
  await fetchRaw(program, ask("/plain.txt?before"));
  await eventually("the first line", async () => ((await linesOf(path)) === 1 ? true : undefined));
  await rename(path, `${path}.1`);
  program.signal("SIGUSR2");
  await eventually("a new file", () => linesOf(path).catch(() => undefined));
  await fetchRaw(program, ask("/plain.txt?after"));
  await program.stop();
  assert.match(await readFile(`${path}.1`, "utf8"), /before/);
  assert.doesNotMatch(await readFile(`${path}.1`, "utf8"), /after/);
  assert.match(await readFile(path, "utf8"), /after/);
});
