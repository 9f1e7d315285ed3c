import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { sourceOf } from "../../../src/base/byte-source.ts";
import type { FileSystem } from "../../../src/vfs/file-system.ts";
import { type HttpsFileSystem, httpsFileSystem } from "../../../src/vfs/https/client.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { ROOT } from "../../../src/vfs/path.ts";
import { readOnly } from "../../../src/vfs/read-only.ts";
import type { Differences } from "../../contract/differences.ts";
import {
  at,
  contentOf,
  fileSystemContract,
  namesIn,
  rejects,
  textAt,
} from "../../contract/file-system.ts";
import { put, writerContract } from "../../contract/file-system-writer.ts";
import { type Lent, lend, play, SESSION_IDLE_MS } from "../../support/lent.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { selfSigned } from "../../transport/openssl.ts";

/** What the protocol has no words for. */
const DIFFERENCES: Differences = {
  openFiles: "by name",
  names: "utf-8",
  times: "none",
  renames: "none",
};

interface Cleanup {
  after(act: () => void): void;
}

function clientOf(t: Cleanup, { url, ca }: Lent): HttpsFileSystem {
  const fs = httpsFileSystem({ url, ca });
  t.after(() => fs.close());
  return fs;
}

async function overHttps(t: Cleanup, behind: FileSystem): Promise<HttpsFileSystem> {
  return clientOf(t, await lend(t, behind));
}

fileSystemContract(
  "a file system over HTTPS",
  async (files, t) => {
    const behind = memoryFileSystem(Object.fromEntries(files));
    return {
      fs: await overHttps(t, behind),
      replace: async (path, content) => behind.put(path, content),
      remove: async (path) => behind.remove(path),
    };
  },
  DIFFERENCES,
);

writerContract(
  "a file system over HTTPS",
  async (files, t) => overHttps(t, memoryFileSystem(files)),
  DIFFERENCES,
);

describe("logging in", () => {
  const USER = ["ann", "a:b \u00e9"] as const;
  const FILES = { "/a": "x".repeat(100_000) };

  test("the credentials are asked for once, for the realm, and by all who wait", async (t) => {
    const lent = await lend(t, memoryFileSystem(FILES), { user: USER });
    const realms: string[] = [];
    const fs = httpsFileSystem({
      url: lent.url,
      ca: lent.ca,
      async credentials(realm) {
        realms.push(realm);
        await new Promise(setImmediate);
        return { user: USER[0], password: USER[1] };
      },
    });
    t.after(() => fs.close());
    const stats = await Promise.all([fs.stat(at("/a")), fs.stat(at("/a")), fs.stat(at("/a"))]);
    assert.deepEqual(
      stats.map(({ size }) => size),
      [100_000, 100_000, 100_000],
    );
    assert.equal((await fs.stat(at("/a"))).size, 100_000);
    assert.ok(realms.length <= 3 && realms.every((realm) => realm === "PME"), realms.join());
    const before = realms.length;
    for (let i = 0; i < 5; i++) await fs.stat(at("/a"));
    assert.equal(realms.length, before);
  });

  test("a session that ends in the middle of a file is begun anew", async (t) => {
    const lent = await lend(t, memoryFileSystem(FILES), { user: USER });
    const fs = httpsFileSystem({ ...lent, credentials: { user: USER[0], password: USER[1] } });
    t.after(() => fs.close());
    const file = await fs.open(at("/a"));
    assert.equal(await textAt(file, 0, 10), "xxxxxxxxxx");
    lent.clock.advance(SESSION_IDLE_MS + 1);
    assert.equal(await textAt(file, 90_000, 10), "xxxxxxxxxx");
    lent.clock.advance(SESSION_IDLE_MS + 1);
    assert.equal((await fs.writer.append(at("/a"), Buffer.from("once"))).size, 100_004);
    assert.deepEqual(
      lent.statuses.filter((status) => status !== 200),
      [401, 401, 401],
    );
    await file.close();
  });

  for (const [what, credentials, message] of [
    ["no credentials", undefined, /wants a user and a password/],
    ["a wrong password", { user: "ann", password: "no" }, /does not accept this user/],
    ["nobody who answers", () => undefined, /wants a user and a password/],
    ["a name with a colon", { user: "a:b", password: "" }, /no colon/],
    [
      "a question that fails",
      () => {
        throw new Error("the terminal is gone");
      },
      /the terminal is gone/,
    ],
  ] as const) {
    test(`with ${what} it is denied`, async (t) => {
      const lent = await lend(t, memoryFileSystem(FILES), { user: USER });
      const fs = httpsFileSystem({ ...lent, credentials });
      t.after(() => fs.close());
      await rejects(fs.stat(at("/a")), "denied");
      await assert.rejects(fs.stat(at("/a")), message);
    });
  }

  for (const challenge of [undefined, 'Basic realm="home"', "Negotiate"]) {
    test(`no password is given away for ${challenge ?? "no challenge"}`, async (t) => {
      const lent = await play(t, (_incoming, _body, outgoing) => {
        outgoing.statusCode = 401;
        if (challenge !== undefined) outgoing.setHeader("WWW-Authenticate", challenge);
        outgoing.end();
      });
      const fs = httpsFileSystem({ ...lent, credentials: () => assert.fail("it was asked for") });
      t.after(() => fs.close());
      await assert.rejects(fs.stat(at("/a")), /a login of a kind that is not known here/);
      assert.equal(lent.commands.length, 1);
    });
  }

  test("a server that gives no session is told who we are each time, unasked", async (t) => {
    const lent = await play(t, ({ headers }, _body, outgoing) => {
      const isKnown = headers.authorization === "Basic YW5uOmI=";
      outgoing.statusCode = isKnown ? 200 : 401;
      outgoing.setHeader("WWW-Authenticate", 'Basic realm="PME", charset="UTF-8"');
      outgoing.end(isKnown ? '{"Metadata":{"Ok":{"file_type":"File","len":5}}}' : "");
    });
    const fs = httpsFileSystem({ ...lent, credentials: { user: "ann", password: "b" } });
    t.after(() => fs.close());
    for (let i = 0; i < 3; i++) assert.equal((await fs.stat(at("/a"))).size, 5);
    assert.equal(lent.commands.length, 4);
  });
});

