import assert from "node:assert/strict";
import { test } from "node:test";
import { type VfsHttpsOptions, vfsHttps } from "../../src/handlers/vfs-https.ts";
import { sessionMemory, sessionTable } from "../../src/handlers/vfs-sessions.ts";
import type { Context } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Request } from "../../src/http/request.ts";
import type { Response } from "../../src/http/response.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { readOnly } from "../../src/vfs/read-only.ts";
import { fakeClock } from "../support/fake-clock.ts";
import {
  contextOf,
  type FieldMap,
  fieldOf,
  LOCAL_PEER,
  requestOf,
  textOf,
} from "../support/request.ts";

const EXISTS = '{"Exists":{"path":"/a"}}';
const MINUTE_MS = 60_000;

function post(target: string, body: string, fields: FieldMap = {}): Request {
  const bytes = Buffer.from(body);
  return {
    ...requestOf("POST", target, fields),
    body: {
      length: bytes.length,
      async *[Symbol.asyncIterator]() {
        yield bytes;
      },
    },
  };
}

function basic(text: string, scheme = "Basic"): FieldMap {
  return { authorization: `${scheme} ${Buffer.from(text).toString("base64")}` };
}

function lent(changes: Partial<VfsHttpsOptions> = {}) {
  const clock = fakeClock();
  const checked: string[] = [];
  const stampOf = async () => "1";
  const handler = vfsHttps({
    prefix: "/",
    fileSystem: memoryFileSystem({ "/a": "hello" }),
    readBytesMax: 1024,
    writeAtBytesMax: undefined,
    commandBytesMax: 4096,
    may: () => true,
    guard: {
      sessions: sessionTable({
        memory: sessionMemory(),
        clock,
        idleMs: 15 * MINUTE_MS,
        countMax: 10,
        stampOf,
      }),
      async check({ user, password }) {
        checked.push(`${user}:${password}`);
        if (user === "busy") throw new HttpError(503, "too many", [["Retry-After", "5"]]);
        return user === "ann" && password === "p:w" ? user : undefined;
      },
    },
    ...changes,
  });
  const ask = async (request: Request, context: Context = contextOf()): Promise<Response> =>
    handler(request, context);
  return { ask, clock, checked };
}

/** `session=…` alone, as a client sends it back. */
function cookieOf(response: Response): string {
  return fieldOf(response, "set-cookie")?.split(";")[0] ?? "";
}

test("a stranger is asked for his password, whatever he asks and wherever", async () => {
  const { ask } = lent({ prefix: "/vfs" });
  for (const request of [
    post("/vfs", EXISTS),
    post("/vfs", "x"),
    post("/vfs/deeper", EXISTS),
    requestOf("GET", "/vfs"),
    requestOf("DELETE", "/vfs/x"),
  ]) {
    const response = await ask(request);
    assert.equal(response.status, 401);
    assert.deepEqual(response.fields.slice(0, 2), [
      ["HttpsFS-Version", "1"],
      ["WWW-Authenticate", 'Basic realm="PME", charset="UTF-8"'],
    ]);
    assert.match(fieldOf(response, "set-cookie") ?? "", /^session=[A-Za-z0-9+/]{40}; /);
    assert.deepEqual(response.body, { kind: "none" });
  }
});

test("an answer is JSON without a Content-Type", async () => {
  const { ask } = lent();
  const response = await ask(post("/", EXISTS, basic("ann:p:w")));
  assert.equal(response.status, 200);
  assert.equal(await textOf(response), '{"Exists":{"Ok":true}}');
  const names = response.fields.map(([name]) => name);
  assert.deepEqual(names, ["HttpsFS-Version", "Set-Cookie"]);
});

test("who was asked keeps his cookie, and says his password once", async () => {
  const { ask, checked } = lent();
  const cookie = cookieOf(await ask(post("/", EXISTS)));
  const login = await ask(post("/", EXISTS, { cookie, ...basic("ann:p:w") }));
  assert.equal(login.status, 200);
  assert.equal(fieldOf(login, "set-cookie"), undefined);
  const next = await ask(post("/", EXISTS, { cookie, ...basic("ann:wrong") }));
  assert.equal(next.status, 200);
  assert.deepEqual(checked, ["ann:p:w"]);
});

test("after a quarter of an hour the password is asked for again", async () => {
  const { ask, clock } = lent();
  const cookie = cookieOf(await ask(post("/", EXISTS, basic("ann:p:w"))));
  clock.advance(15 * MINUTE_MS);
  assert.equal((await ask(post("/", EXISTS, { cookie }))).status, 200);
  clock.advance(15 * MINUTE_MS + 1);
  const late = await ask(post("/", EXISTS, { cookie }));
  assert.equal(late.status, 401);
  assert.notEqual(cookieOf(late), cookie);
});

for (const [fields, why] of [
  [basic("ann:p"), "a password cut at its colon"],
  [basic("ann"), "no password"],
  [basic("ann:p:w", "Bearer"), "another scheme"],
  [{ authorization: "Basic !" }, "no base64"],
] as const) {
  test(`${why} is a wrong password`, async () => {
    const { ask } = lent();
    assert.equal((await ask(post("/", EXISTS, fields))).status, 401);
  });
}

test("the scheme may be written in any case", async () => {
  const { ask } = lent();
  assert.equal((await ask(post("/", EXISTS, basic("ann:p:w", "bASIC")))).status, 200);
});

