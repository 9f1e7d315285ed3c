// The client that judges the server is judged first: a good answer is read as it stands, and none
// that is wrong slips through.

import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { ask, connect, fetchRaw, type WireTarget } from "./wire-client.ts";

const OK = "HTTP/1.1 200 OK\r\n";

for (const [name, bytes, framing, body] of [
  ["a length", `${OK}Content-Length: 2\r\n\r\nhi`, "length", "hi"],
  [
    "chunks",
    `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\n\r\n`,
    "chunked",
    "hi",
  ],
  ["the end", `${OK}Connection: close\r\n\r\nhi`, "close", "hi"],
  ["204", "HTTP/1.1 204 No Content\r\n\r\n", "none", ""],
  ["304 with a length", "HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n", "none", ""],
] as const) {
  test(`a body framed by ${name} is read`, async (t) => {
    const answer = await fetchRaw(await saying(t, bytes), ask("/"));
    assert.equal(answer.framing.kind, framing);
    assert.equal(answer.body.toString(), body);
  });
}

for (const [name, bytes, complaint] of [
  ["a bare line feed", "HTTP/1.1 200 OK\nA: b\n\n", /bare LF/],
  ["a bare carriage return", `${OK}A: b\rc\r\n\r\n`, /bare CR/],
  ["no version", "200 OK\r\n\r\n", /no status line/],
  ["an unknown version", "HTTP/1.2 200 OK\r\n\r\n", /no status line/],
  ["a space in a name", `${OK}A b: c\r\n\r\n`, /no field line/],
  ["a folded line", `${OK}A: b\r\n c\r\n\r\n`, /no field line/],
  ["a control character", `${OK}A: b\u0001\r\n\r\n`, /no field line/],
  [
    "two framings",
    `${OK}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    /two framings/,
  ],
  ["two equal lengths", `${OK}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`, /2 times/],
  ["a length that is none", `${OK}Content-Length: +2\r\n\r\nhi`, /no length/],
  ["an unknown coding", `${OK}Transfer-Encoding: gzip\r\n\r\n`, /unknown coding/],
  ["a 204 with a length", "HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n", /204 with framing/],
  ["a chunk size that is none", `${OK}Transfer-Encoding: chunked\r\n\r\n0x1\r\n`, /no chunk size/],
  [
    "a chunk that is too long",
    `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n`,
    /past its size/,
  ],
  ["a body cut short", `${OK}Content-Length: 3\r\n\r\nhi`, /finished, missing 1 more byte/],
] as const) {
  test(`an answer with ${name} is refused`, async (t) => {
    await assert.rejects(fetchRaw(await saying(t, bytes), ask("/")), complaint);
  });
}

test("answers sent ahead are read one by one; HEAD has no body", async (t) => {
  const target = await saying(
    t,
    `${OK}Content-Length: 2\r\n\r\nhi`.repeat(2),
    `${OK}Content-Length: 9\r\n\r\n`,
  );
  const connection = await connect(target);
  assert.equal((await connection.response()).body.toString(), "hi");
  assert.equal((await connection.head()).status, 200);
  assert.equal((await connection.take(2)).toString(), "hi");
  assert.equal((await connection.response("HEAD")).fields.get("content-length"), "9");
  assert.equal(await connection.closed(), "fin");
});

test("bytes where the end or silence was awaited are an error", async (t) => {
  const target = await saying(t, "more");
  await assert.rejects((await connect(target)).closed(), /bytes instead of the end: "more"/);
  await assert.rejects((await connect(target)).silence(200), /not silent/);
});

test("a wait has an end, and says what it waited for", async (t) => {
  const target = await serving(t, () => {});
  const connection = await connect({ ...target, timeoutMs: 40 });
  t.after(() => connection.reset());
  await connection.silence(20);
  await assert.rejects(connection.response(), /waited 40 ms for the end of a line/);
  await assert.rejects(connection.closed(), /waited 40 ms for the end of the connection/);
});

test("a reset is told from an end", async (t) => {
  const target = await serving(t, (socket) => {
    socket.once("data", () => socket.resetAndDestroy());
  });
  const connection = await connect(target);
  connection.send("anything");
  assert.equal(await connection.closed(), "reset");
});

test("a half close is seen by the peer, whose answer is still read", async (t) => {
  const target = await serving(t, (socket) => {
    socket.once("end", () => socket.end(`${OK}Content-Length: 2\r\n\r\nhi`));
  });
  const connection = await connect(target);
  connection.send(ask("/"));
  connection.end();
  assert.equal((await connection.response()).body.toString(), "hi");
});

test("nobody at the port is an error at once", async () => {
  await assert.rejects(connect({ port: 1 }), /ECONNREFUSED/);
});

/** A server that says the pieces to whoever connects, and then ends the connection. */
function saying(t: TestContext, ...pieces: readonly string[]): Promise<WireTarget> {
  return serving(t, (socket) => socket.end(pieces.join(""), "latin1"));
}

async function serving(t: TestContext, welcome: (socket: Socket) => void): Promise<WireTarget> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    // A client under test may go away in any way it likes.
    socket.on("error", () => {});
    socket.resume();
    welcome(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { port: address.port };
}