describe("reading far away", () => {
  const BIG = Buffer.alloc(2_000_000, "0123456789abcdef-");

  function readsIn({ commands }: Lent): { pos: number; len: number }[] {
    return commands.flatMap((text) => {
      const { Read } = JSON.parse(text);
      return Read === undefined ? [] : [Read];
    });
  }

  test("small reads one after the other cost few commands", async (t) => {
    const lent = await lend(t, memoryFileSystem({ "/big": BIG }));
    const file = await clientOf(t, lent).open(at("/big"));
    const whole = Buffer.alloc(BIG.length);
    for (let position = 0; position < BIG.length; ) {
      position += await file.readAt(whole.subarray(position, position + 1000), position);
    }
    await file.close();
    assert.ok(whole.equals(BIG));
    const reads = readsIn(lent);
    assert.ok(reads.length < 20, `${reads.length} commands for 2000 reads`);
    assert.ok(reads.every(({ len }) => len <= 262_144));
  });

  test("whoever jumps gets exactly what was asked for, and no more is sent", async (t) => {
    const lent = await lend(t, memoryFileSystem({ "/big": BIG }));
    const file = await clientOf(t, lent).open(at("/big"));
    for (const [position, length] of [
      [1_500_000, 10],
      [3, 7],
      [999_999, 100],
    ] as const) {
      const target = Buffer.alloc(length);
      assert.equal(await file.readAt(target, position), length);
      assert.ok(target.equals(BIG.subarray(position, position + length)));
    }
    await file.close();
    assert.deepEqual(
      readsIn(lent).map(({ pos, len }) => [pos, len]),
      [
        [1_500_000, 10],
        [3, 7],
        [999_999, 100],
      ],
    );
  });

  test("a server that gives little at a time is asked again", async (t) => {
    const lent = await lend(t, memoryFileSystem({ "/a": "0123456789" }), { readBytesMax: 3 });
    const fs = clientOf(t, lent);
    assert.equal(await contentOf(fs, at("/a")), "0123456789");
  });

  test("nothing behind the end is asked for", async (t) => {
    const lent = await lend(t, memoryFileSystem({ "/a": "0123456789" }));
    const file = await clientOf(t, lent).open(at("/a"));
    assert.equal(await file.readAt(Buffer.alloc(5), 10), 0);
    assert.equal(await file.readAt(Buffer.alloc(5), 1_000_000), 0);
    assert.deepEqual(readsIn(lent), []);
  });

  test("names that lead elsewhere, or nowhere, are left out of a listing", async (t) => {
    const names = ["a", "..", ".", "", "../../etc/passwd", "/x", "b/c", "n\0l", "a"];
    const lent = await play(t, (_incoming, body, outgoing) => {
      const isList = body.toString().startsWith('{"ReadDir"');
      const metadata = '{"Metadata":{"Ok":{"file_type":"File","len":1}}}';
      outgoing.end(isList ? JSON.stringify({ ReadDir: { result: { Ok: names } } }) : metadata);
    });
    assert.deepEqual(await namesIn(clientOf(t, lent), ROOT), ["a"]);
  });
});

