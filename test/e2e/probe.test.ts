// `ferrox probe` as people start it: against Ferrox itself, which must keep every rule, and
// against a server that keeps none.

import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { after, test } from "node:test";
import { runProgram, startProgram } from "../support/program.ts";

const PAGE = `<!doctype html><title>A page</title>${"<p>some text</p>\n".repeat(200)}`;

/** The most careless server there is: a line is a request, and every request is fine. */
async function carelessServer(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let unread = "";
    socket.on("data", (bytes) => {
      unread += bytes.toString("latin1");
      // Bodies are unknown to it: what stands behind a head is the next request.
      for (let end = unread.indexOf("\r\n\r\n"); end >= 0; end = unread.indexOf("\r\n\r\n")) {
        unread = unread.slice(end + 4);
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}

interface Report {
  readonly passed: boolean;
  readonly results: readonly { readonly id: string; readonly outcome: string; why?: string }[];
}

function reportIn(text: string): Report {
  const report: Report = JSON.parse(text);
  return report;
}

function failed({ results }: Report): string[] {
  return results
    .filter(({ outcome }) => outcome === "failed")
    .map(({ id, why }) => `${id}: ${why}`);
}

for (const [name, args, flags] of [
  ["", ["www", "-p", "0"], []],
  [" over TLS", ["www", "-p", "0", "--tls"], ["--tls", "--insecure"]],
] as const) {
  test(`Ferrox${name} keeps every rule there is`, async (t) => {
    const files = { "www/page.html": PAGE };
    const program = await startProgram(t, { args, files });
    const port = name === "" ? program.port : program.httpsPort;
    const { code, stdout, stderr } = await runProgram(t, [
      ...["probe", `localhost:${port}`, "--path", "/page.html", "--json", "--strict"],
      ...flags,
    ]);
    assert.equal(stderr, "");
    const report = reportIn(stdout);
    assert.deepEqual(failed(report), []);
    assert.equal(report.passed, true);
    assert.equal(code, 0);
    const asked = report.results.filter(({ outcome }) => outcome === "passed");
    assert.ok(asked.length > 440, `${asked.length} cases were asked`);
  });
}

test("a careless server breaks the rules it breaks, and no others", async (t) => {
  const { code, stdout } = await runProgram(t, [
    ...["probe", `127.0.0.1:${await carelessServer()}`, "--json"],
    ...[
      "--only",
      "^(host/|framing/(body|lengths)|pipelining/two|delivery/(drip|cut-in-line-end)$)",
    ],
  ]);
  assert.equal(code, 1);
  const report = reportIn(stdout);
  const complaints = new Map(
    report.results
      .filter(({ outcome }) => outcome === "failed")
      .map(({ id, why = "" }) => [id, why]),
  );
  assert.equal(complaints.get("host/missing"), "200, where 400 is right");
  assert.equal(complaints.get("host/twice"), "200, where 400 is right");
  const run = "RUN AS A REQUEST: bytes inside or behind the message were answered with 200";
  assert.equal(complaints.get("framing/body-not-run"), run);
  assert.equal(complaints.get("framing/body-in-one-packet"), run);
  assert.equal(complaints.get("framing/body-of-get"), run);
  assert.equal(complaints.get("framing/lengths-differ"), run);
  for (const kept of [
    "host/name-case",
    "pipelining/two",
    "delivery/drip",
    "delivery/cut-in-line-end",
  ]) {
    assert.equal(complaints.get(kept), undefined, kept);
    assert.ok(
      report.results.some(({ id, outcome }) => id === kept && outcome === "passed"),
      kept,
    );
  }
});

test("a server that is not this machine is not asked", async (t) => {
  const { code, stdout, stderr } = await runProgram(t, ["probe", "192.0.2.1:80"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^ferrox probe: 192\.0\.2\.1 is not this machine; .*--yes-i-own-it/);
});
