// A file system lent over HTTPS, as clients of the Rust library `vfs-https` see it: the server's end,
// row by row, byte by byte, over TLS. V10 has a file of its own.

import assert from "node:assert/strict";
import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { findAuthority } from "../support/certificates.ts";
import { scryptHash } from "../support/password-hash.ts";
import { memoryOf } from "../support/process-figures.ts";
import { configText, eventually, runProgram, startProgram } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { connect, fetchRaw, type WireTarget } from "../support/wire-client.ts";
import type { WireResponse } from "../support/wire-response.ts";

const program = await startProgram(
  { after },
  {
    config: configText(`tls: { enabled: true, dev: true }
limits: { vfs_session_idle: 4s, vfs_command_bytes: 64KiB, vfs_read_bytes: 4KiB, vfs_sessions: 3 }
file_systems:
  shared: { kind: disk, root: shared, writable: true }
  notes: { kind: memory, writable: true }
  fixed: { kind: read-only, of: notes }
routes:
  - { path: /, vfs_https: shared, auth: { users_file: users } }
  - { path: /vfs, vfs_https: notes, auth: { users_file: users, write: [user] } }
  - { path: /at, vfs_https: notes, write_at: 1KiB, auth: { users_file: users } }
  - { path: /fixed, vfs_https: fixed, auth: { users_file: users } }
  - { path: /open, vfs_https: notes, auth: none }
`),
    files: {
      users: `user:${scryptHash("pa:ss")}\nguest:${scryptHash("guest")}\n`,
      "shared/a": "hello",
      "shared/d/deep.txt": "deep",
      "secret.txt": "outside",
    },
  },
);
const authority = await findAuthority(program.folder);
const server: WireTarget = { port: program.httpsPort, tls: { ca: authority.pem } };

function basic(text: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(text).toString("base64")}` };
}

const USER = basic("user:pa:ss");

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

function messageOf(body: string, { method = "POST", path = "/", fields = USER }: Sent): string {
  const bytes = Buffer.from(body);
  const all = { Host: "localhost", "Content-Length": String(bytes.length), ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${bytes.toString("latin1")}`;
}

function send(body: string, sent: Sent = {}): Promise<WireResponse> {
  return fetchRaw(server, messageOf(body, sent), sent.method ?? "POST");
}

async function answerTo(body: string, sent: Sent = {}): Promise<string> {
  const response = await send(body, sent);
  assert.equal(response.status, 200, body);
  return response.body.toString();
}

/** `session=…`, as it is sent back. */
function cookieOf({ fields }: WireResponse): string {
  return (fields.get("set-cookie") ?? "").split(";")[0] ?? "";
}

test("V01 the nine commands, and the exact JSON of their answers", async () => {
  const story = [
    ['{"ReadDir":{"path":"/d"}}', '{"ReadDir":{"result":{"Ok":["deep.txt"]}}}'],
    ['{"Exists":{"path":"/a"}}', '{"Exists":{"Ok":true}}'],
    ['{"Exists":{"path":"/nope"}}', '{"Exists":{"Ok":false}}'],
    ['{"Metadata":{"path":"/a"}}', '{"Metadata":{"Ok":{"file_type":"File","len":5}}}'],
    ['{"Metadata":{"path":""}}', '{"Metadata":{"Ok":{"file_type":"Directory","len":0}}}'],
    ['{"CreateDir":{"path":"/v01"}}', '{"CreateDir":"Success"}'],
    ['{"CreateDir":{"path":"/v01"}}', '{"CreateDir":"Failed"}'],
    ['{"CreateFile":{"path":"/v01/f"}}', '{"CreateFile":"Success"}'],
    ['{"CreateFile":{"path":"/nope/f"}}', '{"CreateFile":"Failed"}'],
    ['{"Write":{"path":"/v01/f","pos":0,"len":5,"data":"aGVsbG8="}}', '{"Write":{"Ok":5}}'],
    ['{"Read":{"path":"/v01/f","pos":0,"len":8192}}', '{"Read":{"Ok":[5,"aGVsbG8="]}}'],
    ['{"RemoveFile":{"path":"/v01/f"}}', '{"RemoveFile":{"Ok":null}}'],
    ['{"RemoveDir":{"path":"/v01"}}', '{"RemoveDir":{"Ok":null}}'],
  ] as const;
  for (const [command, answer] of story) assert.equal(await answerTo(command), answer);
  const root: unknown = JSON.parse(await answerTo('{"ReadDir":{"path":""}}'));
  assert.deepEqual(root, { ReadDir: { result: { Ok: ["a", "d"] } } });
});