describe("changing far away", () => {
  test("a large draft waits in a file and arrives whole", async (t) => {
    const behind = memoryFileSystem();
    const lent = await lend(t, behind);
    const spoolFolder = tempFolder(t);
    const fs = httpsFileSystem({
      ...lent,
      spoolFolder,
      limits: { draftMemoryBytesMax: 1000, writeBytesMax: 50_000 },
    });
    t.after(() => fs.close());
    const text = "0123456789".repeat(20_000);
    await put(fs.writer, "/big", text);
    assert.equal(await contentOf(behind, at("/big")), text);
    assert.deepEqual(readdirSync(spoolFolder), []);
    assert.equal(lent.commands.filter((command) => command.startsWith('{"Write"')).length, 4);
  });

  test("a file goes from where it lies, and each piece is told", async (t) => {
    const behind = memoryFileSystem();
    const fs = httpsFileSystem({ ...(await lend(t, behind)), limits: { writeBytesMax: 4 } });
    t.after(() => fs.close());
    const told: number[] = [];
    const onBytes = (count: number) => void told.push(count);
    const stat = await fs.send(at("/a"), sourceOf(Buffer.from("0123456789")), {
      expected: "nothing",
      onBytes,
    });
    assert.equal(stat.size, 10);
    assert.deepEqual(told, [4, 4, 2]);
    assert.equal(await contentOf(behind, at("/a")), "0123456789");
  });

  test("a server that takes little at a time gets little at a time", async (t) => {
    let taken = "";
    const lent = await play(t, (_incoming, body, outgoing) => {
      const { Write } = JSON.parse(body.toString());
      const metadata = '{"Metadata":{"Ok":{"file_type":"File","len":0}}}';
      if (Write === undefined) return outgoing.end(metadata);
      outgoing.statusCode = body.length > 4000 ? 413 : 200;
      if (body.length <= 4000) taken += Buffer.from(Write.data, "base64").subarray(0, 1000);
      return outgoing.end(
        body.length > 4000 ? "" : `{"Write":{"Ok":${Math.min(Write.len, 1000)}}}`,
      );
    });
    const text = "0123456789".repeat(1000);
    await clientOf(t, lent).writer.append(at("/a"), Buffer.from(text));
    assert.equal(taken, text);
    assert.equal(lent.statuses.filter((status) => status === 413).length, 2);
  });

  test("a change whose connection breaks is not sent again", async (t) => {
    const lent = await play(t, ({ socket }, body, outgoing) => {
      if (body.toString().startsWith('{"Write"')) socket.destroy();
      else outgoing.end('{"Metadata":{"Ok":{"file_type":"File","len":5}}}');
    });
    const fs = clientOf(t, lent);
    await rejects(fs.writer.append(at("/a"), Buffer.from("x")), "unavailable");
    assert.equal(lent.commands.filter((text) => text.startsWith('{"Write"')).length, 1);
  });

  test("a question whose kept connection has just been closed is asked again", async (t) => {
    let count = 0;
    const lent = await play(t, ({ socket }, _body, outgoing) => {
      if (++count === 2) socket.destroy();
      else outgoing.end('{"Metadata":{"Ok":{"file_type":"File","len":5}}}');
    });
    const fs = clientOf(t, lent);
    await fs.stat(at("/a"));
    assert.equal((await fs.stat(at("/a"))).size, 5);
    assert.equal(lent.commands.length, 3);
  });

  test("a new file that could not be sent whole is taken away again", async (t) => {
    const behind = memoryFileSystem({ "/d/": "" }, { bytesMax: 10 });
    const fs = httpsFileSystem({ ...(await lend(t, behind)), limits: { writeBytesMax: 4 } });
    t.after(() => fs.close());
    await rejects(put(fs.writer, "/d/new", "0123456789012345"), "no-space");
    assert.deepEqual(await namesIn(behind, at("/d")), []);
  });

  test("what is left of a file that was to be replaced is told", async (t) => {
    const behind = memoryFileSystem({}, { bytesMax: 10 });
    await put(behind.writer, "/a", "old");
    const fs = httpsFileSystem({ ...(await lend(t, behind)), limits: { writeBytesMax: 4 } });
    t.after(() => fs.close());
    await assert.rejects(
      put(fs.writer, "/a", "0123456789012345"),
      /\/a: its old content is lost, and of the new one about 8 bytes are there/,
    );
    assert.equal(await contentOf(behind, at("/a")), "01234567");
  });

  test("an old server is never asked for what it does not survive", async (t) => {
    const lent = await lend(t, memoryFileSystem({ "/d/x": "x" }));
    const fs = clientOf(t, lent);
    await rejects(fs.writer.append(at("/no"), Buffer.from("x")), "not-found");
    await rejects(fs.writer.makeDirectory(at("/d")), "exists");
    await rejects(fs.writer.remove(at("/d")), "not-empty");
    const kinds = lent.commands.map((text) => Object.keys(JSON.parse(text))[0]);
    assert.deepEqual(kinds, ["Metadata", "Metadata", "Metadata", "ReadDir"]);
  });

  test("a change of one file does not wait for the upload of another", async (t) => {
    const behind = memoryFileSystem();
    const fs = await overHttps(t, behind);
    let goOn = () => {};
    const slow = new Promise<number>((resolve) => {
      goOn = () => resolve(0);
    });
    const source = { readAt: () => slow, close: async () => {} };
    const sending = fs.send(at("/slow"), source, { expected: "anything" });
    await put(fs.writer, "/quick", "q");
    goOn();
    await sending;
    assert.deepEqual(await namesIn(behind, ROOT), ["quick", "slow"]);
  });

  test("what cannot be written is read-only, or denied where the server does not say", async (t) => {
    const fs = await overHttps(t, readOnly(memoryFileSystem({ "/a": "a" })));
    await rejects(fs.writer.append(at("/a"), Buffer.from("x")), "read-only");
    await rejects(fs.writer.remove(at("/a")), "read-only");
    await rejects(put(fs.writer, "/new", "x"), "denied");
    await rejects(fs.writer.makeDirectory(at("/d")), "denied");
    assert.equal(await contentOf(fs, at("/a")), "a");
  });
});

