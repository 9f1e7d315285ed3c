// What a server tells about itself, and to whom: figures, health, numbers of requests, times. All of
// it off until the configuration asks for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { allMetrics } from "../../src/logging/metric-names.ts";
import { type Family, readMetrics } from "../support/metrics-text.ts";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const FILES = { "www/plain.txt": "0123456789" };
const ROUTES =
  "routes:\n" +
  "  - { path: /metrics, metrics: true }\n" +
  "  - { path: /ready, health: ready }\n" +
  "  - { path: /live, health: live }\n" +
  "  - { path: /, files: site }\n";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function figures(program: Program): Promise<ReadonlyMap<string, Family>> {
  const page = await fetchRaw(program, ask("/metrics"));
  assert.equal(page.status, 200);
  assert.equal(page.fields.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(page.fields.get("cache-control"), "no-store");
  return readMetrics(page.body.toString("utf8"));
}

/** Of one metric, by its labels as they are written. */
async function values(program: Program, name: string): Promise<Record<string, number>> {
  const family = (await figures(program)).get(name);
  const samples = [...(family?.samples ?? [])];
  return Object.fromEntries(samples.map(([key, value]) => [key.slice(name.length), value]));
}

test("figures tell what was asked, what was refused, and how it went", async (t) => {
  const program = await startProgram(t, { config: configText(ROUTES), files: FILES });
  for (let count = 0; count < 3; count++) await fetchRaw(program, ask("/plain.txt"));
  await fetchRaw(program, ask("/nothing"));
  await fetchRaw(program, ask("/ready"));
  await fetchRaw(program, "total nonsense\r\n\r\n");
  await fetchRaw(program, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`);
  const body = "Content-Length: 4\r\n\r\nbody";
  await fetchRaw(program, `POST /plain.txt HTTP/1.1\r\nHost: localhost\r\n${body}`);
  const told = await figures(program);
  const flat = (name: string) => Object.fromEntries(told.get(name)?.samples ?? []);
  assert.deepEqual(flat("ferrox_requests_total"), {
    'ferrox_requests_total{route="/",status="200"}': 3,
    'ferrox_requests_total{route="/",status="404"}': 1,
    'ferrox_requests_total{route="/",status="405"}': 1,
    'ferrox_requests_total{route="/ready",status="200"}': 1,
    'ferrox_requests_total{route="",status="400"}': 1,
    'ferrox_requests_total{route="",status="431"}': 1,
  });
  const received = flat("ferrox_request_body_bytes_total");
  assert.equal(received['ferrox_request_body_bytes_total{route="/"}'], 4);
  const durations = flat("ferrox_request_duration_seconds");
  assert.equal(durations['ferrox_request_duration_seconds_count{route="/"}'], 5);
  assert.deepEqual(flat("ferrox_refusals_total"), {
    'ferrox_refusals_total{limit="header_bytes"}': 1,
  });
  assert.deepEqual(flat("ferrox_cache_hits_total"), { ferrox_cache_hits_total: 2 });
  assert.deepEqual(flat("ferrox_connections_accepted_total"), {
    ferrox_connections_accepted_total: 9,
  });
  assert.deepEqual(flat("ferrox_workers"), { ferrox_workers: 1 });
});

test("the page is well formed and tells every figure that the documentation names", async (t) => {
  const program = await startProgram(t, { config: configText(ROUTES), files: FILES });
  await fetchRaw(program, "total nonsense\r\n\r\n");
  await fetchRaw(program, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`);
  const told = [...(await figures(program)).keys()];
  const known = allMetrics().map(({ name }) => name);
  const linuxOnly = process.platform === "linux" ? [] : ["process_open_fds", "process_max_fds"];
  assert.deepEqual(
    told,
    known.filter((name) => !linuxOnly.includes(name)),
  );
});

test("connections are active while they are answered, idle between requests, then gone", async (t) => {
  const program = await startProgram(t, { config: configText(ROUTES), files: FILES });
  const idle = await connect(program);
  idle.send(ask("/plain.txt"));
  await idle.response();
  const states = () => values(program, "ferrox_connections");
  await eventually("one idle and one active", async () => {
    const { '{state="active"}': active, '{state="idle"}': waiting } = await states();
    return active === 1 && waiting === 1 ? true : undefined;
  });
  idle.reset();
  await eventually("the end of the idle one", async () =>
    (await states())['{state="idle"}'] === 0 ? true : undefined,
  );
});

test("figures are for this machine unless others are allowed, and then for those only", async (t) => {
  const behindProxy = configText(
    ROUTES.replace("metrics: true", "metrics: true, allow: [192.0.2.7]"),
    "  trusted_proxies: [127.0.0.1]\n",
  );
  const own = configText(ROUTES, "  trusted_proxies: [127.0.0.1]\n");
  const statusFor = async (program: Program, client: string) =>
    (await fetchRaw(program, ask("/metrics", { "X-Forwarded-For": client }))).status;
  const program = await startProgram(t, { config: own });
  assert.equal(await statusFor(program, "203.0.113.9"), 403);
  assert.equal(await statusFor(program, "127.0.0.1"), 200);
  const other = await startProgram(t, { config: behindProxy });
  assert.equal(await statusFor(other, "192.0.2.7"), 200);
  assert.equal(await statusFor(other, "192.0.2.8"), 403);
  assert.equal((await fetchRaw(other, ask("/metrics"))).status, 403);
});

test("a server that was asked to stop lives on but is no longer ready", async (t) => {
  const limits = "limits: { drain_delay: 10s }\n";
  const program = await startProgram(t, { config: configText(ROUTES + limits) });
  const statusOf = async (path: string) => (await fetchRaw(program, ask(path))).status;
  assert.deepEqual([await statusOf("/ready"), await statusOf("/live")], [200, 200]);
  program.signal("SIGTERM");
  await eventually("not being ready", async () =>
    (await statusOf("/ready")) === 503 ? true : undefined,
  );
  assert.equal(await statusOf("/live"), 200);
  program.signal("SIGTERM");
  assert.equal(await program.ended(), 0);
});

test("reloads are counted, and counters go on over them", async (t) => {
  const program = await startProgram(t, { config: configText(ROUTES), files: FILES });
  await fetchRaw(program, ask("/plain.txt"));
  program.signal("SIGHUP");
  await eventually("the reload", async () =>
    (await values(program, "ferrox_reloads_total"))['{result="ok"}'] === 1 ? true : undefined,
  );
  await fetchRaw(program, ask("/plain.txt"));
  const requests = await values(program, "ferrox_requests_total");
  assert.equal(requests['{route="/",status="200"}'], 2);
  assert.deepEqual(await values(program, "ferrox_cache_misses_total"), { "": 2 });
});

test("several workers tell one truth, whichever is asked", async (t) => {
  const config = configText(ROUTES, "  workers: 2\n");
  const program = await startProgram(t, { config, files: FILES });
  for (let count = 0; count < 20; count++) await fetchRaw(program, ask("/plain.txt"));
  for (let count = 0; count < 4; count++) {
    const told = await figures(program);
    const requests = told.get("ferrox_requests_total")?.samples;
    assert.equal(requests?.get('ferrox_requests_total{route="/",status="200"}'), 20);
    assert.equal(told.get("ferrox_workers")?.samples.get("ferrox_workers"), 2);
  }
});

test("every answer has a number, and the logs name it", async (t) => {
  const program = await startProgram(t, {
    config: configText(
      "logging: { access: json, level: debug }\n",
      "  request_ids: true\n  trusted_proxies: [127.0.0.2]\n",
    ),
    files: FILES,
  });
  const answers = [
    await fetchRaw(program, ask("/plain.txt")),
    await fetchRaw(program, ask("/plain.txt")),
    await fetchRaw(program, ask("/nothing")),
    await fetchRaw(program, ask("/plain.txt", {}, "BREW")),
    await fetchRaw(program, ask("/plain.txt", { "X-Request-Id": "of-a-stranger" })),
    await fetchRaw(program, "total nonsense\r\n\r\n"),
  ];
  const ids = answers.map((answer) => answer.fields.get("x-request-id") ?? "none");
  for (const id of ids) assert.match(id, UUID);
  assert.equal(new Set(ids).size, ids.length);
  assert.match(answers[2]?.body.toString() ?? "", new RegExp(ids[2] ?? ""));
  await program.stop();
  const lines = (await program.accessLog()).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).req.id),
    ids,
  );
  const records = (await program.errorLog()).trimEnd().split("\n");
  const parser = records.map((line) => JSON.parse(line)).filter((it) => it.concern === "parser");
  assert.deepEqual(
    parser.map((it) => it.requestId),
    [ids[5]],
  );
});

