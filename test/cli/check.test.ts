import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { CheckOptions } from "../../src/cli/check.ts";
import { runCheck } from "../../src/cli/check.ts";
import type { Io } from "../../src/cli/io.ts";
import { type Tree, tempFolder, writeTree } from "../support/temp-folder.ts";

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function check(
  t: TestContext,
  files: Tree,
  options: Partial<CheckOptions & Pick<Io, "env" | "isTerminal" | "isRoot">> = {},
): Outcome {
  const cwd = tempFolder(t);
  writeTree(cwd, { "www/": "", ...files });
  const { file, origin = false, auth = false, path } = options;
  const { env = {}, isTerminal = false, isRoot = false } = options;
  let out = "";
  let err = "";
  const io: Io = {
    out(text) {
      out += text;
    },
    err(text) {
      err += text;
    },
    env,
    platform: "linux",
    home: cwd,
    cwd,
    nowMs: 0,
    isRoot,
    isTerminal,
    columns: 80,
  };
  return { code: runCheck({ file, origin, auth, path }, io), out, err };
}

test("a file that is fine is shown as what it would serve", (t) => {
  const text = `server: {addr: '::1', http_port: 8080}
file_systems: {m: {kind: memory}}
paths: {serve_dir: www}
tls: {enabled: true, dev: true}
routes:
  - {path: /app/, files: site, router: spa, fallback: app.html}
  - {host: a.example, path: /, files: m}
  - {path: /old, redirect: /app/, status: 301}
`;
  assert.deepEqual(check(t, { "ferrox.yml": text }), {
    code: 0,
    out:
      "ferrox.yml is fine\n" +
      "  https://[::1]\n" +
      "  http://[::1]:8080, to HTTPS\n" +
      "  /app/       www, single page: app.html\n" +
      "  a.example/  files in memory\n" +
      "  /old        to /app/ (301)\n" +
      "  /           www\n" +
      "  logs        logs\n",
    err: "",
  });
});

test("a socket and any free port are shown as such", (t) => {
  const socket = check(t, { "ferrox.yml": "server: {addr: 'unix:/run/f.sock', index: true}\n" });
  assert.match(socket.out, /^ {2}unix:\/run\/f\.sock\n {2}\/ {5}www, directories listed\n/m);
  const free = check(t, { "ferrox.yml": "server: {http_port: 0}\n" });
  assert.match(free.out, /^ {2}http:\/\/127\.0\.0\.1, on any free port\n/m);
});

test("everything that is wrong is printed, and the exit status says so", (t) => {
  const { code, out, err } = check(
    t,
    { "a.yml": "server:\n  prt: 1\n  index: yes\n" },
    { file: "a.yml" },
  );
  assert.equal(code, 2);
  assert.equal(out, "");
  assert.equal(
    err,
    "a.yml:2:3: server.prt: unknown key\n" +
      "  2 |   prt: 1\n" +
      "    |   ^^^\n" +
      'a.yml:3:10: server.index: expected true or false, got "yes"\n' +
      "  3 |   index: yes\n" +
      "    |          ^^^\n" +
      "    = YAML 1.2 takes it for text; write true\n",
  );
});

test("warnings do not make it wrong", (t) => {
  const text = "paths: {serve_dir: www}\nfile_systems: {m: {kind: memory}}\n";
  const { code, out, err } = check(t, { "ferrox.yml": text });
  assert.equal(code, 0);
  assert.match(out, /^ferrox\.yml is fine\n/);
  assert.match(err, /^ferrox\.yml:2:19: warning: file_systems\.m: is used by no route\n/);
});

test("a file that is not there is no fine file", (t) => {
  const { code, err } = check(t, {}, { file: "b.yml" });
  assert.equal(code, 2);
  assert.equal(err, "b.yml: no such file\n");
});

test("--origin shows where each value comes from", (t) => {
  const { out } = check(
    t,
    { "ferrox.yml": "server:\n  timeout: 5\n" },
    { origin: true, env: { FERROX_ADDR: "0.0.0.0" } },
  );
  assert.match(out, /^ {2}server\.timeout: 5 +ferrox\.yml:2$/m);
  assert.match(out, /^ {2}server\.addr: 0\.0\.0\.0 +FERROX_ADDR$/m);
  assert.match(out, /^ {2}server\.router: static +default$/m);
});

test("colour is for terminals, unless somebody said otherwise", (t) => {
  const files = { "ferrox.yml": "x: 1\n" };
  const isColoured = (options: Partial<Io>) => check(t, files, options).err.includes("\u001b[");
  assert.equal(isColoured({ isTerminal: true }), true);
  assert.equal(isColoured({ isTerminal: false }), false);
  assert.equal(isColoured({ isTerminal: true, env: { NO_COLOR: "1" } }), false);
  assert.equal(isColoured({ isTerminal: false, env: { FORCE_COLOR: "1" } }), true);
});

test("root is told that the server would stay root, unless it would not", (t) => {
  const warned = check(t, { "ferrox.yml": "server: {}\n" }, { isRoot: true });
  assert.equal(warned.code, 0);
  assert.equal(
    warned.err,
    "ferrox: warning: running as root: set server.user, so that a fault in it cannot reach everything\n",
  );
  const fine = check(t, { "ferrox.yml": "server: { user: www-data }\n" }, { isRoot: true });
  assert.equal(fine.err, "");
});

test("logs on the standard streams are told as such", (t) => {
  const { out } = check(t, { "ferrox.yml": "paths: { log_dir: '-' }\n" });
  assert.match(out, /\n {2}logs +standard streams\n/);
});
