// The weaknesses of the server this one grew out of, one by one. Each name begins with the number
// under which it is known; each test would fail on the original.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { findAuthority } from "../support/certificates.ts";
import { descriptorsOf } from "../support/process-figures.ts";
import { configText, eventually, runProgram, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw, type WireConnection } from "../support/wire-client.ts";

const SECRET = "SECRET OUTSIDE\n";
const program = await startProgram(
  { after },
  {
    config: configText(
      "headers: { X-Own: value }\nlimits: { head_timeout: 2s, body_idle: 2s, connections: 50 }\n",
    ),
    files: {
      "outside/secret.txt": SECRET,
      "outside/index.html": SECRET,
      "www-secret/secret.txt": SECRET,
      "www/index.html": "home\n",
      "www/ok.txt": "ok\n",
      "www/docs/index.html": "docs\n",
      "www/mid.bin": Buffer.alloc(16 * 1024 * 1024, "0123456789"),
      "www/.env": SECRET,
      "www/.git/config": SECRET,
      "www/linked/a.txt": "a\n",
      "www/odd/index.html/a.txt": "index.html is a folder here\n",
      "www/list/a#b.txt": "hash\n",
      "www/list/50%.txt": "percent\n",
      "www/list/{{LISTING}}.txt": "braces\n",
      "www/list/b.txt": "b\n",
    },
  },
);
/** Not a visitor at this machine: such a one may be told more. */
const elsewhere = { Host: "stranger.example" };
const www = join(program.folder, "www");
await symlink("../../outside/index.html", join(www, "linked/index.html"));
await symlink("../outside/secret.txt", join(www, "escape.txt"));
await symlink("../www-secret/secret.txt", join(www, "prefix.txt"));
await symlink("ok.txt", join(www, "inside.txt"));
await symlink("../docs", join(www, "list/to-docs"));
execFileSync("mkfifo", [join(www, "pipe")]);

const get = (path: string, fields: Record<string, string> = {}) =>
  fetchRaw(program, ask(path, fields));

/** Sends the bytes on a connection of its own, and gives it. */
async function open(bytes: string): Promise<WireConnection> {
  const connection = await connect(program);
  connection.send(bytes);
  return connection;
}

test("F-1: the body of a POST is never taken for a request", async () => {
  const smuggled = ask("/ok.txt");
  for (const framed of [
    ask("/", { "Content-Length": String(smuggled.length) }, "POST") + smuggled,
    `${ask("/", { "Transfer-Encoding": "chunked" }, "POST")}${chunk(smuggled)}0\r\n\r\n`,
  ]) {
    const connection = await open(framed);
    assert.equal((await connection.response("POST")).status, 405);
    connection.send(ask("/docs/", { Connection: "close" }));
    assert.equal((await connection.response()).body.toString(), "docs\n");
    assert.equal(await connection.closed(), "fin");
  }
});

test("F-1: two lengths for one body are refused, and the connection ends", async () => {
  for (const lengths of [
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
  ]) {
    const head = `POST / HTTP/1.1\r\nHost: localhost\r\n${lengths}\r\n`;
    const connection = await open(`${head}0\r\n\r\n${ask("/ok.txt")}`);
    assert.equal((await connection.response("POST")).status, 400);
    assert.equal(await connection.closed(), "fin");
  }
});

for (const [method, status] of [
  ["POST", 405],
  ["PUT", 405],
  ["DELETE", 405],
  ["FOO", 501],
  ["get", 501],
] as const) {
  test(`F-2: ${method} on a file is ${status}`, async () => {
    const answer = await fetchRaw(program, ask("/ok.txt", {}, method));
    assert.equal(answer.status, status);
    if (status === 405) assert.equal(answer.fields.get("allow"), "GET, HEAD, OPTIONS");
    assert.doesNotMatch(answer.body.toString(), /^ok$/m);
  });
}

