// Who may do what, on the real program: rules by path, users from a file, and the ways around them
// that were tried on others.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  configText,
  eventually,
  MAIN,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const RULES = `auth:
  - { path: /secret, users_file: users, write: [alice], realm: the cellar }
  - { path: /secret/pub, read: anyone, list: users }
  - { path: /open/hidden, users_file: users, read: [alice] }
  - { host: private.example, path: /, users_file: users }
  - { path: /up/locked, write: nobody }
  - { path: /open/plan/index.html, users_file: users }
file_systems:
  up: { kind: disk, root: up, writable: true }
routes:
  - { path: /up/, files: up, webdav: true, auth: { users_file: users, read: anyone, write: [alice] } }
  - { path: /lent, vfs_https: up, auth: { users_file: users, read: [alice], write: [alice] } }
  - { path: /lent/beside, files: up }
  - { host: own.example, path: /, files: site }
`;

interface Said {
  readonly code: number | null;
  readonly out: string;
}

/** The program with something on its standard input. */
function user(folder: string, args: readonly string[], said = ""): Promise<Said> {
  const child = spawn(process.execPath, [MAIN, "user", ...args], { cwd: folder });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stdin.end(said);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out })));
}

const made = await temporaryFolder({ after });
assert.deepEqual(await user(made, ["add", "users", "alice"], "pa:ss wörd:\n"), {
  code: 0,
  out: "added alice to users, which is new: only its owner may read it, so make that the server's user\n",
});
await user(made, ["add", "users", "bob"], "b\n");
const usersText = await readFile(join(made, "users"), "utf8");

const program = await startProgram(
  { after },
  {
    config: configText(RULES),
    files: {
      users: usersText,
      "up/one.txt": "one\n",
      "up/locked/two.txt": "two\n",
      "www/secret/a.txt": "cellar\n",
      "www/secret/app-0123456789abcdef.css": "css\n",
      "www/secret/pub/p.txt": "public\n",
      "www/open/o.txt": "open\n",
      "www/open/hidden/h.txt": "hidden\n",
      "www/open/plan/index.html": "plan\n",
      "www/lent/below.txt": "below\n",
    },
  },
);

type Fields = Readonly<Record<string, string>>;

const ALICE = { Authorization: `Basic ${Buffer.from("alice:pa:ss wörd:").toString("base64")}` };
const BOB = { Authorization: `Basic ${Buffer.from("bob:b").toString("base64")}` };
const get = (path: string, fields: Fields = {}) => fetchRaw(program, ask(path, fields));
const statusOf = async (path: string, fields: Fields = {}, method = "GET") =>
  (await fetchRaw(program, ask(path, { ...fields, "Content-Length": "0" }, method))).status;

test("R11 a user made by ferrox user add comes in with a password full of colons", async () => {
  const answer = await get("/secret/a.txt", ALICE);
  assert.deepEqual([answer.status, answer.body.toString()], [200, "cellar\n"]);
  assert.equal((await stat(join(made, "users"))).mode & 0o777, 0o600);
  assert.equal((await user(made, ["list", "users"])).out, "alice (scrypt)\nbob (scrypt)\n");
});

test("R11 a stranger is asked who he is, in UTF-8", async () => {
  const answer = await get("/secret/a.txt");
  assert.equal(answer.status, 401);
  assert.equal(answer.fields.get("www-authenticate"), 'Basic realm="the cellar", charset="UTF-8"');
});

test("R11 rights are those of the deepest path, for each verb", async () => {
  assert.deepEqual(
    await Promise.all([
      statusOf("/open/o.txt"),
      statusOf("/secret/pub/p.txt"), // opened below
      statusOf("/secret/pub/"), // but its names are for users
      statusOf("/secret/pub/", BOB),
      statusOf("/secret/", BOB),
      statusOf("/open/hidden/h.txt", BOB),
      statusOf("/open/hidden/h.txt", ALICE),
      statusOf("/secret/new", BOB, "PUT"),
      statusOf("/secret/new", ALICE, "PUT"), // she may, but nothing is writable here
    ]),
    [200, 200, 401, 200, 200, 403, 200, 403, 405],
  );
});

