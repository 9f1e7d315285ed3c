// What docs/operating.md tells about proxies, word for word: nginx in front of the program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseDocument } from "yaml";
import { lacks } from "../support/have-tool.ts";
import { eventually, MAIN, PROJECT_ROOT } from "../support/program.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const TEXT = readFileSync(join(PROJECT_ROOT, "docs/operating.md"), "utf8");

/** The blocks of one language, in their order. */
function blocks(language: string): readonly string[] {
  return [...TEXT.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(
    ([, block = ""]) => block,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Ended when the test is over; resolves when it has said so much. */
async function run(t: TestContext, command: string, args: readonly string[], folder: string) {
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  return { child, said: () => said };
}

function nginxConfig(folder: string, port: number, location: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
    events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder};`).join(" ")}
      server { listen 127.0.0.1:${port}; ${location} }
    }`;
}

test("behind nginx the log knows the client, and believes nothing that the client wrote", async (t) => {
  const reason = lacks("nginx");
  if (reason !== undefined) return t.skip(reason);
  const folder = tempFolder(t);
  const socket = join(folder, "web.sock");
  const port = await freePort();
  // Only where the socket is differs: every test has its own.
  const here = (text = "") => text.replace("/run/ferrox/web.sock", socket);
  writeTree(folder, {
    "www/index.html": "here\n",
    "ferrox.yml": `${here(blocks("yaml").find((block) => block.includes("web.sock")))}paths: { serve_dir: www, log_dir: logs }\n`,
    "nginx.conf": nginxConfig(folder, port, here(blocks("nginx")[0])),
  });
  chmodSync(folder, 0o755);
  const ferrox = await run(t, process.execPath, [MAIN, "serve"], folder);
  await eventually("the socket", async () => ferrox.said().includes(socket) || undefined, 15_000);
  chmodSync(socket, 0o777); // nginx's workers are somebody else
  const nginx = await run(t, "nginx", ["-c", join(folder, "nginx.conf")], folder);
  const status = await eventually("nginx", () => {
    const headers = { "X-Forwarded-For": "203.0.113.9" };
    const asked = request({ port, host: "127.0.0.1", path: "/?through", agent: false, headers });
    return new Promise<number | undefined>((resolve) => {
      asked.on("response", (response) => resolve(response.resume().statusCode));
      asked.on("error", () => resolve(undefined)).end();
    });
  });
  assert.equal(status, 200);
  for (const { child } of [nginx, ferrox]) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  const log = readFileSync(join(folder, "logs/access.log"), "utf8");
  assert.match(log, /^127\.0\.0\.1 - - .*"GET \/\?through HTTP\/1\.1" 200/m);
  assert.doesNotMatch(log, /203\.0\.113\.9/);
});

test("the other blocks of YAML are configurations too", () => {
  for (const block of blocks("yaml")) assert.deepEqual(parseDocument(block).errors, []);
  assert.ok(blocks("yaml").length >= 2);
});