test("V01 an answer says its length and its date, and no Content-Type", async () => {
  const { fields } = await send('{"Exists":{"path":"/a"}}');
  assert.equal(fields.get("content-length"), "22");
  assert.ok(fields.count("date") === 1);
  assert.equal(fields.count("content-type"), 0);
  assert.equal(fields.get("httpsfs-version"), "1");
});

test("V01 a route may stand anywhere, with and without a slash behind it", async () => {
  for (const path of ["/vfs", "/vfs/"]) {
    assert.equal(await answerTo('{"Exists":{"path":""}}', { path }), '{"Exists":{"Ok":true}}');
  }
});

test("V01 curl says it as the documentation does", async () => {
  const args = [
    "-sk",
    "-u",
    "user:pa:ss",
    "-d",
    '{"ReadDir":{"path":"/d"}}',
    `${program.httpsUrl}/`,
  ];
  const { stdout } = await runTool("curl", args);
  assert.equal(stdout.toString(), '{"ReadDir":{"result":{"Ok":["deep.txt"]}}}');
});

test("V02 without a password every method and every path is answered the same 401", async () => {
  for (const [method, path] of [
    ["POST", "/"],
    ["GET", "/"],
    ["POST", "/deeper/x"],
    ["DELETE", "/a"],
    ["OPTIONS", "/"],
    ["PROPFIND", "/a"],
  ] as const) {
    const answer = await send("x", { method, path, fields: {} });
    assert.equal(answer.status, 401, `${method} ${path}`);
    assert.equal(answer.fields.get("www-authenticate"), 'Basic realm="PME", charset="UTF-8"');
    assert.equal(answer.body.length, 0);
    assert.equal(answer.fields.get("content-length"), "0");
    assert.equal(answer.fields.count("content-type"), 0);
  }
});