test("a trusted proxy's number is kept when it is well formed", async (t) => {
  const program = await startProgram(t, {
    config: configText("", "  request_ids: true\n  trusted_proxies: [127.0.0.1]\n"),
    files: FILES,
  });
  const numberFor = async (sent: string) => {
    const fields = { "X-Request-Id": sent, "X-Forwarded-For": "192.0.2.7" };
    return (
      (await fetchRaw(program, ask("/plain.txt", fields))).fields.get("x-request-id") ?? "none"
    );
  };
  assert.equal(await numberFor("Of-a.Proxy_1"), "Of-a.Proxy_1");
  assert.match(await numberFor('"quoted"'), UUID);
  assert.match(await numberFor("x".repeat(129)), UUID);
});

test("time is told to those on the list who ask, and to nobody through the cache", async (t) => {
  const server = "  server_timing: [192.0.2.7]\n  trusted_proxies: [127.0.0.1]\n";
  const program = await startProgram(t, { config: configText("", server), files: FILES });
  const timingFor = async (
    client: string,
    fields: Record<string, string> = {},
    path = "/plain.txt",
  ) => fetchRaw(program, ask(path, { "X-Forwarded-For": client, ...fields }));
  const asking = { "Want-Server-Timing": "?1" };
  const first = await timingFor("192.0.2.7", asking);
  assert.match(first.fields.get("server-timing") ?? "", /^app;dur=\d+(\.\d+)?, cache;desc=miss$/);
  assert.equal(first.fields.get("cache-control"), "no-store");
  const second = await timingFor("192.0.2.7", asking);
  assert.match(second.fields.get("server-timing") ?? "", /, cache;desc=hit$/);
  const missing = await timingFor("192.0.2.7", asking, "/nothing");
  assert.equal(missing.status, 404);
  assert.match(missing.fields.get("server-timing") ?? "", /^app;dur=/);
  for (const answer of [
    await timingFor("192.0.2.7"),
    await timingFor("192.0.2.8", asking),
    await timingFor("192.0.2.7", { "Want-Server-Timing": "?0" }),
    await fetchRaw(program, ask("/plain.txt", asking)),
  ]) {
    assert.equal(answer.status, 200);
    assert.equal(answer.fields.get("server-timing"), undefined);
    assert.notEqual(answer.fields.get("cache-control"), "no-store");
  }
});

test("without a word in the configuration nothing of this is there", async (t) => {
  const program = await startProgram(t, {
    config: configText("logging: { access: json }\n"),
    files: FILES,
  });
  for (const path of ["/metrics", "/ready", "/live"]) {
    assert.equal((await fetchRaw(program, ask(path))).status, 404);
  }
  const asking = { "Want-Server-Timing": "?1", "X-Request-Id": "a" };
  const answer = await fetchRaw(program, ask("/plain.txt", asking));
  assert.equal(answer.fields.get("server-timing"), undefined);
  assert.equal(answer.fields.get("x-request-id"), undefined);
  await program.stop();
  assert.doesNotMatch(await program.accessLog(), /"id"/);
});
