import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { trialPort } from "../../src/transport/trial.ts";

test("a server for a trial can be reached at the port it was given, on this machine", async (t) => {
  const server = createServer((socket) => socket.end("here"));
  t.after(() => server.close());
  const client = connect({ port: await trialPort(server), host: "127.0.0.1" });
  let text = "";
  for await (const piece of client) text += String(piece);
  assert.equal(text, "here");
});

test("a server that listens already has no trial", async (t) => {
  const server = createServer();
  t.after(() => server.close());
  await trialPort(server);
  await assert.rejects(trialPort(server), { code: "ERR_SERVER_ALREADY_LISTEN" });
});