test("V02 the session of the 401 is the one that is authorised, and needs no password again", async () => {
  const asked = await send("", { fields: {} });
  assert.match(
    asked.fields.get("set-cookie") ?? "",
    /^session=[A-Za-z0-9+/]{40}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  const Cookie = cookieOf(asked);
  const command = '{"Exists":{"path":"/a"}}';
  assert.equal((await send(command, { fields: { Cookie } })).fields.count("set-cookie"), 0);
  const login = await send(command, { fields: { Cookie, ...USER } });
  assert.equal(login.status, 200);
  assert.equal(login.fields.count("set-cookie"), 0);
  const next = await send(command, { fields: { Cookie, ...basic("user:wrong") } });
  assert.equal(next.status, 200);
  const crowded = await send(command, { fields: { Cookie: `a=b; ${Cookie}; c=d` } });
  assert.equal(crowded.status, 200);
});

test("V02 a session that nobody has used for a while has ended", async () => {
  const command = '{"Exists":{"path":"/a"}}';
  const Cookie = cookieOf(await send(command));
  assert.equal((await send(command, { fields: { Cookie } })).status, 200);
  await pause(4500);
  const late = await send(command, { fields: { Cookie } });
  assert.equal(late.status, 401);
  assert.match(cookieOf(late), /^session=.{40}$/);
});

test("V02 curl with a cookie jar says its password once", async () => {
  const jar = join(program.folder, "jar");
  const args = [
    "-sk",
    "-b",
    jar,
    "-c",
    jar,
    "-d",
    '{"Exists":{"path":"/a"}}',
    `${program.httpsUrl}/`,
  ];
  assert.equal((await runTool("curl", args)).stdout.toString(), "");
  const login = await runTool("curl", ["-u", "user:pa:ss", ...args]);
  assert.equal(login.stdout.toString(), '{"Exists":{"Ok":true}}');
  assert.equal((await runTool("curl", args)).stdout.toString(), '{"Exists":{"Ok":true}}');
});

test("V03 404 for anything but POST to the path, 400 for what is no command; without a body", async () => {
  for (const [sent, body, status] of [
    [{ method: "GET" }, "", 404],
    [{ method: "PUT" }, "x", 404],
    [{ path: "/x" }, '{"Exists":{"path":"/a"}}', 404],
    [{ path: "/vfs/x" }, '{"Exists":{"path":"/a"}}', 404],
    [{}, "x", 400],
    [{}, "", 400],
    [{}, '{"Exists":{}}', 400],
    [{}, '{"Nothing":{"path":"/a"}}', 400],
    [{}, '{"Read":{"path":"/a","pos":-1,"len":1}}', 400],
    [{}, "x".repeat(64 * 1024 + 1), 413],
  ] as const) {
    const answer = await send(body, sent);
    assert.equal(answer.status, status, `${JSON.stringify(sent)} ${body.slice(0, 40)}`);
    assert.equal(answer.body.length, 0);
    assert.equal(answer.fields.count("content-type"), 0);
  }
});

test("V03 a client that waits for 100 Continue does not send what nobody wants", async (t) => {
  const connection = await connect(server);
  t.after(() => connection.reset());
  const fields = { ...USER, Expect: "100-continue", "Content-Length": "70000" };
  connection.send(messageOf("", { fields }));
  assert.equal((await connection.response("POST")).status, 413);
});

test("V04 errors are told exactly, and the service goes on", async () => {
  for (const [command, answer] of [
    [
      '{"Write":{"path":"/nope","pos":0,"len":1,"data":"IQ=="}}',
      '{"Write":{"Err":{"FileNotFound":{"path":"/nope"}}}}',
    ],
    [
      '{"Read":{"path":"/nope","pos":0,"len":1}}',
      '{"Read":{"Err":{"FileNotFound":{"path":"/nope"}}}}',
    ],
    ['{"Metadata":{"path":"/nope"}}', '{"Metadata":{"Err":{"FileNotFound":{"path":"/nope"}}}}'],
    ['{"RemoveFile":{"path":"/nope"}}', '{"RemoveFile":{"Err":{"FileNotFound":{"path":"/nope"}}}}'],
    ['{"RemoveDir":{"path":"/nope"}}', '{"RemoveDir":{"Err":{"FileNotFound":{"path":"/nope"}}}}'],
    [
      '{"ReadDir":{"path":"/nope"}}',
      '{"ReadDir":{"result":{"Err":"FileNotFound { path: \\"/nope\\" }"}}}',
    ],
    ['{"RemoveDir":{"path":"/d"}}', '{"RemoveDir":{"Err":{"IoError":"Directory not empty"}}}'],
    ['{"RemoveFile":{"path":"/d"}}', '{"RemoveFile":{"Err":{"IoError":"Is a directory"}}}'],
    ['{"Read":{"path":"/d","pos":0,"len":1}}', '{"Read":{"Err":{"IoError":"Is a directory"}}}'],
    ['{"Metadata":{"path":"a"}}', '{"Metadata":{"Err":{"InvalidPath":{"path":"a"}}}}'],
    ['{"Read":{"path":"/a","pos":18446744073709551615,"len":1}}', '{"Read":{"Ok":[0,""]}}'],
    ['{"Read":{"path":"/a","pos":0,"len":18446744073709551615}}', '{"Read":{"Ok":[5,"aGVsbG8="]}}'],
    ['{"Exists":{"path":"/a"}}', '{"Exists":{"Ok":true}}'],
  ] as const) {
    assert.equal(await answerTo(command), answer, command);
  }
});

test("V04 a file system that cannot be changed does not support it", async () => {
  const path = "/fixed";
  const write = '{"Write":{"path":"/n","pos":0,"len":1,"data":"IQ=="}}';
  assert.equal(await answerTo(write, { path }), '{"Write":{"Err":"NotSupported"}}');
  assert.equal(await answerTo('{"CreateFile":{"path":"/n"}}', { path }), '{"CreateFile":"Failed"}');
});

test("V04 who may not write is told so, and reads on", async () => {
  const guest = { path: "/vfs", fields: basic("guest:guest") };
  assert.equal(await answerTo('{"CreateFile":{"path":"/n"}}', guest), '{"CreateFile":"Failed"}');
  assert.equal(
    await answerTo('{"RemoveDir":{"path":"/n"}}', guest),
    '{"RemoveDir":{"Err":{"IoError":"Permission denied"}}}',
  );
  assert.equal(await answerTo('{"Exists":{"path":"/n"}}', guest), '{"Exists":{"Ok":false}}');
});

test("V05 what is written goes to the end; it is read in parts", async () => {
  await answerTo('{"CreateFile":{"path":"/v05"}}');
  const write = (data: string, pos: number) =>
    answerTo(`{"Write":{"path":"/v05","pos":${pos},"len":3,"data":"${data}"}}`);
  assert.equal(await write("YWJj", 0), '{"Write":{"Ok":3}}');
  assert.equal(await write("ZGVm", 0), '{"Write":{"Ok":3}}');
  const read = (pos: number, len: number) =>
    answerTo(`{"Read":{"path":"/v05","pos":${pos},"len":${len}}}`);
  assert.equal(await read(0, 99), '{"Read":{"Ok":[6,"YWJjZGVm"]}}');
  assert.equal(await read(1, 2), '{"Read":{"Ok":[2,"YmM="]}}');
  assert.equal(await read(4, 99), '{"Read":{"Ok":[2,"ZWY="]}}');
  assert.equal(await read(6, 99), '{"Read":{"Ok":[0,""]}}');
  assert.equal(await readFile(join(program.folder, "shared/v05"), "utf8"), "abcdef");
  await answerTo('{"CreateFile":{"path":"/v05"}}');
  assert.equal((await stat(join(program.folder, "shared/v05"))).size, 0);
  await answerTo('{"RemoveFile":{"path":"/v05"}}');
});

test("V05 all bytes come through, in reads as long as the server likes", async () => {
  const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, at) => (at * 7) % 256));
  await writeFile(join(program.folder, "shared/all"), bytes);
  const parts: Buffer[] = [];
  for (let pos = 0; ; ) {
    const answer = await answerTo(`{"Read":{"path":"/all","pos":${pos},"len":1000000}}`);
    const [, count, data = ""] =
      /^\{"Read":\{"Ok":\[(\d+),"([A-Za-z0-9+/=]*)"\]\}\}$/.exec(answer) ?? [];
    const part = Buffer.from(data, "base64");
    assert.equal(part.length, Number(count));
    assert.ok(part.length <= 4096);
    if (part.length === 0) break;
    parts.push(part);
    pos += part.length;
  }
  assert.deepEqual(Buffer.concat(parts), bytes);
  await answerTo('{"RemoveFile":{"path":"/all"}}');
});

