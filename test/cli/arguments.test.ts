import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, parseCommandLine, type ServeOptions } from "../../src/cli/arguments.ts";
import type { ProbeOptions } from "../../src/cli/probe.ts";
import type { RemoteOptions } from "../../src/cli/remote-work.ts";

function commandOf(line: string): Command {
  const parsed = parseCommandLine(line.split(" ").filter((word) => word !== ""));
  assert.ok(parsed.kind === "command", parsed.kind === "usage" ? parsed.message : "");
  return parsed.command;
}

function usageOf(line: string): string {
  const parsed = parseCommandLine(line.split(" ").filter((word) => word !== ""));
  assert.ok(parsed.kind === "usage");
  return parsed.message;
}

const NOTHING: ServeOptions = {
  dir: undefined,
  file: undefined,
  port: undefined,
  host: undefined,
  strictPort: false,
  single: false,
  index: undefined,
  tls: false,
  open: false,
  pidFile: undefined,
  quiet: 0,
};

for (const [line, options] of [
  ["", {}],
  ["serve", {}],
  ["serve www", { dir: "www" }],
  ["serve www --pid-file a.pid", { dir: "www", pidFile: "a.pid" }],
  ["-c a.yml", { file: "a.yml" }],
  ["serve --config=a.yml www", { dir: "www", file: "a.yml" }],
  ["serve -p 0", { port: "0" }],
  ["serve -p3000", { port: "3000" }],
  ["serve --port 1 --port=2", { port: "2" }],
  ["serve --host ::1 www", { host: "::1", dir: "www" }],
  ["serve --host=localhost", { host: "localhost" }],
  ["serve --host", { host: "0.0.0.0" }],
  ["serve --host www", { host: "0.0.0.0", dir: "www" }],
  ["serve --host --tls", { host: "0.0.0.0", tls: true }],
  // A wrong address is not taken for a folder.
  ["serve --host 300.1.2.3", { host: "300.1.2.3" }],
  ["serve -s", { single: true }],
  ["serve --single", { single: true }],
  ["serve --spa", { single: true }],
  ["serve --index", { index: true }],
  ["serve --index --no-index", { index: false }],
  ["serve --no-index --index", { index: true }],
  ["serve --tls -o --strict-port", { tls: true, open: true, strictPort: true }],
  ["serve -qq", { quiet: 2 }],
  ["serve -q --quiet -q", { quiet: 3 }],
  ["serve -sop 80 .", { single: true, open: true, port: "80", dir: "." }],
  ["serve -- -odd", { dir: "-odd" }],
] as const) {
  test(`ferrox ${line}: serves with ${JSON.stringify(options)}`, () => {
    assert.deepEqual(commandOf(line), { name: "serve", options: { ...NOTHING, ...options } });
  });
}

