// Shaking hands: with good clients, with clients that want what we do not have, with bad ones.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Duplex } from "node:stream";
import { after, before, test } from "node:test";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import type { Logger } from "../../src/base/logger.ts";
import type { SocketStream } from "../../src/transport/socket-stream.ts";
import { type KeyPair, type TlsContexts, tlsContexts } from "../../src/transport/tls-context.ts";
import { startTls } from "../../src/transport/tls-server.ts";
import { until } from "../contract/byte-stream.ts";
import type { Cleanup } from "../support/temp-folder.ts";
import { contractPeer, dial, dialTls, type Ground, openGround, testCertificates } from "./ends.ts";
import { recordingLogger } from "./recording-logger.ts";

const cleanups: (() => void)[] = [];
let pairs: { readonly main: KeyPair; readonly other: KeyPair };

before(async () => {
  pairs = await testCertificates({ after: (act) => cleanups.push(act) });
});
after(() => {
  for (const act of cleanups) act();
});

interface Scene {
  readonly ground: Ground;
  readonly contexts: TlsContexts;
  /** Accepts the next connection and shakes hands. */
  accept(): Promise<SocketStream | undefined>;
  /** A client that has shaken hands, and its stream. */
  shake(options?: ConnectionOptions): Promise<{ client: TLSSocket; stream: SocketStream }>;
  /** The code with which a client is refused. */
  refused(options: ConnectionOptions): Promise<string>;
}

async function scene(test: Cleanup, log?: Logger): Promise<Scene> {
  const ground = await openGround(test, log === undefined ? {} : { log });
  await ground.transport.sharedTls(); // the first handshake waits for it, and these look at turns
  const contexts = tlsContexts({ main: pairs.main, others: [{ ...pairs.other, hosts: [] }] });
  const options = { contexts, transport: ground.transport, protocols: ["http/1.1"] };
  const accept = async () => startTls(await ground.accepted(), options);
  return {
    ground,
    contexts,
    accept,
    async shake(wish = {}) {
      const wire = await dial(test, ground.port);
      const [client, stream] = await Promise.all([dialTls(wire, wish), accept()]);
      assert.ok(stream);
      test.after(() => stream.destroy());
      return { client, stream };
    },
    async refused(wish) {
      const wire = await dial(test, ground.port);
      const [answer, stream] = await Promise.all([codeOf(dialTls(wire, wish)), accept()]);
      assert.equal(stream, undefined);
      return answer;
    },
  };
}

function codeOf(attempt: Promise<TLSSocket>): Promise<string> {
  return attempt.then(
    () => "shaken",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "?"),
  );
}

test("a peer is known by its protocol, cipher, name and address", async (t) => {
  const { shake, ground } = await scene(t);
  const { client, stream } = await shake({ servername: "LOCALHOST", ALPNProtocols: ["http/1.1"] });
  assert.deepEqual(stream.peer, {
    address: "127.0.0.1",
    port: client.remotePort === ground.port ? client.localPort : undefined,
    localAddress: "127.0.0.1",
    localPort: ground.port,
    isLoopback: true,
    tls: {
      version: "TLSv1.3",
      cipher: "TLS_AES_128_GCM_SHA256",
      serverName: "localhost",
      alpn: "http/1.1",
    },
  });
});

test("a client that names no host and no protocol is welcome", async (t) => {
  const { shake } = await scene(t);
  const { client, stream } = await shake();
  assert.equal(stream.peer.tls?.serverName, undefined);
  assert.equal(stream.peer.tls?.alpn, undefined);
  assert.equal(client.getPeerCertificate().subject.CN, "localhost");
});

test("the certificate is chosen by the name, and the main one is for all others", async (t) => {
  const { shake } = await scene(t);
  for (const [servername, shown] of [
    ["other.test", "other.test"],
    ["localhost", "localhost"],
    ["unknown.test", "localhost"],
  ] as const) {
    const { client } = await shake({ servername });
    assert.equal(client.getPeerCertificate().subject.CN, shown);
  }
});

test("a client that speaks only unknown protocols hears no_application_protocol", async (t) => {
  const { refused } = await scene(t);
  assert.equal(
    await refused({ ALPNProtocols: ["foo/9", "h2"] }),
    "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
  );
});