test("V05 lines of ten clients at once do not mingle", async () => {
  await answerTo('{"CreateFile":{"path":"/log"}}', { path: "/vfs" });
  const lines = Array.from({ length: 10 }, (_, at) => `${String(at).repeat(100)}\n`);
  const answers = await Promise.all(
    lines.map((line) => {
      const data = Buffer.from(line).toString("base64");
      return answerTo(`{"Write":{"path":"/log","pos":0,"len":101,"data":"${data}"}}`, {
        path: "/vfs",
      });
    }),
  );
  assert.deepEqual(new Set(answers), new Set(['{"Write":{"Ok":101}}']));
  const answer = await answerTo('{"Read":{"path":"/log","pos":0,"len":4096}}', { path: "/vfs" });
  const [, data = ""] = /"([A-Za-z0-9+/=]*)"\]/.exec(answer) ?? [];
  const seen = Buffer.from(data, "base64").toString().match(/.*\n/g);
  assert.deepEqual(seen?.toSorted(), lines);
});

test("V09 no path leads out of the root", async () => {
  await symlink("../secret.txt", join(program.folder, "shared/link"));
  await mkdir(join(program.folder, "shared/etc"));
  for (const path of [
    "/../../etc/passwd",
    "/../secret.txt",
    "/d/../../secret.txt",
    "/..",
    "..",
    "/.",
  ]) {
    const invalid = `{"Err":{"InvalidPath":{"path":"${path}"}}}`;
    const read = `{"Read":{"path":"${path}","pos":0,"len":99}}`;
    assert.equal(await answerTo(read), `{"Read":${invalid}}`);
    const write = `{"Write":{"path":"${path}","pos":0,"len":1,"data":"IQ=="}}`;
    assert.equal(await answerTo(write), `{"Write":${invalid}}`);
    assert.equal(await answerTo(`{"Exists":{"path":"${path}"}}`), `{"Exists":${invalid}}`);
    assert.equal(await answerTo(`{"CreateFile":{"path":"${path}"}}`), '{"CreateFile":"Failed"}');
  }
  const through = await answerTo('{"Read":{"path":"/link","pos":0,"len":99}}');
  assert.equal(through, '{"Read":{"Err":{"FileNotFound":{"path":"/link"}}}}');
  const escaped = await answerTo('{"Read":{"path":"/%2e%2e/secret.txt","pos":0,"len":99}}');
  assert.equal(escaped, '{"Read":{"Err":{"FileNotFound":{"path":"/%2e%2e/secret.txt"}}}}');
  assert.equal(await readFile(join(program.folder, "secret.txt"), "utf8"), "outside");
});

