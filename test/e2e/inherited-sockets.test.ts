// Doors that somebody else holds open: who knocks before the program is there, or while it is
// started anew, is answered all the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { request as secureRequest } from "node:https";
import { connect } from "node:net";
import { test } from "node:test";
import { lacks } from "../support/have-tool.ts";
import { configText, eventually } from "../support/program.ts";
import { holdSockets } from "../support/socket-holder.ts";

/** What holds the sockets is written in it. */
const NO_PERL = lacks("perl") ?? false;

interface Asking {
  readonly port?: number | undefined;
  readonly socketPath?: string;
  readonly path?: string;
}

/** On a connection of its own. */
function get({ port, socketPath, path = "/" }: Asking): Promise<{ status: number; body: string }> {
  const target = socketPath === undefined ? { port, host: "127.0.0.1" } : { socketPath };
  return new Promise((resolve, reject) => {
    const asked = request({ ...target, path, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on("error", reject).end();
  });
}

test("whoever knocks before the program is started is answered by it", {
  skip: NO_PERL,
}, async (t) => {
  const holder = await holdSockets(t, { where: "tcp", names: "http", config: configText() });
  const [port = 0] = holder.ports;
  const early = [get({ port }), get({ port }), get({ port })];
  await new Promise<void>((resolve) => {
    const knocking = connect(port, "127.0.0.1", resolve);
    t.after(() => knocking.destroy());
  });
  await holder.start();
  for (const answer of early) assert.deepEqual(await answer, { status: 200, body: "here\n" });
  assert.match(holder.said(), new RegExp(`running on http://127\\.0\\.0\\.1:${port}\n`));
  assert.equal(await holder.stop(), 0);
});

test("a restart loses nobody: the socket stays open with whoever holds it", {
  skip: NO_PERL,
}, async (t) => {
  const holder = await holdSockets(t, { where: "tcp", names: "http", config: configText() });
  const [port = 0] = holder.ports;
  await holder.start();
  let isOver = false;
  const failures: string[] = [];
  let answered = 0;
  const client = async () => {
    while (!isOver) {
      const { status } = await get({ port }).catch((error: Error) => {
        failures.push(error.message);
        return { status: 0 };
      });
      if (status === 200) answered++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const clients = [client(), client(), client(), client()];
  for (let restart = 0; restart < 3; restart++) {
    assert.equal(await holder.stop(), 0);
    await holder.start();
  }
  const before = answered;
  await eventually("further answers", async () => (answered > before + 20 ? true : undefined));
  isOver = true;
  await Promise.all(clients);
  assert.deepEqual(failures, []);
});

test("over an inherited Unix socket peers are known as such, and its name is told", {
  skip: NO_PERL,
}, async (t) => {
  const holder = await holdSockets(t, {
    where: "unix",
    names: "ferrox.socket",
    config: configText(
      "routes: [{path: /, files: site}, {path: /live, health: live, allow: [unix]}]\n",
    ),
  });
  await holder.start();
  const ask = (path: string) => get({ socketPath: holder.path, path });
  assert.equal((await ask("/live")).status, 200);
  if (process.platform === "linux") {
    assert.ok(holder.said().includes(`running on http+unix:${holder.path}\n`), holder.said());
  }
  assert.equal(await holder.stop(), 0);
  assert.match(readFileSync(`${holder.folder}/logs/access.log`, "utf8"), /^unix - - .*"GET \/live/);
  // Its name is not ours to remove: the next start answers there.
  await holder.start();
  assert.equal((await ask("/")).body, "here\n");
  await holder.stop();
});

test("names say which door is which, and the redirect leads to the other socket", {
  skip: NO_PERL,
}, async (t) => {
  const config = configText("tls: { enabled: true, dev: true }\n");
  const holder = await holdSockets(t, { where: "tcp", names: "https:http", config });
  const [secure = 0, plain = 0] = holder.ports;
  await holder.start();
  const status = await new Promise((resolve, reject) => {
    secureRequest(
      { port: secure, host: "127.0.0.1", rejectUnauthorized: false, agent: false },
      (response) => resolve(response.resume().statusCode),
    )
      .on("error", reject)
      .end();
  });
  assert.equal(status, 200);
  const location = await new Promise((resolve, reject) => {
    const asked = request({ port: plain, host: "127.0.0.1", agent: false }, (response) =>
      resolve(response.resume().headers.location),
    );
    asked.on("error", reject).end();
  });
  assert.equal(location, `https://127.0.0.1:${secure}/`);
  assert.equal(await holder.stop(), 0);
});

test("workers share an inherited socket, and hear nothing of where it came from", {
  skip: NO_PERL,
}, async (t) => {
  const holder = await holdSockets(t, {
    where: "tcp",
    names: "http",
    config: configText("", "  workers: 2\n"),
  });
  const [port = 0] = holder.ports;
  const early = get({ port });
  const pid = await holder.start();
  assert.equal((await early).body, "here\n");
  if (process.platform === "linux") {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    assert.equal(children.length, 2);
    for (const child of children) {
      const variables = readFileSync(`/proc/${child}/environ`, "utf8").split("\0");
      assert.deepEqual(
        variables.filter((variable) => variable.startsWith("LISTEN_")),
        [],
      );
    }
  }
  assert.equal(await holder.stop(), 0);
});

test("a reload keeps the doors", { skip: NO_PERL }, async (t) => {
  const holder = await holdSockets(t, { where: "tcp", names: "http", config: configText() });
  const [port = 0] = holder.ports;
  const pid = await holder.start();
  process.kill(pid, "SIGHUP");
  const log = () => readFileSync(`${holder.folder}/logs/error.log`, "utf8");
  await eventually("the reload", async () => (log().includes("reloaded") ? true : undefined));
  assert.equal((await get({ port })).body, "here\n");
  assert.equal(await holder.stop(), 0);
});
