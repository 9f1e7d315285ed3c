import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { type ConnectionOptions, connect, type TLSSocket, TLSSocket as Tls } from "node:tls";
import {
  type KeyPair,
  TICKET_KEY_BYTES,
  type TlsContexts,
  takesAway,
  tlsContexts,
} from "../../src/transport/tls-context.ts";
import { sClient, selfSigned, temporaryFolder } from "./openssl.ts";

const NAMES_OF_MAIN = "DNS:main.example,DNS:localhost,IP:127.0.0.1,IP:::1";

let dir = "";
let main: KeyPair = { cert: "", key: "" };
let other: KeyPair = main;
let wild: KeyPair = main;

before((t) => {
  if (!("after" in t)) throw new Error("not in a test file");
  dir = temporaryFolder(t);
  main = selfSigned(dir, "main.example", NAMES_OF_MAIN);
  other = selfSigned(dir, "other.example", "DNS:other.example,DNS:localhost");
  wild = selfSigned(dir, "wild", "DNS:*.wild.example,DNS:exact.wild.example");
});

function contexts(): TlsContexts {
  return tlsContexts({
    main,
    others: [
      { ...other, hosts: [] },
      { ...wild, hosts: [] },
    ],
  });
}

for (const [asked, answered] of [
  [undefined, "main.example"],
  ["main.example", "main.example"],
  ["other.example", "other.example"],
  ["OTHER.Example", "other.example"],
  ["other.example.", "other.example"],
  ["a.wild.example", "wild"],
  ["A.WILD.EXAMPLE", "wild"],
  ["a.b.wild.example", "main.example"],
  ["wild.example", "main.example"],
  ["unknown.example", "main.example"],
  ["my_host", "main.example"],
  ["localhost", "main.example"],
] as const) {
  test(`a handshake for ${asked ?? "no name"} sees the certificate of ${answered}`, async (t) => {
    const port = await serve(t, { contexts: contexts() });
    assert.equal(await subjectSeen(port, asked), answered);
  });
}

test("configured hosts come before the names inside, of main too", async (t) => {
  const others = [{ ...other, hosts: ["LOCALHOST", "*.more.example"] }];
  const port = await serve(t, { contexts: tlsContexts({ main, others }) });
  assert.equal(await subjectSeen(port, "localhost"), "other.example");
  assert.equal(await subjectSeen(port, "a.more.example"), "other.example");
  assert.equal(await subjectSeen(port, "other.example"), "main.example");
});

test("an exact name comes before a wildcard", async (t) => {
  const exact = [{ ...other, hosts: ["b.wild.example"] }];
  const port = await serve(t, { contexts: tlsContexts({ main: wild, others: exact }) });
  assert.equal(await subjectSeen(port, "a.wild.example"), "wild");
  assert.equal(await subjectSeen(port, "b.wild.example"), "other.example");
});

test("hosts are all names, those of main first", () => {
  const { hosts } = tlsContexts({ main, others: [{ ...other, hosts: ["Shop.Example"] }] });
  assert.deepEqual(hosts, [
    "main.example",
    "localhost",
    "127.0.0.1",
    "::1",
    "shop.example",
    "other.example",
  ]);
});

test("a pair that cannot be used is an error", () => {
  assert.throws(
    () => tlsContexts({ main: { cert: main.cert, key: other.key }, others: [] }),
    /key values mismatch/,
  );
});

// @SECLEVEL=0: the client would take anything, so a refusal is the server's.
for (const [what, words, outcome] of [
  ["TLS 1.0", ["-tls1", "-cipher", "ALL:@SECLEVEL=0"], "alert protocol version"],
  ["TLS 1.1", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "alert protocol version"],
  [
    "CBC",
    ["-tls1_2", "-cipher", "ECDHE+AES+SHA1:ECDHE+AES+SHA256:!AESGCM:@SECLEVEL=0"],
    "alert handshake failure",
  ],
  ["no forward secrecy", ["-tls1_2", "-cipher", "kRSA:@SECLEVEL=0"], "alert handshake failure"],
  ["finite field DH", ["-tls1_2", "-cipher", "DHE+AESGCM:@SECLEVEL=0"], "alert handshake failure"],
  ["no encryption", ["-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"], "alert handshake failure"],
  ["AES-CCM", ["-tls1_2", "-cipher", "ECDHE+AESCCM:@SECLEVEL=0"], "alert handshake failure"],
  ["TLS 1.2", ["-tls1_2"], "ECDHE-ECDSA-AES128-GCM-SHA256"],
  ["AES-256 alone", ["-tls1_2", "-cipher", "ECDHE+AES256"], "ECDHE-ECDSA-AES256-GCM-SHA384"],
  ["TLS 1.3", ["-tls1_3"], "TLS_AES_128_GCM_SHA256"],
  [
    "a wish for the longer key first",
    ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"],
    "TLS_AES_128_GCM_SHA256",
  ],
  [
    "a wish for ChaCha first",
    ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"],
    "TLS_CHACHA20_POLY1305_SHA256",
  ],
] as const) {
  test(`${what}: ${outcome}`, async (t) => {
    const port = await serve(t, { contexts: tlsContexts({ main, others: [] }) });
    const printed = await sClient(port, words);
    const cipher = /^New, .*, Cipher is (\S+)/m.exec(printed)?.[1];
    assert.equal(cipher, outcome.startsWith("alert") ? "(NONE)" : outcome);
    if (outcome.startsWith("alert")) assert.ok(printed.includes(outcome), printed);
  });
}