describe("a server that is none, or a bad one", () => {
  for (const [what, status, body, code, message] of [
    ["another page", 404, "<html>", "unavailable", /lends no file system/],
    ["a page for all", 200, "<html>", "unavailable", /gives no answer to Metadata/],
    ["another answer", 200, '{"Exists":{"Ok":true}}', "unavailable", /no answer to Metadata/],
    ["a refusal", 403, "", "denied", /does not let us/],
    ["a rate", 429, "", "unavailable", /answers with status 429/],
    ["an error of its own", 500, "", "unavailable", /answers with status 500/],
    ["too much", 200, "x".repeat(5000), "unavailable", /longer than 4000 bytes/],
  ] as const) {
    test(`${what} (${status}) is ${code}`, async (t) => {
      const lent = await play(t, (_incoming, _body, outgoing) => {
        outgoing.statusCode = status;
        outgoing.end(body);
      });
      const fs = httpsFileSystem({ ...lent, limits: { answerBytesMax: 4000 } });
      t.after(() => fs.close());
      await rejects(fs.stat(at("/a")), code);
      await assert.rejects(fs.stat(at("/a")), message);
    });
  }

  test("no answer in time is unavailable", async (t) => {
    const lent = await play(t, () => {});
    const fs = httpsFileSystem({ ...lent, limits: { timeoutMs: 60 } });
    t.after(() => fs.close());
    await assert.rejects(fs.stat(at("/a")), /no answer within 0.06 s/);
  });

  test("an answer that never ends is not waited for", async (t) => {
    const lent = await play(t, (_incoming, _body, outgoing) => {
      const timer = setInterval(() => outgoing.write(" "), 10);
      outgoing.on("close", () => clearInterval(timer));
    });
    const fs = httpsFileSystem({ ...lent, limits: { timeoutMs: 80 } });
    t.after(() => fs.close());
    await assert.rejects(fs.stat(at("/a")), /no answer within 0.08 s/);
  });

  test("closing ends what is on its way", async (t) => {
    const lent = await play(t, () => fs.close());
    const fs = httpsFileSystem(lent);
    await assert.rejects(fs.stat(at("/a")), /interrupted/);
    await assert.rejects(fs.stat(at("/a")), /interrupted/);
  });

  test("no more connections are opened than allowed", async (t) => {
    let [now, most] = [0, 0];
    const lent = await play(t, (_incoming, _body, outgoing) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        outgoing.end('{"Metadata":{"Ok":{"file_type":"File","len":5}}}');
      }, 20);
    });
    const fs = httpsFileSystem({ ...lent, limits: { connectionsMax: 2 } });
    t.after(() => fs.close());
    await Promise.all(Array.from({ length: 20 }, () => fs.stat(at("/a"))));
    assert.equal(most, 2);
    assert.equal(lent.commands.length, 20);
  });

  test("another version of the protocol is not guessed at", async (t) => {
    const lent = await play(t, (_incoming, _body, outgoing) => {
      outgoing.setHeader("HttpsFS-Version", "2");
      outgoing.end('{"Metadata":{"Ok":{"file_type":"File","len":5}}}');
    });
    await assert.rejects(clientOf(t, lent).stat(at("/a")), /speaks version 2 of this protocol/);
  });
});