const PROBE: ProbeOptions = {
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

for (const [line, options] of [
  ["probe", {}],
  ["probe localhost:80", { server: "localhost:80" }],
  ["probe --path /a --path=/b localhost:80", { server: "localhost:80", path: "/b" }],
  ["probe --tls --insecure x:1", { server: "x:1", tls: true, insecure: true }],
  ["probe x:1 --tls -k", { server: "x:1", tls: true, insecure: true }],
  [
    "probe x:1 --only ^host/ --strict --json",
    { server: "x:1", only: "^host/", strict: true, json: true },
  ],
  ["probe x:1 --yes-i-own-it", { server: "x:1", owned: true }],
  ["probe --list", { list: true }],
] as const) {
  test(`ferrox ${line}: probes with ${JSON.stringify(options)}`, () => {
    assert.deepEqual(commandOf(line), { name: "probe", options: { ...PROBE, ...options } });
  });
}

for (const [line, command] of [
  [
    "check",
    { name: "check", options: { file: undefined, origin: false, auth: false, path: undefined } },
  ],
  [
    "check --auth",
    { name: "check", options: { file: undefined, origin: false, auth: true, path: undefined } },
  ],
  [
    "check --auth /a",
    { name: "check", options: { file: undefined, origin: false, auth: true, path: "/a" } },
  ],
  [
    "user add f alice --generate",
    { name: "user", options: { operands: ["add", "f", "alice"], generate: true } },
  ],
  [
    "compile www store -c a.yml --at /x --format json",
    {
      name: "compile",
      options: { operands: ["www", "store"], file: "a.yml", at: "/x", format: "json" },
    },
  ],
  ["hash-target /a /b", { name: "hash-target", options: { targets: ["/a", "/b"] } }],
  [
    "resource show f",
    { name: "resource", options: { operands: ["show", "f"], format: undefined } },
  ],
  ["vfs-cgi", { name: "vfs-cgi", options: { file: undefined, route: undefined, key: undefined } }],
  [
    "vfs-cgi -c a.yml --route /x --key k",
    { name: "vfs-cgi", options: { file: "a.yml", route: "/x", key: "k" } },
  ],
  ["reload", { name: "reload", options: { file: undefined, pidFile: undefined } }],
  ["reload -c a.yml --pid-file b", { name: "reload", options: { file: "a.yml", pidFile: "b" } }],
  [
    "stop --pid-file b --timeout 5s",
    { name: "stop", options: { file: undefined, pidFile: "b", timeout: "5s" } },
  ],
  [
    "check -c a.yml --origin",
    { name: "check", options: { file: "a.yml", origin: true, auth: false, path: undefined } },
  ],
  ["cert", { name: "cert", options: { names: [], dir: undefined, force: false } }],
  [
    "cert --name a --name b --dir d --force",
    { name: "cert", options: { names: ["a", "b"], dir: "d", force: true } },
  ],
  ["help", { name: "help", topic: undefined }],
  ["--help", { name: "help", topic: undefined }],
  ["-h", { name: "help", topic: undefined }],
  ["help cert", { name: "help", topic: "cert" }],
  ["serve --help", { name: "help", topic: "serve" }],
  ["check -h", { name: "help", topic: "check" }],
  ["--version", { name: "version" }],
  ["-v", { name: "version" }],
  ["-V", { name: "version" }],
  ["cert -V", { name: "version" }],
] as const) {
  test(`ferrox ${line}: ${JSON.stringify(command)}`, () => {
    assert.deepEqual(commandOf(line), command);
  });
}

const REMOTE: RemoteOptions = {
  operands: [],
  ca: undefined,
  passwordFile: undefined,
  long: false,
  recursive: false,
  force: false,
  parents: false,
};

for (const [line, name, options] of [
  ["ls -lR https://h/ /a", "ls", { operands: ["https://h/", "/a"], long: true, recursive: true }],
  ["cat https://h/ a b --ca f", "cat", { operands: ["https://h/", "a", "b"], ca: "f" }],
  [
    "put -r - a https://h/ /d",
    "put",
    { operands: ["-", "a", "https://h/", "/d"], recursive: true },
  ],
  ["rm -rf https://h/ /a", "rm", { operands: ["https://h/", "/a"], recursive: true, force: true }],
  ["mkdir -p --password-file f x", "mkdir", { operands: ["x"], parents: true, passwordFile: "f" }],
  ["put -- -odd https://h/ /a", "put", { operands: ["-odd", "https://h/", "/a"] }],
] as const) {
  test(`ferrox ${line}: ${name} with ${JSON.stringify(options)}`, () => {
    assert.deepEqual(commandOf(line), { name, options: { ...REMOTE, ...options } });
  });
}

for (const [line, message] of [
  ["srve", "unknown command srve (did you mean serve?)"],
  ["help chekc", "unknown command chekc (did you mean check?)"],
  ["www", "unknown command www (to serve a folder: ferrox serve www)"],
  ["-p 80 www", "unknown command www (to serve a folder: ferrox serve www)"],
  ["-p 80 serve", "the command comes first: ferrox serve -p 80"],
  ["serve a b", "ferrox serve takes one folder; what is b?"],
  ["check a", "ferrox check takes no folder; what is a?"],
  ["probe a:1 b:2", "ferrox probe takes one server; what is b:2?"],
  ["probe --pth /a", "unknown option --pth (did you mean --path?)"],
  ["probe x:1 --only", "--only needs a value: --only REGEX"],
  ["serve --prot 80", "unknown option --prot (did you mean --port?)"],
  ["serve --no-indx", "unknown option --no-indx (did you mean --no-index?)"],
  ["serve -x", "unknown option -x (see ferrox serve --help)"],
  ["check --tls", "unknown option --tls (it belongs to ferrox serve)"],
  ["serve --port", "--port needs a value: --port PORT"],
  ["serve -p", "-p needs a value: -p PORT"],
  ["serve --port=", "--port needs a value: --port PORT"],
  ["serve --config --tls", "--config needs a value: --config FILE"],
  ["serve --tls=yes", "--tls takes no value"],
] as const) {
  test(`ferrox ${line}: ${message}`, () => {
    assert.equal(usageOf(line), message);
  });
}

test("an empty folder name is one, and will be refused with the configuration", () => {
  const parsed = parseCommandLine(["serve", ""]);
  assert.ok(parsed.kind === "command" && parsed.command.name === "serve");
  assert.equal(parsed.command.options.dir, "");
});

test("what a terminal would obey does not come back in a message", () => {
  const parsed = parseCommandLine(["serve", "--\u001b[2J"]);
  assert.ok(parsed.kind === "usage");
  assert.equal(parsed.message, "unknown option --\\x1b[2J (see ferrox serve --help)");
});