test("F-3: HEAD sends no body, so that the next answer is where it belongs", async () => {
  const connection = await open(ask("/mid.bin", {}, "HEAD") + ask("/ok.txt"));
  const head = await connection.response("HEAD");
  assert.equal(head.fields.get("content-length"), String(16 * 1024 * 1024));
  assert.equal((await connection.response()).body.toString(), "ok\n");
  await connection.silence(100);
  connection.reset();
});

test("F-4: a query is not part of the file's name", async () => {
  assert.equal((await get("/ok.txt?v=1")).body.toString(), "ok\n");
  assert.equal((await get("/?v=1")).body.toString(), "home\n");
});

for (const path of [
  "/%2e%2e/outside/secret.txt",
  "/..%2foutside%2fsecret.txt",
  "/docs/%2e%2e/%2e%2e/outside/secret.txt",
  "/..%5coutside%5csecret.txt",
  "/%252e%252e/outside/secret.txt",
  "/../www-secret/secret.txt",
  "/ok.txt%00.html",
  "/%c0%ae%c0%ae/outside/secret.txt",
  "/docs%2findex.html",
] as const) {
  test(`F-5: ${path} leads nowhere`, async () => {
    const answer = await get(path);
    assert.ok(answer.status === 400 || answer.status === 404, `${answer.status}`);
    assert.doesNotMatch(answer.body.toString(), /SECRET/);
  });
}

test("F-6: outside the root, what exists and what does not get the same answer", async () => {
  for (const [there, absent] of [
    ["/../outside/secret.txt", "/../outside/nothing.txt"],
    ["/../../../../../../etc/passwd", "/../../../../../../etc/nope"],
    ["/escape.txt", "/nothing.txt"],
  ] as const) {
    const [one, other] = [await get(there, elsewhere), await get(absent, elsewhere)];
    assert.equal(one.status, other.status);
    assert.equal(one.body.toString(), other.body.toString());
  }
});

test("F-7: an index page that is a link to the outside is not served", async () => {
  const answer = await get("/linked/");
  assert.notEqual(answer.status, 500);
  assert.doesNotMatch(answer.body.toString(), /SECRET/);
  assert.equal((await get("/inside.txt")).body.toString(), "ok\n");
});

test("F-7: a single-page application's page that is a link to the outside is not served", async (t) => {
  const spa = await startProgram(t, {
    config: configText("", "  router: spa\n").replace("serve_dir: www", "serve_dir: app"),
    files: { "app/app.js": "export {};\n", "outside/index.html": SECRET },
  });
  await symlink("../outside/index.html", join(spa.folder, "app/index.html"));
  const answer = await fetchRaw(spa, ask("/somewhere"));
  assert.equal(answer.status, 404);
  assert.doesNotMatch(answer.body.toString(), /SECRET/);
});

test("F-8: a name swapped for a link between check and open never leads outside", async () => {
  const place = join(www, "race.txt");
  let swapping = true;
  const swapper = (async () => {
    for (let turn = 0; swapping; turn += 1) {
      const next = join(www, `race-${turn % 2}.tmp`);
      if (turn % 2 === 0) await writeFile(next, "inside\n");
      else await symlink("../outside/secret.txt", next);
      await rename(next, place);
    }
  })();
  const seen = new Set<string>();
  try {
    const connection = await open("");
    for (let round = 0; round < 40; round += 1) {
      connection.send(ask("/race.txt").repeat(10));
      for (let count = 0; count < 10; count += 1) {
        const answer = await connection.response();
        seen.add(answer.status === 200 ? answer.body.toString() : "refused");
      }
    }
    connection.reset();
  } finally {
    swapping = false;
    await swapper;
  }
  seen.delete("refused");
  assert.deepEqual([...seen], ["inside\n"]);
});