test("H-2 a bad command hurts none that comes after it, on the same connection or another", async (t) => {
  const connection = await connect(server);
  t.after(() => connection.reset());
  const bad = [
    '{"Write":{"path":"/nope","pos":0,"len":1,"data":"IQ=="}}',
    '{"Read":{"path":"/log","pos":999999,"len":1}}',
    '{"Write":{"path":"/log","pos":0,"len":1,"data":"***"}}',
    "{",
  ];
  for (const body of bad) {
    connection.send(messageOf(body, { path: "/vfs" }));
    await connection.response("POST");
  }
  connection.send(messageOf('{"Exists":{"path":""}}', { path: "/vfs" }));
  assert.equal((await connection.response("POST")).body.toString(), '{"Exists":{"Ok":true}}');
});

test("H-3 H-4 a thousand strangers, and lengths beyond all bounds, cost no memory", async (t) => {
  const connection = await connect(server);
  t.after(() => connection.reset());
  const ask = async (count: number) => {
    for (let at = 0; at < count; at++) {
      connection.send(messageOf("", { fields: {} }));
      assert.equal((await connection.response("POST")).status, 401);
    }
  };
  await ask(200);
  const before = await memoryOf(program.pid);
  await ask(1000);
  await answerTo('{"Read":{"path":"/a","pos":0,"len":9007199254740991}}');
  const grown = (await memoryOf(program.pid)) - before;
  assert.ok(grown < 32 * 1024 * 1024, `${grown} bytes`);
});

test("H-4 sessions are bounded, and the one unused for longest goes first", async () => {
  const command = '{"Exists":{"path":""}}';
  const login = async () => cookieOf(await send(command, { path: "/at" }));
  const statusOf = async (Cookie: string) =>
    (await send(command, { path: "/at", fields: { Cookie } })).status;
  const first = await login();
  const more = [await login(), await login(), await login()];
  assert.equal(await statusOf(first), 401);
  assert.deepEqual(await Promise.all(more.map(statusOf)), [200, 200, 200]);
});

test("H-4 a session does not outlive a change of its password", async () => {
  const command = '{"Exists":{"path":""}}';
  const Cookie = cookieOf(await send(command, { path: "/vfs", fields: basic("guest:guest") }));
  const statusNow = async () => (await send(command, { path: "/vfs", fields: { Cookie } })).status;
  assert.equal(await statusNow(), 200);
  const users = `user:${scryptHash("pa:ss")}\nguest:${scryptHash("another")}\n`;
  await writeFile(join(program.folder, "users"), users);
  await eventually("the session's end", async () =>
    (await statusNow()) === 401 ? true : undefined,
  );
});

test("H-6 with write_at bytes may be put where they belong", async () => {
  const at = { path: "/at" };
  await answerTo('{"CreateFile":{"path":"/h6"}}', at);
  for (const [pos, data] of [
    [0, "YWJjZGVm"],
    [1, "WFg="],
  ] as const) {
    await answerTo(`{"Write":{"path":"/h6","pos":${pos},"len":9,"data":"${data}"}}`, at);
  }
  const read = await answerTo('{"Read":{"path":"/h6","pos":0,"len":99}}', at);
  assert.equal(read, `{"Read":{"Ok":[6,"${Buffer.from("aXXdef").toString("base64")}"]}}`);
});

test("H-7 a client that says nothing during the TLS handshake holds up nobody", async (t) => {
  const silent = await connect({ port: program.httpsPort });
  t.after(() => silent.reset());
  assert.equal(await answerTo('{"Exists":{"path":"/a"}}'), '{"Exists":{"Ok":true}}');
});

test("H-11 a route that is lent to everybody must say so", async (t) => {
  const open = { path: "/open", fields: {} };
  const answer = await send('{"Exists":{"path":""}}', open);
  assert.equal(answer.body.toString(), '{"Exists":{"Ok":true}}');
  assert.equal(answer.fields.count("set-cookie"), 0);
  const files = {
    "bad.yml": "file_systems:\n  m: { kind: memory }\nroutes:\n  - { path: /, vfs_https: m }\n",
  };
  const { code, stderr } = await runProgram(t, ["check", "-c", "bad.yml"], files);
  assert.equal(code, 2);
  assert.match(stderr, /lends files to programs, but there is no auth/);
});