for (const cookies of [
  (own: string) => `a=b; ${own}; session2=x`,
  (own: string) => `session=other; ${own}`,
  (own: string) => own.replace("=", '="').concat('"'),
  (own: string) => [`a=b`, own],
]) {
  test(`the session is found in ${JSON.stringify(cookies("session=ID"))}`, async () => {
    const { ask } = lent();
    const own = cookieOf(await ask(post("/", EXISTS, basic("ann:p:w"))));
    assert.equal((await ask(post("/", EXISTS, { cookie: cookies(own) }))).status, 200);
  });
}

test("a cookie goes back to its route only, unseen by pages, and over TLS where it came so", async () => {
  const { ask } = lent({ prefix: "/my files/" });
  const tls = { version: "TLSv1.3", cipher: "x", serverName: undefined, alpn: undefined };
  const request = post("/my%20files/", EXISTS);
  const cookie = async (peer: Context["peer"]) =>
    (fieldOf(await ask(request, contextOf({ peer })), "set-cookie") ?? "").replace(/=[^;]*/, "=ID");
  assert.equal(
    await cookie({ ...LOCAL_PEER, tls }),
    "session=ID; Path=/my%20files; HttpOnly; SameSite=Strict; Secure",
  );
  assert.equal(
    await cookie({ ...LOCAL_PEER, forwardedScheme: "https" }),
    "session=ID; Path=/my%20files; HttpOnly; SameSite=Strict; Secure",
  );
  assert.equal(await cookie(LOCAL_PEER), "session=ID; Path=/my%20files; HttpOnly; SameSite=Strict");
});

for (const [request, status, why] of [
  [requestOf("GET", "/vfs", basic("ann:p:w")), 404, "GET"],
  [requestOf("PUT", "/vfs", basic("ann:p:w")), 404, "PUT"],
  [post("/vfs/x", EXISTS, basic("ann:p:w")), 404, "another path"],
  [post("/vfs", "x", basic("ann:p:w")), 400, "no JSON"],
  [post("/vfs", '{"Exists":{}}', basic("ann:p:w")), 400, "half a command"],
  [post("/vfs", " ".repeat(4097), basic("ann:p:w")), 413, "a long command"],
  [post("/vfs", EXISTS, basic("busy:x")), 503, "a busy server"],
  [post("/vfs", EXISTS, basic("ann:p:w")), 200, "a command"],
  [post("/vfs/", EXISTS, basic("ann:p:w")), 200, "a command to the path with a slash"],
  [post("/vfs?x=y", EXISTS, basic("ann:p:w")), 200, "a command with a query"],
] as const) {
  test(`${why} is answered ${status}`, async () => {
    const { ask } = lent({ prefix: "/vfs" });
    const response = await ask(request);
    assert.equal(response.status, status);
    assert.equal(fieldOf(response, "content-type"), undefined);
    if (status !== 200) assert.deepEqual(response.body, { kind: "none" });
    if (status === 503) assert.equal(fieldOf(response, "retry-after"), "5");
  });
}

test("where everybody may come in nobody is asked, and no cookie is set", async () => {
  const { ask } = lent({
    guard: undefined,
    may: (user, verb) => user === undefined && verb === "read",
  });
  const response = await ask(post("/", EXISTS));
  assert.equal(response.status, 200);
  assert.deepEqual(response.fields, [["HttpsFS-Version", "1"]]);
  const denied = await ask(post("/", '{"RemoveFile":{"path":"/a"}}'));
  assert.equal(await textOf(denied), '{"RemoveFile":{"Err":{"IoError":"Permission denied"}}}');
});

test("what a command may do is asked for the one who sent it", async () => {
  const asked: string[] = [];
  const { ask } = lent({
    may(user, verb, path) {
      asked.push(`${user} ${verb} ${path}`);
      return true;
    },
  });
  await ask(post("/", '{"Read":{"path":"/a","pos":0,"len":1}}', basic("ann:p:w")));
  // The first to know how long a command of hers may be.
  assert.deepEqual(asked, ["ann write /", "ann read /a"]);
});

test("a bug is nobody's refusal: it is passed on", async () => {
  const { ask } = lent({
    may: () => {
      throw new Error("a bug");
    },
  });
  await assert.rejects(ask(post("/", EXISTS, basic("ann:p:w"))), /a bug/);
});

test("a trace tells who asked for what, and what became of it", async () => {
  const notes: string[] = [];
  const trace = { note: (where: string, decision: string) => notes.push(`${where}: ${decision}`) };
  const { ask } = lent();
  const fields = basic("ann:p:w");
  await ask(post("/", '{"ReadDir":{"path":"/x"}}', fields), contextOf({ trace }));
  await ask(post("/", "x", fields), contextOf({ trace }));
  assert.deepEqual(notes, [
    "handlers/vfs-https: no session, basic credentials \u2192 ann",
    'handlers/vfs-https: ReadDir "/x" of ann \u2192 FileNotFound { path: "/x" }',
    "handlers/vfs-https: no session, basic credentials \u2192 ann",
    "handlers/vfs-https: the body is no command \u2192 400",
  ]);
});

test("who may change nothing sends no command of more than 64 KiB", async () => {
  const changes = { commandBytesMax: 1_000_000, guard: undefined };
  const long = (bytes: number) => post("/", EXISTS + " ".repeat(bytes - EXISTS.length));
  const reader = lent({ ...changes, may: (_user, verb) => verb !== "write" });
  assert.equal((await reader.ask(long(65_536))).status, 200);
  assert.equal((await reader.ask(long(65_537))).status, 413);
  const fixed = lent({ ...changes, fileSystem: readOnly(memoryFileSystem({ "/a": "hello" })) });
  assert.equal((await fixed.ask(long(65_537))).status, 413);
  assert.equal((await lent(changes).ask(long(65_537))).status, 200);
});
