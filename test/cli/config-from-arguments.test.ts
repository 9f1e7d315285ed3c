import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseCommandLine } from "../../src/cli/arguments.ts";
import { configFromArguments, type Start } from "../../src/cli/config-from-arguments.ts";
import { placeText } from "../../src/config/problem.ts";
import { type Tree, tempFolder, writeTree } from "../support/temp-folder.ts";

interface Scene {
  readonly files?: Tree;
  readonly env?: Readonly<Record<string, string>>;
}

function start(
  t: TestContext,
  args: string,
  { files = {}, env = {} }: Scene = {},
): Start & { readonly cwd: string } {
  const cwd = tempFolder(t);
  writeTree(cwd, { "www/": "", ...files });
  const parsed = parseCommandLine(["serve", ...args.split(" ").filter((word) => word !== "")]);
  assert.ok(parsed.kind === "command" && parsed.command.name === "serve");
  return { ...configFromArguments(parsed.command.options, { cwd, env, nowMs: 0 }), cwd };
}

function configOf(result: Start): Extract<Start, { kind: "config" }> {
  assert.ok(result.kind === "config", JSON.stringify(result));
  return result;
}

function problemsOf(result: Start): string[] {
  assert.ok(result.kind === "problems");
  return result.problems.map(({ place, message }) => `${placeText(place)} ${message}`);
}

test("a folder alone is listed on 127.0.0.1:8080, or the next port, without log files", (t) => {
  const result = start(t, "www");
  const { config, mayMovePort } = configOf(result);
  assert.equal(mayMovePort, true);
  const { addr, httpPort, httpsPort, workers } = config.server;
  assert.deepEqual([addr, httpPort, httpsPort, workers], ["127.0.0.1", 8080, undefined, 1]);
  assert.equal(config.file, undefined);
  assert.equal(config.log.dir, undefined);
  const site = config.fileSystems.get("site");
  assert.equal(site?.kind === "disk" && site.root, join(result.cwd, "www"));
  const action = config.routes[0]?.action;
  assert.equal(action?.kind === "files" && action.listing, true);
});

test("a strict port stays where it is", (t) => {
  assert.equal(configOf(start(t, "www --strict-port")).mayMovePort, false);
});

test("a folder with TLS is served over HTTPS only", (t) => {
  const { config } = configOf(start(t, "www --tls -p 9443"));
  assert.deepEqual(config.tls, { kind: "dev", names: [] });
  assert.equal(config.server.httpPort, undefined);
  assert.equal(config.server.httpsPort, 9443);
});

test("flags win over variables, variables over the file, the file over defaults", (t) => {
  const files = {
    "ferrox.yml": "server: {addr: '::1', http_port: 1, https_port: 2, timeout: 3}\n",
  };
  const env = { FERROX_HTTP_PORT: "10", PORT: "11", FERROX_TIMEOUT: "20", FERROX_SERVE_DIR: "www" };
  const { config, origins, mayMovePort } = configOf(start(t, "-p 100", { files, env }));
  assert.equal(mayMovePort, false);
  assert.equal(config.server.httpPort, 100);
  assert.equal(config.limits.http1.headTimeoutMs, 20_000);
  assert.equal(config.server.addr, "::1");
  assert.equal(origins.originOf(["server", "http_port"]), "--port");
  assert.equal(origins.originOf(["server", "timeout"]), "FERROX_TIMEOUT");
  assert.equal(origins.originOf(["server", "addr"]), "ferrox.yml:1");
  assert.equal(origins.originOf(["server", "index"]), "default");
});

test("--single and --no-index say how the site behaves", (t) => {
  const { config } = configOf(start(t, "www --single --no-index"));
  const action = config.routes[0]?.action;
  assert.ok(action?.kind === "files");
  assert.equal(action.router, "spa");
  assert.equal(action.listing, false);
});

test("a folder with a file replaces the folder of the file", (t) => {
  const files = { "conf/f.yml": "paths: {serve_dir: gone, log_dir: logs}\n" };
  const result = start(t, "www -c conf/f.yml", { files });
  const { config } = configOf(result);
  const site = config.fileSystems.get("site");
  assert.equal(site?.kind === "disk" && site.root, join(result.cwd, "www"));
  assert.equal(config.log.dir, join(result.cwd, "conf/logs"));
});

test("paths in variables count from where we are, not from the file", (t) => {
  const result = start(t, "-c conf/f.yml", {
    files: { "conf/f.yml": "server: {}\n" },
    env: { FERROX_SERVE_DIR: "www", FERROX_LOG_DIR: "logs" },
  });
  assert.equal(configOf(result).config.log.dir, join(result.cwd, "logs"));
});

test("--tls with a file that has a certificate means that one", (t) => {
  const files = {
    "ferrox.yml": "tls: {enabled: false, cert_path: c.pem, key_path: k.pem}\n",
    "c.pem": "x",
    "k.pem": "x",
  };
  const [first = ""] = problemsOf(start(t, "--tls", { files }));
  assert.match(first, /^ferrox\.yml:1:34 .*c\.pem holds no certificate/);
  assert.equal(
    configOf(start(t, "--tls", { files: { "ferrox.yml": "server: {}\n" } })).config.tls.kind,
    "dev",
  );
});

test("without a file and without a folder there is a hint", (t) => {
  const result = start(t, "");
  assert.deepEqual(problemsOf(result), ["ferrox.yml no such file"]);
  assert.equal(
    result.kind === "problems" && result.problems[0]?.hint,
    "to serve this folder: ferrox serve .",
  );
});

for (const [args, env, problem] of [
  ["www -p x", {}, '--port expected a port (0 to 65535), got "x"'],
  ["www -p 65536", {}, "--port expected a port (0 to 65535), got 65536"],
  [
    "www --host 300.1.2.3",
    {},
    '--host expected an IP address, localhost or "unix:/path", got "300.1.2.3"',
  ],
  ["www", { PORT: "http" }, 'PORT expected a port (0 to 65535), got "http"'],
  [
    "www",
    { FERROX_LOG_LEVEL: "loud" },
    'FERROX_LOG_LEVEL expected debug, info, warn or error, got "loud"',
  ],
] as const) {
  test(`ferrox serve ${args} ${JSON.stringify(env)}: ${problem}`, (t) => {
    assert.deepEqual(problemsOf(start(t, args, { env })), [problem]);
  });
}

test("a folder that is not there is told as the folder of the command line", (t) => {
  const result = start(t, "nope");
  assert.deepEqual(problemsOf(result), [`DIR no such directory: ${join(result.cwd, "nope")}`]);
});