for (const target of [
  "/%73ecret/a.txt",
  "/%73%65%63%72%65%74/a.txt",
  "//secret/a.txt",
  "/secret//a.txt",
  "/./secret/a.txt",
  "/open/../secret/a.txt",
  "/open/%2e%2e/secret/a.txt",
  "/secret/pub/%2E%2E/a.txt",
  "/secret?x=/secret/pub",
  "http://localhost/secret/a.txt",
  "http://LOCALHOST:80/%73ecret/a.txt",
]) {
  test(`R-2 ${target} does not slip by`, async () => {
    assert.equal((await get(target)).status, 401);
  });
}

for (const target of [
  "/secret%2Fa.txt",
  "/secret%2fa.txt",
  "/SECRET/a.txt",
  "/secret./a.txt",
  "/secret;x/a.txt",
  "/secret%20/a.txt",
  "/secret%00/a.txt",
  "/secret%5Ca.txt",
  "/%2Fsecret/a.txt",
  "/open%2F..%2Fsecret/a.txt",
]) {
  test(`R-2 ${target} names nothing that could be had`, async () => {
    const { status, body } = await get(target);
    assert.ok(status === 404 || status === 400, String(status));
    assert.ok(!body.includes("cellar"));
  });
}

for (const [name, request] of [
  ["HTTP/1.0 without Host", "GET /secret/a.txt HTTP/1.0\r\n\r\n"],
  ["another host", ask("/secret/a.txt", { Host: "other.example" })],
  ["a host with a port", ask("/secret/a.txt", { Host: "localhost:1" })],
  ["a host of its own", ask("/open/o.txt", { Host: "private.example" })],
  ["its name in capitals, with dot and port", ask("/open/o.txt", { Host: "PRIVATE.Example.:80" })],
  ["its name in the target", ask("http://private.example/open/o.txt", { Host: "localhost" })],
] as const) {
  test(`R-2 ${name} does not slip by`, async () => {
    assert.equal((await fetchRaw(program, request)).status, 401);
  });
}

test("R-2 the index of a directory is not had by the directory's name", async () => {
  assert.equal(await statusOf("/open/plan/"), 401);
  assert.equal((await get("/open/plan/", BOB)).body.toString(), "plan\n");
  assert.equal(await statusOf("/open/plan/"), 401, "nor when somebody else has just had it");
});

test("R-2 a route that asks in its own way opens no other one that its rule is about", async () => {
  const own = { Host: "own.example" };
  assert.deepEqual(
    await Promise.all([
      statusOf("/lent/beside/one.txt"),
      statusOf("/lent/beside/one.txt", BOB),
      statusOf("/lent/beside/one.txt", ALICE),
      statusOf("/lent/below.txt", own),
      statusOf("/lent/below.txt", { ...own, ...ALICE }),
    ]),
    [401, 403, 200, 401, 200],
  );
});

test("R-2 a Destination below a rule needs the right to write there, however it is written", async () => {
  for (const Destination of ["/secret/b", "/%73ecret/b", "http://localhost/open/../secret/b"]) {
    assert.equal(await statusOf("/open/o.txt", { Destination }, "COPY"), 401);
    assert.equal(await statusOf("/open/o.txt", { Destination, ...BOB }, "COPY"), 403);
    assert.equal(await statusOf("/open/o.txt", { Destination, ...BOB }, "MOVE"), 403);
  }
});

test("R11 where files can be changed, they are by those who may, and nowhere else", async () => {
  const copy = async (fields: Fields, Destination: string) =>
    statusOf("/up/one.txt", { ...fields, Destination }, "COPY");
  assert.equal(await statusOf("/up/new.txt", {}, "PUT"), 401);
  assert.equal(await statusOf("/up/new.txt", BOB, "PUT"), 403);
  assert.equal(await statusOf("/up/new.txt", ALICE, "PUT"), 201);
  assert.deepEqual(
    [await copy({}, "/up/b"), await copy(BOB, "/up/b"), await copy(ALICE, "/up/b")],
    [401, 403, 201],
  );
  for (const Destination of ["/up/locked/b", "/up/%6cocked/b", "/up/x/../locked/two.txt"]) {
    assert.equal(await copy(ALICE, Destination), 403, Destination);
  }
  assert.equal(await statusOf("/up/locked/two.txt", ALICE, "DELETE"), 403);
  assert.equal((await get("/up/locked/two.txt")).body.toString(), "two\n");
  assert.equal((await get("/up/b")).body.toString(), "one\n");
});