describe("who the server is", () => {
  test("a certificate of somebody unknown is refused in plain words", async (t) => {
    const { url } = await lend(t, memoryFileSystem());
    const fs = httpsFileSystem({ url });
    t.after(() => fs.close());
    await assert.rejects(fs.stat(ROOT), /signed by nobody who is trusted here/);
  });

  test("a certificate for another name is refused in plain words", async (t) => {
    const { cert, key } = selfSigned(tempFolder(t), "other.test");
    const server = createTlsServer({ cert, key });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => void server.close());
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const fs = httpsFileSystem({ url: `https://localhost:${address.port}/`, ca: cert });
    t.after(() => fs.close());
    await assert.rejects(fs.stat(ROOT), /its certificate is not for localhost$/);
  });

  test("where nobody listens, and where no TLS is spoken, it says so", async (t) => {
    const silent = createServer((socket) => {
      socket.on("error", () => {});
      socket.resume().end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    assert.ok(typeof address === "object" && address !== null);
    const url = `https://localhost:${address.port}/`;
    const fs = httpsFileSystem({ url });
    t.after(() => fs.close());
    await assert.rejects(fs.stat(ROOT), /no TLS is spoken there/);
    await new Promise((resolve) => silent.close(resolve));
    await assert.rejects(fs.stat(ROOT), /nobody listens there/);
  });

  for (const [url, message] of [
    ["http://localhost/", /not an https URL/],
    ["https://ann:secret@localhost/", /user and password are no part/],
    ["https://localhost/?a", /query or a fragment/],
    ["https://localhost/#/a", /query or a fragment/],
  ] as const) {
    test(`${url} is refused`, () => {
      assert.throws(() => httpsFileSystem({ url }), message);
    });
  }
});
