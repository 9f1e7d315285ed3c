// A lent file system under another web server: the program as it is started for one request, with
// variables and standard input (RFC 3875), and what it says back.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { scryptHash } from "../support/password-hash.ts";
import { MAIN, runProgram, temporaryFolder } from "../support/program.ts";

const folder = await temporaryFolder(
  { after },
  {
    "ferrox.yml": `file_systems:
  shared: { kind: disk, root: shared, writable: true }
  lost: { kind: memory }
routes:
  - { path: /, vfs_https: shared, auth: { users_file: users } }
  - { path: /lost, vfs_https: lost, auth: none }
`,
    users: `user:${scryptHash("pa:ss")}\n`,
    "shared/a": "hello",
    key: "0123456789abcdef0123456789abcdef",
  },
);
await chmod(join(folder, "key"), 0o600);

const EXISTS = '{"Exists":{"path":"/a"}}';
const AUTHORIZATION = `Basic ${Buffer.from("user:pa:ss").toString("base64")}`;

interface Run {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer {
  readonly status: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
  readonly stderr: string;
  readonly code: number | null;
}

async function run({ args = ["--route", "/"], env = {}, body = EXISTS }: Run): Promise<Answer> {
  const child = spawn(process.execPath, [MAIN, "vfs-cgi", ...args], {
    cwd: folder,
    env: {
      GATEWAY_INTERFACE: "CGI/1.1",
      REQUEST_METHOD: "POST",
      SCRIPT_NAME: "/cgi-bin/files",
      REMOTE_ADDR: "192.0.2.1",
      HTTPS: "on",
      CONTENT_LENGTH: String(Buffer.byteLength(body)),
      ...env,
    },
  });
  // As web servers do: the body is written, and its end may not be told.
  child.stdin.write(body);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    const tooLong = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error("it does not end"));
    }, 15_000);
    child.on("close", (ended) => {
      clearTimeout(tooLong);
      resolve(ended);
    });
  });
  const [head = "", ...rest] = Buffer.concat(out).toString().split("\r\n\r\n");
  const fields = new Map(
    head.split("\r\n").map((line): [string, string] => {
      const [name = "", value = ""] = line.split(/: (.*)/);
      return [name, value];
    }),
  );
  return {
    status: fields.get("Status") ?? "",
    fields,
    body: rest.join("\r\n\r\n"),
    stderr: Buffer.concat(err).toString(),
    code,
  };
}

test("V10 a command is answered by a program that is started for it", async () => {
  const answer = await run({ env: { HTTP_AUTHORIZATION: AUTHORIZATION } });
  assert.equal(answer.status, "200 OK");
  assert.equal(answer.body, '{"Exists":{"Ok":true}}');
  assert.equal(answer.fields.get("Content-Length"), "22");
  assert.equal(answer.fields.get("HttpsFS-Version"), "1");
  assert.equal(answer.fields.has("Set-Cookie"), false);
  assert.equal(answer.code, 0);
});

test("V10 what is written stays, and bytes come through", async () => {
  const env = { HTTP_AUTHORIZATION: AUTHORIZATION };
  const data = Buffer.from([0, 13, 10, 255]).toString("base64");
  await run({ env, body: '{"CreateFile":{"path":"/n"}}' });
  const write = `{"Write":{"path":"/n","pos":0,"len":4,"data":"${data}"}}`;
  assert.equal((await run({ env, body: write })).body, '{"Write":{"Ok":4}}');
  assert.deepEqual(await readFile(join(folder, "shared/n")), Buffer.from([0, 13, 10, 255]));
});

test("V10 without a password the challenge is that of the protocol", async () => {
  const answer = await run({});
  assert.equal(answer.status, "401 Unauthorized");
  assert.equal(answer.fields.get("WWW-Authenticate"), 'Basic realm="PME", charset="UTF-8"');
  assert.equal(answer.body, "");
  const wrong = Buffer.from("user:pa").toString("base64");
  const guessed = await run({ env: { HTTP_AUTHORIZATION: `Basic ${wrong}` } });
  assert.equal(guessed.status, "401 Unauthorized");
});

test("V10 with a key the next process knows who logged in", async () => {
  const args = ["--route", "/", "--key", "key"];
  const login = await run({ args, env: { HTTP_AUTHORIZATION: AUTHORIZATION } });
  const cookie = login.fields.get("Set-Cookie") ?? "";
  assert.match(cookie, /^session=[^;]+; Path=\/cgi-bin\/files; HttpOnly; SameSite=Strict; Secure$/);
  const HTTP_COOKIE = cookie.split(";")[0] ?? "";
  const next = await run({ args, env: { HTTP_COOKIE } });
  assert.equal(next.body, '{"Exists":{"Ok":true}}');
  await writeFile(join(folder, "users"), `user:${scryptHash("another")}\n`);
  assert.equal((await run({ args, env: { HTTP_COOKIE } })).status, "401 Unauthorized");
  await writeFile(join(folder, "users"), `user:${scryptHash("pa:ss")}\n`);
});

test("V10 whom the web server has authenticated is believed", async () => {
  const answer = await run({ env: { REMOTE_USER: "user", AUTH_TYPE: "Basic" } });
  assert.equal(answer.body, '{"Exists":{"Ok":true}}');
});

test("V10 passwords sent in clear from far away are not looked at", async () => {
  const env = { HTTP_AUTHORIZATION: AUTHORIZATION, HTTPS: "" };
  assert.equal((await run({ env })).status, "403 Forbidden");
  assert.equal((await run({ env: { ...env, REMOTE_ADDR: "127.0.0.1" } })).status, "200 OK");
});

for (const [env, body, status] of [
  [{ REQUEST_METHOD: "GET", CONTENT_LENGTH: "" }, "", "404 Not Found"],
  [{ PATH_INFO: "/x" }, EXISTS, "404 Not Found"],
  [{ CONTENT_LENGTH: "x" }, EXISTS, "400 Bad Request"],
  [{}, "x", "400 Bad Request"],
  [{ CONTENT_LENGTH: "99999999" }, "x", "413 Content Too Large"],
] as const) {
  test(`V10 ${JSON.stringify(env)} with "${body}" is answered ${status}`, async () => {
    const answer = await run({ env: { REMOTE_USER: "user", ...env }, body });
    assert.equal(answer.status, status);
    assert.equal(answer.body, "");
    assert.equal(answer.code, 0);
  });
}

for (const [args, why] of [
  [[], "2 routes with vfs_https fit; name one"],
  [["--route", "/nope"], "0 routes with vfs_https fit"],
  [["--route", "/lost"], "files in memory would be gone"],
  [["--route", "/", "--key", "nope"], "nope is not there"],
  [["--route", "/", "--key", "users"], "users may be read by others"],
  [["--config", "nope.yml"], "nope.yml"],
] as const) {
  test(`V10 with ${JSON.stringify(args)} the client learns nothing, and the log why`, async () => {
    const answer = await run({ args });
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(answer.body, "");
    assert.ok(answer.stderr.includes(why), answer.stderr);
    assert.equal(answer.code, 1);
  });
}

test("V10 somebody who types the command is told what it is for", async (t) => {
  const { code, stdout, stderr } = await runProgram(t, ["vfs-cgi"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /a web server starts this/);
});