test("R-11 what somebody tried is in no log; who came in stands in the access log", async () => {
  const secret = Buffer.from("alice:my dear secret").toString("base64");
  assert.equal(await statusOf("/secret/a.txt", { Authorization: `Basic ${secret}` }), 401);
  const log = await eventually("alice in the access log", async () => {
    const text = await program.accessLog();
    return text.includes(" - alice [") ? text : undefined;
  });
  for (const text of [log, await program.errorLog(), program.stdout(), program.stderr()]) {
    assert.ok(!text.includes("my dear secret") && !text.includes(secret));
  }
});

test("R11 an answer to somebody is for no shared cache, an answer to anyone is", async () => {
  const css = "/secret/app-0123456789abcdef.css";
  const control = (await get(css, ALICE)).fields.get("cache-control") ?? "";
  assert.match(control, /^private\b/);
  assert.ok(!control.includes("public"));
  assert.equal((await get("/open/o.txt")).fields.get("cache-control"), "no-cache");
});

test("R11 what was remembered for one is given to nobody else", async () => {
  for (let times = 0; times < 4; times++) {
    assert.equal(await statusOf("/secret/a.txt", ALICE), 200);
    assert.equal(await statusOf("/secret/a.txt"), 401);
    assert.equal(await statusOf("/secret/pub/"), 401);
    assert.equal(await statusOf("/secret/pub/", BOB), 200);
  }
});

test("R11 on one connection each request has its own rights", async () => {
  const connection = await connect(program);
  const statuses: number[] = [];
  for (const fields of [ALICE, {}, BOB, {}]) {
    connection.send(ask("/secret/a.txt", fields));
    statuses.push((await connection.response()).status);
  }
  // And when they come in one packet.
  connection.send([ALICE, {}, BOB, {}].map((fields) => ask("/open/hidden/h.txt", fields)).join(""));
  for (let at = 0; at < 4; at++) statuses.push((await connection.response()).status);
  connection.reset();
  assert.deepEqual(statuses, [200, 401, 200, 401, 200, 401, 403, 401]);
});

test("R11 preflights need no credentials", async () => {
  const fields = { Origin: "https://a.example", "Access-Control-Request-Method": "GET" };
  assert.equal(await statusOf("/secret/a.txt", fields, "OPTIONS"), 204);
  assert.equal(await statusOf("/secret/a.txt", {}, "OPTIONS"), 401);
});

test("R11 the users file is read again when it changes, and a broken one changes nothing", async () => {
  const path = join(program.folder, "users");
  await writeFile(path, "alice:plain\n");
  await eventually("the broken file being told", async () => {
    assert.equal(await statusOf("/secret/a.txt", BOB), 200);
    return (await program.errorLog()).includes("who was known still is") ? true : undefined;
  });
  assert.ok(!(await program.errorLog()).includes("alice:plain"));
  await writeFile(path, usersText);
  assert.equal((await user(program.folder, ["remove", "users", "bob"])).code, 0);
  await eventually("bob being forgotten", async () =>
    (await statusOf("/secret/a.txt", BOB)) === 401 ? true : undefined,
  );
  assert.equal(await statusOf("/secret/a.txt", ALICE), 200);
});

test("R11 ferrox check --auth prints who may do what, and why", async (t) => {
  const files = {
    "ferrox.yml": configText(RULES),
    users: usersText,
    "www/index.html": "",
    "up/one.txt": "",
  };
  const { code, stdout } = await runProgram(t, ["check", "--auth", "/%73ecret/pub"], files);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^\/secret\/pub +read +list +write\n {2}anyone +\+ +- +-\n {2}alice +\+ +\+ +\+\n {2}bob +\+ +\+ +-\n {2}decided by +line 11 +line 11 +line 10$/m,
  );
});

test("R11 passwords are not taken in clear from elsewhere, unless the operator insists", async (t) => {
  // Believed as a proxy, the test speaks for a client that has come in clear.
  const trusting = (insecure: string) =>
    startProgram(t, {
      config: configText(
        `auth:\n  - { path: /, users_file: users${insecure} }\n`,
        "  trusted_proxies: [127.0.0.1]\n",
      ),
      files: { users: usersText },
    });
  const clear = { "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http", ...ALICE };
  const secure = { ...clear, "X-Forwarded-Proto": "https" };
  const strict = await trusting("");
  assert.equal((await fetchRaw(strict, ask("/", clear))).status, 403);
  assert.equal((await fetchRaw(strict, ask("/", secure))).status, 200);
  const lax = await trusting(", insecure: true");
  assert.equal((await fetchRaw(lax, ask("/", clear))).status, 200);
});