for (const path of ["/.env", "/.git/config", "/%2eenv", "/docs/../.env", "/.git/"]) {
  test(`F-9: ${path} is not there for anybody`, async () => {
    const answer = await get(path, elsewhere);
    assert.equal(answer.status, 404);
    assert.equal(answer.body.toString(), (await get("/nothing", elsewhere)).body.toString());
  });
}

test("F-10: the redirect to the slash stays on this host, encoded, with its query", async () => {
  await mkdir(join(www, "dür r%"), { recursive: true });
  for (const [path, location] of [
    ["//docs", "/docs/"],
    ["//docs?a=/b&c", "/docs/?a=/b&c"],
    ["/%2fdocs", undefined],
    ["/d%C3%BCr%20r%25", "/d%C3%BCr%20r%25/"],
  ] as const) {
    const answer = await get(path);
    const shown = answer.fields.get("location");
    if (location === undefined) assert.ok(answer.status === 400 || answer.status === 404);
    else assert.equal(shown, location);
    assert.doesNotMatch(shown ?? "", /^\/\//);
  }
});

test("F-11: the way to HTTPS never leads to a host that a stranger chose", async (t) => {
  const secure = await startProgram(t, { args: ["--config", "ferrox.yml", "--tls"] });
  const locationFor = async (request: string) => {
    const { status, fields } = await fetchRaw(secure, request);
    assert.equal(status, 301, request);
    return new URL(fields.get("location") ?? "");
  };
  const port = String(secure.httpsPort);
  assert.notEqual(
    (await locationFor(ask("/x", { Host: "evil.example" }))).hostname,
    "evil.example",
  );
  const v6 = await locationFor(ask("/x", { Host: "[::1]:8080" }));
  assert.deepEqual([v6.hostname, v6.port, v6.pathname], ["[::1]", port, "/x"]);
  const absolute = await locationFor(ask("http://localhost/y?z", { Host: "localhost" }));
  assert.deepEqual([absolute.hostname, absolute.port], ["localhost", port]);
  assert.equal(absolute.pathname + absolute.search, "/y?z");
  assert.equal((await fetchRaw(secure, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n")).status, 400);
});

test("F-12: every limit of a head has its own answer", async () => {
  const long = "x".repeat(9 * 1024);
  assert.equal((await get(`/${long}`)).status, 414);
  assert.equal((await get("/", { "X-Long": long })).status, 431);
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`X-${n}`, "y"]));
  assert.equal((await get("/", many)).status, 431);
});

test("F-12: a head that never ends is answered 408, an unused connection without a word", async () => {
  const begun = await open("GET / HTTP/1.1\r\nHost: loc");
  const unused = await open("");
  assert.equal((await begun.response()).status, 408);
  assert.equal(await begun.closed(), "fin");
  assert.equal(await unused.closed(), "fin");
});

test("F-13: a reader that stops is given up", async () => {
  const stuck = await open(ask("/mid.bin"));
  await stuck.head();
  await eventually(
    "the descriptor of the file to be given back",
    async () => {
      const open = await descriptorsOf(program.pid);
      return open.some((path) => path.endsWith("/mid.bin")) ? undefined : true;
    },
    8_000,
  );
  stuck.reset();
});

test("F-13: past the limit of connections a new one is refused, and the next is welcome again", async () => {
  const held = await Promise.all(Array.from({ length: 50 }, () => open("")));
  const late = await get("/ok.txt").catch(() => undefined);
  assert.ok(late === undefined || late.status === 503, `${late?.status}`);
  for (const connection of held) connection.reset();
  await eventually("room for one more", async () =>
    (await get("/ok.txt").catch(() => undefined))?.status === 200 ? true : undefined,
  );
});

for (const [what, bytes] of [
  ["a version of its own", "GET / HTTP/9.9\r\nHost: a\r\n\r\n"],
  ["an empty target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"],
  ["a folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"],
  ["bare line feeds", "GET / HTTP/1.1\nHost: a\n\n"],
  ["no Host", "GET / HTTP/1.1\r\n\r\n"],
  ["two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"],
] as const) {
  test(`F-14: ${what} is refused, and the connection ends`, async () => {
    const connection = await open(bytes + ask("/ok.txt"));
    const { status } = await connection.response();
    assert.ok(status === 400 || (status === 505 && bytes.includes("9.9")), `${status}`);
    assert.equal(await connection.closed(), "fin");
  });
}

test("F-15: HTTP/1.0 is closed unless it asks for keep-alive", async () => {
  const upgrading = await open("GET /ok.txt HTTP/1.0\r\nConnection: upgrade\r\n\r\n");
  assert.equal((await upgrading.response()).body.toString(), "ok\n");
  assert.equal(await upgrading.closed(), "fin");
  const keeping = await open("GET /ok.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const kept = await keeping.response();
  assert.match(kept.fields.get("connection") ?? "", /keep-alive/i);
  keeping.send("GET /ok.txt HTTP/1.0\r\n\r\n");
  assert.equal((await keeping.response()).body.toString(), "ok\n");
  assert.equal(await keeping.closed(), "fin");
});

test("F-16: an answer has a date, validators and ranges, and says how long it may be kept", async () => {
  const { fields } = await get("/ok.txt");
  for (const name of ["date", "etag", "last-modified", "cache-control"]) {
    assert.ok(fields.get(name) !== undefined, name);
  }
  assert.equal(fields.get("accept-ranges"), "bytes");
  const etag = fields.get("etag") ?? "";
  assert.equal((await get("/ok.txt", { "If-None-Match": etag })).status, 304);
  assert.equal((await get("/ok.txt", { Range: "bytes=0-0" })).body.toString(), "o");
});

test("F-17: a file that grows while it is sent keeps to the length that was promised", async () => {
  const place = join(www, "growing.bin");
  const size = 12 * 1024 * 1024;
  await writeFile(place, Buffer.alloc(size, "a"));
  const connection = await open(ask("/growing.bin"));
  assert.deepEqual((await connection.head()).framing, { kind: "length", length: size });
  await writeFile(place, Buffer.alloc(1024 * 1024, "b"), { flag: "a" });
  await connection.drop(size);
  connection.send(ask("/ok.txt"));
  assert.equal((await connection.response()).body.toString(), "ok\n");
  connection.reset();
});

test("F-17: a file cut short while it is sent ends the connection, not the framing", async () => {
  const place = join(www, "shrinking.bin");
  const size = 12 * 1024 * 1024;
  await writeFile(place, Buffer.alloc(size, "a"));
  const connection = await open(ask("/shrinking.bin"));
  await connection.head();
  await writeFile(place, "");
  const rest = await connection.rest();
  assert.ok(rest.length < size, "the rest was made up");
  assert.equal(rest.includes("HTTP/1.1"), false);
});

test("F-17: a pipe in the root holds nobody up", async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => get("/pipe")));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [403]);
  assert.equal((await get("/ok.txt")).status, 200);
});

