import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import type { Io } from "../../src/cli/io.ts";
import { type ProbeOptions, runProbeCommand } from "../../src/cli/probe.ts";
import { selfSigned, temporaryFolder } from "../transport/openssl.ts";

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function probe(options: Partial<ProbeOptions>, isTerminal = false): Promise<Outcome> {
  let out = "";
  let err = "";
  const io: Io = {
    out(text) {
      out += text;
    },
    err(text) {
      err += text;
    },
    env: {},
    platform: "linux",
    home: "/",
    cwd: "/",
    nowMs: 0,
    isTerminal,
    columns: 80,
  };
  const code = await runProbeCommand({ ...NOTHING, ...options }, io);
  return { code, out, err };
}

const NOTHING: ProbeOptions = {
  server: undefined,
  path: "/",
  tls: false,
  insecure: false,
  only: undefined,
  json: false,
  strict: false,
  owned: false,
  list: false,
};

/** Answers 200 to everything, and nothing else. */
function careless(t: TestContext): Promise<string> {
  return listening(t, createServer(sayTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")));
}

function sayTo(text: string): (socket: Socket) => void {
  return (socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.write(text));
  };
}

/** HOST:PORT of it. */
async function listening(t: TestContext, server: Server): Promise<string> {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `127.0.0.1:${address.port}`;
}

for (const [what, options, why] of [
  ["no server", {}, "which server? ferrox probe HOST:PORT"],
  ["no port", { server: "localhost" }, "localhost is not HOST:PORT"],
  ["no host", { server: ":80" }, ":80 is not HOST:PORT"],
  [
    "a URL",
    { server: "http://localhost:80/" },
    "http://localhost:80/ is a URL; write HOST:PORT, --path and --tls instead",
  ],
  [
    "a path without a slash",
    { server: "localhost:80", path: "a" },
    "a is no path; it begins with / and is percent-encoded where needed",
  ],
  [
    "a path that would be two lines",
    { server: "localhost:80", path: "/a\r\nb" },
    "/a\\x0d\\x0ab is no path; it begins with / and is percent-encoded where needed",
  ],
  [
    "a stranger's address",
    { server: "192.0.2.1:80" },
    "192.0.2.1 is not this machine; probing looks like an attack, so say --yes-i-own-it if you do",
  ],
  [
    "every address at once",
    { server: "0.0.0.0:80" },
    "0.0.0.0 is not this machine; probing looks like an attack, so say --yes-i-own-it if you do",
  ],
  [
    "a stranger's IPv6 address",
    { server: "[2001:db8::1]:80" },
    "2001:db8::1 is not this machine; probing looks like an attack, so say --yes-i-own-it if you do",
  ],
  [
    "a name nobody knows",
    { server: "no-such-host.invalid:80" },
    "no-such-host.invalid is no host this machine knows",
  ],
  [
    "an expression that is none",
    { server: "localhost:80", only: "(" },
    "--only takes a regular expression: Invalid regular expression: /(/: Unterminated group",
  ],
  [
    "an expression that fits nothing",
    { server: "localhost:80", only: "^nothing$" },
    'no case is called like "^nothing$"; see --list',
  ],
  ["nobody there", { server: "127.0.0.1:1" }, "nobody listens at http://127.0.0.1:1/"],
  ["nobody there, in IPv6", { server: "[::1]:1" }, "nobody listens at http://[::1]:1/"],
] as const) {
  test(`${what}: nothing is asked, and it is said why`, async () => {
    assert.deepEqual(await probe(options), { code: 2, out: "", err: `ferrox probe: ${why}\n` });
  });
}

test("a careless server fails, with what was sent and what came", async (t) => {
  const server = await careless(t);
  const { code, out, err } = await probe({ server, only: "^host/missing$" });
  assert.equal(code, 1);
  assert.equal(err, "");
  assert.match(out, /✗ host\/missing {2}RFC 9112, 3\.2\n/);
  assert.match(out, /wrong {2}200, where 400 is right\n/);
  assert.match(out, /sent {3}GET \/ HTTP\/1\.1\\r\\n\n/);
  assert.match(out, /failed: must 0 of 1, should 0 of 0, house 0 of 0, in /);
});

test("what should be, and taste, fail a server only when they count", async (t) => {
  const server = await careless(t);
  const only = "^(fields/no-colon|request-line/tab)$";
  assert.equal((await probe({ server, only })).code, 0);
  assert.equal((await probe({ server, only, strict: true })).code, 1);
});

test("as JSON it is one object on one line", async (t) => {
  const { code, out } = await probe({ server: await careless(t), only: "^host/", json: true });
  assert.equal(code, 1);
  assert.equal(out.trimEnd().split("\n").length, 1);
  const report: unknown = JSON.parse(out);
  assert.ok(typeof report === "object" && report !== null && "passed" in report);
  assert.equal(report.passed, false);
});

test("on a terminal progress is shown, and wiped away before the report", async (t) => {
  const { out, err } = await probe({ server: await careless(t), only: "^host/name-case$" }, true);
  assert.equal(err, "");
  assert.ok(out.startsWith("\r\x1b[K  1 of 1  host/name-case\r\x1b[K\n"), JSON.stringify(out));
});

test("what a stranger says is not obeyed by the terminal", async (t) => {
  const server = await listening(t, createServer(sayTo("HTTP/1.1 404 \x1b[31m\r\n\r\n")));
  const { code, err } = await probe({ server, path: "/a" });
  assert.equal(code, 2);
  assert.equal(err, 'ferrox probe: GET /a: no status line: "HTTP/1.1 404 \\u001b[31m"\n');
});

test("TLS where none is spoken, and a certificate nobody trusts, are told apart", async (t) => {
  const server = await careless(t);
  const plain = await probe({ server, tls: true });
  assert.equal(plain.err, `ferrox probe: no TLS is spoken at https://${server}/\n`);
  const pair = selfSigned(temporaryFolder(t), "localhost");
  const ok = sayTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const secure = createTlsServer(pair, ok);
  secure.on("tlsClientError", () => {});
  const to = { server: await listening(t, secure), tls: true, only: "^host/name-case$" };
  const strict = await probe(to);
  assert.equal(strict.code, 2);
  assert.match(strict.err, /\(--insecure: any certificate will do\)\n$/);
  assert.equal((await probe({ ...to, insecure: true })).code, 0);
});

test("the list asks nobody", async () => {
  const { code, out } = await probe({ list: true, only: "^host/missing$" });
  assert.equal(code, 0);
  assert.equal(
    out,
    "Host (1)\n  host/missing  must  RFC 9112, 3.2\n" +
      "      A request of HTTP/1.1 without Host is answered with 400.\n",
  );
  assert.deepEqual(
    JSON.parse((await probe({ list: true, only: "^host/missing$", json: true })).out),
    [
      {
        id: "host/missing",
        level: "must",
        section: "RFC 9112, 3.2",
        rule: "A request of HTTP/1.1 without Host is answered with 400.",
      },
    ],
  );
});
