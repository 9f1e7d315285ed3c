import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { addressesOf, type Dialed, type DialReceived, dial } from "../../src/transport/dial.ts";
import { selfSigned, temporaryFolder } from "./openssl.ts";

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}

async function connected(t: TestContext, act: (socket: Socket) => void): Promise<Dialed> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    act(socket);
  });
  const port = await listening(t, server);
  const line = await dial({ addresses: ["127.0.0.1"], port, timeoutMs: 5000 });
  t.after(() => line.destroy());
  return line;
}

/** Everything up to an end. */
async function all(line: Dialed): Promise<string> {
  let text = "";
  for (;;) {
    const came: DialReceived = await line.receive(5000);
    if (typeof came === "string") return `${text}<${came}>`;
    text += came.toString("latin1");
  }
}

test("what is sent arrives, and what comes back is received until the end", async (t) => {
  const line = await connected(t, (socket) => {
    socket.on("data", (bytes) => socket.end(`heard ${bytes}`));
  });
  line.send(Buffer.from("hello"));
  assert.equal(await all(line), "heard hello<finished>");
  assert.equal(await line.receive(0), "finished");
});

test("a reset is not taken for an end", async (t) => {
  const line = await connected(t, (socket) => {
    socket.once("data", () => socket.resetAndDestroy());
  });
  line.send(Buffer.from("hello"));
  assert.equal(await all(line), "<reset>");
});

test("after the last word it still listens", async (t) => {
  const line = await connected(t, (socket) => {
    socket.resume();
    socket.on("end", () => socket.end("late answer"));
  });
  line.finish();
  assert.equal(await all(line), "late answer<finished>");
});

test("the peer's last word is not ours", async (t) => {
  let heard = "";
  const line = await connected(t, (socket) => {
    socket.end("bye");
    socket.on("data", (bytes) => {
      heard += bytes;
    });
  });
  assert.equal(await all(line), "bye<finished>");
  const arrived = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (heard === "") return;
      clearInterval(look);
      resolve();
    }, 1);
  });
  line.send(Buffer.from("still here"));
  await arrived;
  assert.equal(heard, "still here");
});

test("nothing in time is silence", async (t) => {
  const line = await connected(t, () => {});
  assert.equal(await line.receive(1), "silent");
  assert.equal(await line.receive(0), "silent");
});

test("a peer that does not read lets the backlog grow", async (t) => {
  const line = await connected(t, (socket) => socket.pause());
  for (let sent = 0; sent < 64; sent++) line.send(Buffer.alloc(1024 * 1024));
  assert.ok(line.backlogBytes > 16 * 1024 * 1024, `${line.backlogBytes}`);
});

test("the first address that answers is used", async (t) => {
  const server = createServer((socket) => socket.end("here"));
  const port = await listening(t, server);
  const line = await dial({ addresses: ["127.0.0.2", "127.0.0.1"], port, timeoutMs: 5000 });
  assert.equal(await all(line), "here<finished>");
  line.destroy();
});

test("nobody there is an error, and so is no address", async () => {
  const nobody = dial({ addresses: ["127.0.0.1"], port: 1, timeoutMs: 5000 });
  await assert.rejects(nobody, { code: "ECONNREFUSED" });
  await assert.rejects(dial({ addresses: [], port: 1, timeoutMs: 5000 }), /no address/);
});

test("over TLS a stranger's certificate is refused, unless any will do", async (t) => {
  const pair = selfSigned(temporaryFolder(t), "localhost");
  const server = createTlsServer(pair, (socket) => {
    socket.on("error", () => {});
    socket.end("secret");
  });
  server.on("tlsClientError", () => {});
  const port = await listening(t, server);
  const to = { addresses: ["127.0.0.1"], port, timeoutMs: 5000 };
  const strict = dial({ ...to, tls: { name: "localhost", insecure: false } });
  await assert.rejects(strict, { code: /SELF_SIGNED|VERIFY/ });
  const line = await dial({ ...to, tls: { name: "localhost", insecure: true } });
  t.after(() => line.destroy());
  assert.equal(await all(line), "secret<finished>");
});

test("TLS with somebody who does not answer is given up", async (t) => {
  const server = createServer(() => {});
  const port = await listening(t, server);
  const tls = { name: "localhost", insecure: true };
  const waiting = dial({ addresses: ["127.0.0.1"], port, timeoutMs: 20, tls });
  await assert.rejects(waiting, /no answer in 20 ms/);
});

test("an address stands for itself", async () => {
  assert.deepEqual(await addressesOf("127.0.0.1"), ["127.0.0.1"]);
  assert.deepEqual(await addressesOf("::1"), ["::1"]);
});