test("F-17: a folder called index.html is no index page", async () => {
  const answer = await get("/odd/");
  assert.equal(answer.status, 200);
  assert.match(answer.body.toString(), /href="\.\/index\.html\/"/);
});

test("F-18: every name of a listing leads to its file, sorted, links to folders as folders", async () => {
  const page = (await get("/list/")).body.toString();
  const table = page.slice(page.indexOf("<table>"), page.indexOf("</table>"));
  const links = [...table.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href ?? "");
  assert.deepEqual(links.slice(0, 2), ["../", "./to-docs/"]);
  const bodies: string[] = [];
  for (const link of links.slice(2)) {
    const { pathname } = new URL(link, `${program.url}/list/`);
    bodies.push((await get(pathname)).body.toString());
  }
  assert.deepEqual(bodies.sort(), ["b\n", "braces\n", "hash\n", "percent\n"]);
  // As it stands there, as the row's name and as its id.
  assert.equal(page.split("{{LISTING}}").length - 1, 2);
});

test("F-19: what a stranger sends cannot forge a line of the access log", async (t) => {
  const logged = await startProgram(t);
  await fetchRaw(logged, ask("/", { "User-Agent": 'x" 200 OK\tFORGED' }));
  await fetchRaw(logged, ask("/%0aFORGED"));
  await fetchRaw(logged, "nonsense\r\n\r\n");
  await logged.stop();
  const lines = (await logged.accessLog()).trimEnd().split("\n");
  assert.equal(lines.length, 3);
  for (const line of lines) assert.match(line, /^127\.0\.0\.1 - - \[[^\]]+\] "[ -~]*" [0-9.]+$/);
  for (const line of lines) assert.equal(line.split('"').length - 1, 6, line);
});