// With a limit: a server that renegotiates gladly would keep both waiting.
test("renegotiation is refused", { timeout: 10_000 }, async (t) => {
  const port = await serve(t, { contexts: tlsContexts({ main, others: [] }) }, echo);
  const printed = await sClient(port, ["-tls1_2"], "R\n");
  assert.match(printed, /RENEGOTIATING/);
  assert.match(printed, /no renegotiation/);
});

for (const version of ["-tls1_2", "-tls1_3"]) {
  for (const name of ["main.example", "other.example"]) {
    test(`a session of ${name} outlives a renewed certificate, not a host, ${version}`, async (t) => {
      const house = { contexts: contexts() };
      const port = await serve(t, house);
      const ticket = join(dir, `${name}${version}.session`);
      const words = [version, "-servername", name];
      assert.match(await sClient(port, [...words, "-sess_out", ticket]), /^New, TLS/m);
      assert.ok(existsSync(ticket));
      const resumed = () => sClient(port, [...words, "-sess_in", ticket]);
      assert.match(await resumed(), /^Reused, TLS/m);

      // Other keys and other certificates, and one name more.
      const renewed = selfSigned(dir, "renewed", `${NAMES_OF_MAIN},DNS:more.example`);
      const before = house.contexts;
      const others = [
        { ...other, hosts: [] },
        { ...wild, hosts: [] },
      ];
      house.contexts = tlsContexts({ main: renewed, others }, { before });
      assert.match(await resumed(), /^Reused, TLS/m);
      assert.equal(await subjectSeen(port, "main.example"), "renewed");

      // A wildcard that goes takes its hosts with it.
      const fewer = { main: renewed, others: others.slice(0, 1) };
      house.contexts = tlsContexts(fewer, { before: house.contexts });
      assert.match(await resumed(), /^New, TLS/m);
    });
  }
}

test("a host that a wildcard still covers was not taken away", () => {
  const covered = ["exact.wild.example"];
  assert.equal(takesAway(covered, ["*.wild.example"]), false);
  assert.equal(takesAway(covered, ["*.example"]), true);
  assert.equal(takesAway([], covered), false);
});

test("who is given the same ticket keys opens the other's tickets", async (t) => {
  const ticketKeys = randomBytes(TICKET_KEY_BYTES);
  const [one, another] = [1, 2].map(() => tlsContexts({ main, others: [] }, { ticketKeys }));
  assert.ok(one && another);
  const ticket = join(dir, "shared.session");
  const firstPort = await serve(t, { contexts: one });
  assert.match(await sClient(firstPort, ["-sess_out", ticket]), /^New, TLS/m);
  const otherPort = await serve(t, { contexts: another });
  assert.match(await sClient(otherPort, ["-sess_in", ticket]), /^Reused, TLS/m);
});

test("after a reload open connections go on", async (t) => {
  const house = { contexts: tlsContexts({ main, others: [] }) };
  const port = await serve(t, house, echo);
  const before = await handshake(port, {});
  assert.equal(before.getPeerCertificate().subject.CN, "main.example");
  house.contexts = tlsContexts({ main: other, others: [] }, { before: house.contexts });
  assert.equal(await subjectSeen(port, undefined), "other.example");
  before.write("still here");
  const [answer] = await once(before, "data");
  assert.equal(String(answer), "still here");
  before.destroy();
});

test("OpenSSL finds the chain that was given, in its order", async (t) => {
  const chained = { ...main, cert: main.cert + other.cert };
  const port = await serve(t, { contexts: tlsContexts({ main: chained, others: [] }) });
  const printed = await sClient(port, ["-showcerts"]);
  const subjects = [...printed.matchAll(/^ \d s:.*CN = (\S+)/gm)].map((it) => it[1]);
  assert.deepEqual(subjects, ["main.example", "other.example"]);
});

/** The least that uses contexts as a listener would; says hello and goodbye. */
async function serve(
  t: TestContext,
  house: { readonly contexts: TlsContexts },
  talk = hello,
): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    // The peer of a refused handshake resets; what it saw is what the test looks at.
    socket.on("error", () => {});
    const tls = new Tls(socket, {
      isServer: true,
      secureContext: house.contexts.contextFor(undefined),
      SNICallback: (name, done) => done(null, house.contexts.contextFor(name)),
    });
    tls.on("error", () => socket.destroy());
    tls.on("secure", () => talk(tls));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("not a TCP port");
  return address.port;
}

function hello(tls: TLSSocket): void {
  tls.end("hello\n");
}

function echo(tls: TLSSocket): void {
  tls.pipe(tls);
}

async function handshake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const client = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options });
  await once(client, "secureConnect");
  return client;
}

async function subjectSeen(port: number, servername: string | undefined): Promise<unknown> {
  // Node sends no SNI for "".
  const client = await handshake(port, { servername: servername ?? "" });
  const { CN } = client.getPeerCertificate().subject;
  client.destroy();
  return CN;
}