test("ours is found among many protocols", async (t) => {
  const { shake } = await scene(t);
  const many = Array.from({ length: 50 }, (_, index) => `x${index}`);
  const { stream } = await shake({ ALPNProtocols: [...many, "http/1.1"] });
  assert.equal(stream.peer.tls?.alpn, "http/1.1");
});

test("TLS 1.2 is spoken with forward secrecy and authenticated encryption", async (t) => {
  const { shake } = await scene(t);
  const { stream } = await shake({ maxVersion: "TLSv1.2" });
  assert.equal(stream.peer.tls?.version, "TLSv1.2");
  assert.equal(stream.peer.tls?.cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
});

for (const [what, options] of [
  ["TLS 1.1", { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" }],
  ["CBC", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA" }],
  ["key exchange by RSA", { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" }],
] as const) {
  test(`${what} is refused`, async (t) => {
    const { refused } = await scene(t);
    assert.match(await refused(options), /^ERR_SSL_.*_ALERT_/);
  });
}

for (const [version, servername] of [
  ["TLSv1.2", "localhost"],
  ["TLSv1.3", "localhost"],
  ["TLSv1.2", "other.test"],
  ["TLSv1.3", "other.test"],
] as const) {
  test(`a session of ${version} with ${servername} is resumed`, async (t) => {
    const { shake } = await scene(t);
    const options = { maxVersion: version, servername };
    const { client } = await shake(options);
    // With 1.3 a ticket comes after the handshake.
    if (version === "TLSv1.3") await once(client, "session");
    const session = client.getSession();
    assert.ok(session);
    const again = await shake({ ...options, session });
    assert.equal(again.client.isSessionReused(), true);
    again.client.write("?");
    assert.equal(String(await again.stream.read()), "?");
  });
}

test("bytes that were sniffed before are part of the handshake", async (t) => {
  const { ground, contexts } = await scene(t);
  const wire = await dial(t, ground.port);
  const plain = await ground.accepted();
  const clientIsReady = dialTls(wire);
  const hello = await plain.read();
  assert.equal(hello?.[0], 0x16);
  if (hello !== null) plain.unread(hello);
  const { transport } = ground;
  const stream = await startTls(plain, { contexts, transport, protocols: ["http/1.1"] });
  assert.ok(stream);
  t.after(() => stream.destroy());
  (await clientIsReady).write("after");
  assert.equal(String(await stream.read()), "after");
});

for (const [what, bytes] of [
  ["zeros", Buffer.alloc(192)],
  [
    "a record that is too long",
    Buffer.concat([Buffer.from("160301ffff", "hex"), Buffer.alloc(300)]),
  ],
  ["a hello that lies about its length", Buffer.from("16030100050100ffff0303", "hex")],
  ["plain HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  ["nothing", Buffer.alloc(0)],
] as const) {
  test(`${what} is no handshake: a debug record, and the connection is gone`, async (t) => {
    const { log, lines } = recordingLogger();
    const { ground, accept } = await scene(t, log);
    const client = await dial(t, ground.port);
    client.end(bytes);
    assert.equal(await accept(), undefined);
    assert.deepEqual(lines, ["debug tls handshake failed"]);
    await until(() => ground.transport.admission.open === 0, "the connection released");
    assert.equal(ground.transport.clock.monotonicMs() > 0, true);
    ground.listener.close();
    assert.equal(ground.clock.timers, 0);
  });
}

test("a reset in the middle of a handshake is no more than a debug record", async (t) => {
  const { log, lines } = recordingLogger();
  const { ground, accept } = await scene(t, log);
  const client = await dial(t, ground.port);
  client.write(Buffer.from("160301", "hex"), () => client.resetAndDestroy());
  assert.equal(await accept(), undefined);
  assert.deepEqual(lines, ["debug tls handshake failed"]);
});

test("a client that ends before its hello was looked at is gone", async (t) => {
  const { ground, contexts } = await scene(t);
  const client = await dial(t, ground.port);
  const plain = await ground.accepted();
  client.end(Buffer.from("160301", "hex"));
  const hello = await plain.read();
  assert.equal(await plain.read(), null);
  await new Promise((resolve) => setImmediate(resolve));
  if (hello !== null) plain.unread(hello);
  const { transport } = ground;
  assert.equal(await startTls(plain, { contexts, transport, protocols: [] }), undefined);
});

test("who destroys the plain stream in the middle of a handshake ends it", async (t) => {
  const { ground, contexts } = await scene(t);
  const peer = contractPeer(await dial(t, ground.port));
  const plain = await ground.accepted();
  const { transport } = ground;
  const done = startTls(plain, { contexts, transport, protocols: [] });
  plain.destroy();
  assert.equal(await done, undefined);
  await until(() => peer.closed, "the end at the client");
});

test("a handshake that takes too long is given up, however it dribbles", async (t) => {
  const { log, details } = recordingLogger();
  const { ground, accept } = await scene(t, log);
  const client = await dial(t, ground.port);
  client.on("error", () => {});
  const hello = Buffer.from("16030102000100", "hex");
  let answer: unknown = "none yet";
  const done = accept().then((stream) => {
    answer = stream;
  });
  for (let seconds = 0; seconds < 7; seconds++) {
    client.write(hello.subarray(seconds, seconds + 1));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(answer, "none yet");
    ground.clock.advance(1_400);
  }
  ground.clock.advance(1_200);
  await done;
  assert.equal(answer, undefined);
  assert.equal(details[0]?.reason, "it took too long");
});

test("a handshake that stalls in the middle, after a whole hello, is given up and told", async (t) => {
  const hits: string[] = [];
  const ground = await openGround(t, { limitWatch: { hit: (limit) => void hits.push(limit) } });
  const contexts = tlsContexts({ main: pairs.main, others: [] });
  const client = await dial(t, ground.port);
  client.on("error", () => {});
  const peer = contractPeer(client);
  const plain = await ground.accepted();
  const done = startTls(plain, { contexts, transport: ground.transport, protocols: ["http/1.1"] });
  client.write(await helloOf());
  await until(() => peer.received().length > 0, "the server's part");
  ground.clock.advance(9_000);
  assert.deepEqual(hits, []);
  ground.clock.advance(2_000);
  assert.equal(await done, undefined);
  assert.deepEqual(hits, ["handshake_timeout"]);
});

/** What a client says first of all. */
function helloOf(): Promise<Buffer> {
  return new Promise((resolve) => {
    const nobody = new Duplex({
      read() {},
      write(bytes: Buffer, _encoding, done) {
        resolve(Buffer.from(bytes));
        done();
      },
    });
    connectTls({ socket: nobody, rejectUnauthorized: false }).on("error", () => {});
  });
}

test("the time for a handshake begins when the stream's own deadline says so", async (t) => {
  const { ground, contexts } = await scene(t);
  await dial(t, ground.port);
  const plain = await ground.accepted();
  plain.expireAfter(10_000);
  ground.clock.advance(8_000);
  const { transport } = ground;
  const done = startTls(plain, { contexts, transport, protocols: ["http/1.1"] });
  ground.clock.advance(3_000);
  assert.equal(await done, undefined);
});

test("finish() says close_notify before FIN", async (t) => {
  const { ground, accept } = await scene(t);
  const client = spawn("openssl", ["s_client", "-ign_eof", "-connect", `127.0.0.1:${ground.port}`]);
  t.after(() => client.kill());
  let said = "";
  for (const output of [client.stdout, client.stderr]) {
    output.on("data", (piece: Buffer) => {
      said += piece.toString("latin1");
    });
  }
  const stream = await accept();
  assert.ok(stream);
  void stream.write([Buffer.from("goodbye\n")]);
  await Promise.all([stream.finish(), once(client, "close")]);
  assert.match(said, /^goodbye$/m);
  assert.match(said, /^closed$/m);
  assert.doesNotMatch(said, /unexpected eof/);
});

test("detach() gives away the TLS socket, with what was not read in front", async (t) => {
  const { shake } = await scene(t);
  const { client, stream } = await shake();
  client.write("preface");
  const bytes = await stream.read();
  if (bytes !== null) stream.unread(bytes);
  const socket = stream.detach();
  t.after(() => socket.destroy());
  const peer = contractPeer(socket);
  socket.resume();
  await until(() => peer.received().toString() === "preface", "the bytes at the new owner");
  assert.equal(Reflect.get(socket, "encrypted"), true);
});