test("F-20: whoever expects 100-continue hears a word before sending", async () => {
  const expecting = { Expect: "100-continue", "Content-Length": "5" };
  const connection = await open(ask("/ok.txt", expecting, "POST"));
  const { status } = await connection.response("POST");
  assert.ok(status === 100 || status === 405, `${status}`);
  connection.reset();
});

test("F-20: a client that has finished sending still gets its answer, and a clean end", async () => {
  const connection = await open(ask("/mid.bin"));
  connection.end();
  assert.equal((await connection.response()).body.length, 16 * 1024 * 1024);
  assert.equal(await connection.closed(), "fin");
});

test("F-20: a refusal is read even by a client that was still sending", async () => {
  const connection = await open(ask("/ok.txt", { "Content-Length": "50000000" }, "POST"));
  connection.send(Buffer.alloc(4_000_000));
  const answer = await connection.response("POST");
  assert.ok(answer.status === 405 || answer.status === 413, `${answer.status}`);
  assert.match(answer.fields.get("connection") ?? "", /close/);
  connection.reset();
});

test("F-20: TLS ends with close_notify", async (t) => {
  const secure = await startProgram(t, { args: ["www", "-p", "0", "--tls"] });
  const { pem } = await findAuthority(secure.folder);
  const connection = await connect({ port: secure.httpsPort, tls: { ca: pem } });
  connection.send(ask("/", { Connection: "close" }));
  assert.equal((await connection.response()).status, 200);
  assert.equal(await connection.closed(), "fin");
});

for (const name of ["Content-Length", "connection", "Transfer-Encoding", "Date"]) {
  test(`F-21: a configured ${name} is refused at the start`, async (t) => {
    const ended = await runProgram(t, ["serve", "--config", "ferrox.yml"], {
      "www/index.html": "",
      "ferrox.yml": configText(`headers:\n  ${name}: "5"\n`),
    });
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, new RegExp(`^ferrox\\.yml:10:3: .*${name}`, "im"));
  });
}

test("F-21: a configured field is in every answer once, refusals included", async () => {
  for (const [path, status] of [
    ["/ok.txt", 200],
    ["/docs", 301],
    ["/nothing", 404],
  ] as const) {
    const answer = await get(path);
    assert.equal(answer.status, status);
    assert.equal(answer.fields.count("x-own"), 1);
  }
  const refused = await fetchRaw(program, "nonsense\r\n\r\n");
  assert.equal(refused.fields.count("x-own"), 1);
});

test("F-22: whether a file lies in the root is asked of real paths, not of the words of a name", async () => {
  // "www-secret" begins with the very letters of "www"; a root may itself be a link.
  assert.equal((await get("/prefix.txt")).status, 404);
  const real = join(program.folder, "www-real");
  await mkdir(real);
  await writeFile(join(real, "ok.txt"), "through a link\n");
  const alias = join(program.folder, "alias");
  await symlink(real, alias);
  const linked = await startProgram({ after }, { args: [alias, "-p", "0"] });
  assert.equal((await fetchRaw(linked, ask("/ok.txt"))).body.toString(), "through a link\n");
  await rm(alias);
});

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
