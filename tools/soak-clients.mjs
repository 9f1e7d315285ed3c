// The crowd of a soak: good clients, whose every answer is compared with the disk; slow ones, who
// get the same with patience; broken ones, who leave in the middle; hostile ones, who only cost.

import http from "node:http";
import https from "node:https";
import { connect as connectTcp } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { below, ended, opened, pick, sleep } from "./soak-sockets.mjs";

/**
 * @param {{ plainPort: number, securePort: number, files: Record<string, Buffer> }} site
 * @returns {{ tally: Tally, stop(): Promise<void> }}
 */
export function crowd(site) {
  const tally = { good: 0, slow: 0, again: 0, broken: 0, hostile: 0, failures: [] };
  const crew = { ...site, tally, isOver: false };
  const loops = [];
  const send = (count, act) => {
    for (let number = 0; number < count; number++) loops.push(loop(crew, act, number));
  };
  send(16, goodClient);
  send(6, slowReader);
  send(6, slowSpeaker);
  send(8, brokenClient);
  send(8, hostileClient);
  return {
    tally,
    async stop() {
      crew.isOver = true;
      await Promise.all(loops);
    },
  };
}

/** One after the other until it is over. What is thrown is a failure of the server's. */
async function loop(crew, act, number) {
  while (!crew.isOver) {
    try {
      await act(crew, number);
    } catch (error) {
      crew.tally.failures.push(`${act.name}: ${error.message}`);
      await sleep(100);
    }
  }
}

// Good clients

/** A visit: some requests over one connection. */
async function goodClient(crew, number) {
  const wire = wireOf(crew, number);
  try {
    for (let count = below(40); count >= 0 && !crew.isOver; count--) {
      await pick(QUESTIONS)(crew, wire);
      crew.tally.good++;
    }
  } finally {
    wire.agent.destroy();
  }
}

function wireOf({ plainPort, securePort }, number) {
  const options = { keepAlive: true, maxSockets: 1 };
  return number % 2 === 0
    ? { module: http, port: plainPort, agent: new http.Agent(options) }
    : {
        module: https,
        port: securePort,
        agent: new https.Agent({ ...options, rejectUnauthorized: false }),
      };
}

const QUESTIONS = [
  async function whole(crew, wire) {
    const [path, bytes] = file(crew);
    const { body } = await ask(crew, wire, { path }, 200);
    same(body, bytes, path);
  },
  async function part(crew, wire) {
    const [path, bytes] = file(crew);
    const start = below(bytes.length);
    const end = start + below(bytes.length - start);
    const { body } = await ask(
      crew,
      wire,
      { path, headers: { range: `bytes=${start}-${end}` } },
      206,
    );
    same(body, bytes.subarray(start, end + 1), `${path} ${start}-${end}`);
  },
  async function coded(crew, wire) {
    const [path, bytes] = file(crew);
    const headers = { "accept-encoding": pick(["br", "gzip", "gzip, br;q=0.5"]) };
    const { body, headers: got } = await ask(crew, wire, { path, headers }, 200);
    const coding = got["content-encoding"];
    const decode = { br: brotliDecompressSync, gzip: gunzipSync }[coding] ?? ((it) => it);
    same(decode(body), bytes, `${path} as ${coding}`);
  },
  async function known(crew, wire) {
    const [path] = file(crew);
    const first = await ask(crew, wire, { path, method: "HEAD" }, 200);
    const headers = { "if-none-match": first.headers.etag };
    const { body } = await ask(crew, wire, { path, headers }, 304);
    same(body, Buffer.alloc(0), `304 for ${path}`);
  },
  async function missing(crew, wire) {
    await ask(crew, wire, { path: `/missing-${below(1000)}.txt` }, 404);
  },
  async function refused(crew, wire) {
    const { headers } = await ask(crew, wire, { path: "/small.txt", method: "POST" }, 405);
    if (headers.allow === undefined) throw new Error("405 without Allow");
  },
];

function file({ files }) {
  return pick(Object.entries(files));
}

/** Asked once more where the connection ended between two requests, as any client may (RFC 9112, 9.3.1). */
async function ask(crew, wire, question, status) {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await exchange(wire, question);
      if (answer.status === status) return answer;
      throw new Error(`${question.path}: ${answer.status} instead of ${status}`);
    } catch (error) {
      if (error.mayAskAgain !== true || tries > 2) throw error;
      crew.tally.again++;
    }
  }
}

function exchange({ module, port, agent }, question) {
  return new Promise((resolve, reject) => {
    const request = module.request(
      { host: "127.0.0.1", port, agent, timeout: 20_000, ...question },
      (response) => {
        const pieces = [];
        response.on("data", (piece) => pieces.push(piece));
        response.once("error", reject);
        response.once("end", () => {
          const { statusCode: status, headers } = response;
          resolve({ status, headers, body: Buffer.concat(pieces) });
        });
      },
    );
    request.once("timeout", () => request.destroy(new Error(`${question.path}: no answer`)));
    request.once("error", (error) => {
      error.mayAskAgain = request.reusedSocket && error.code === "ECONNRESET";
      reject(error);
    });
    request.end();
  });
}

function same(got, expected, what) {
  if (!got.equals(expected)) throw new Error(`${what}: a wrong body of ${got.length} bytes`);
}

// Slow clients

/** Takes a large file at about a mebibyte a second. */
async function slowReader(crew, number) {
  const { module, port, agent } = wireOf(crew, number);
  const path = "/large.bin";
  const expected = crew.large;
  await new Promise((resolve, reject) => {
    const request = module.get({ host: "127.0.0.1", port, agent, path }, async (response) => {
      let at = 0;
      try {
        for await (const piece of response) {
          same(piece, expected.subarray(at, at + piece.length), `${path} at ${at}`);
          at += piece.length;
          await sleep(piece.length / 1000);
        }
        if (at !== expected.length) throw new Error(`${path} ended at ${at}`);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
    request.once("error", reject);
  });
  agent.destroy();
  crew.tally.slow++;
}

/** Says its head letter by letter, but in time. */
async function slowSpeaker(crew, number) {
  const socket = await opened(crew, number % 2 === 0);
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes.toString("latin1");
  });
  for (const letter of "GET /small.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") {
    socket.write(letter);
    await sleep(20);
  }
  await ended(socket, 10_000);
  if (!heard.endsWith(`\r\n\r\n${crew.files["/small.txt"]}`)) throw new Error("no whole answer");
  crew.tally.slow++;
}

// Broken and hostile clients: what becomes of them is theirs to bear.

const HALVES = [
  "",
  "GET / HT",
  "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /small.txt HTTP/1.1\r\nHost: a\r\n\r\n".repeat(30),
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\nabc",
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
  "GET /page.html HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\n\r\n",
];

async function brokenClient(crew) {
  const socket = await opened(crew, below(2) === 0).catch(() => undefined);
  if (socket === undefined) return;
  socket.write(pick(HALVES));
  await sleep(below(30));
  if (below(2) === 0) socket.destroy();
  else (socket.beneath ?? socket).resetAndDestroy();
  crew.tally.broken++;
}

async function hostileClient(crew) {
  await pick(ATTACKS)(crew);
  crew.tally.hostile++;
}

const ATTACKS = [
  /** Asks and asks, and never reads. */
  async function deafFlood(crew) {
    const socket = await opened(crew, below(2) === 0);
    socket.pause();
    const piece = "GET /page.html HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100);
    for (let count = 0; count < 50 && socket.writableLength < 1 << 20; count++) socket.write(piece);
    await sleep(1_000);
    socket.destroy();
  },
  (crew) => pour(crew, "GET /", "a".repeat(16_384)),
  (crew) => pour(crew, "GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n".repeat(2_000)),
  (crew) => pour(crew, CHUNKED, "1\r\nx\r\n".repeat(2_000)),
  (crew) => pour(crew, `${CHUNKED}5;`, "e".repeat(16_384)),
  (crew) => pour(crew, `${CHUNKED}0\r\n`, "X: y\r\n".repeat(2_000)),
  (crew) => pour(crew, "", Buffer.from(Array.from({ length: 4_096 }, () => below(256)))),
  /** A handshake that is begun and left. */
  async function halfHandshake({ securePort }) {
    const socket = connectTcp({ port: securePort, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.write(Buffer.from("16030100c8010000c40303", "hex"));
    await sleep(500);
    socket.resetAndDestroy();
  },
  /** A head that dribbles in until nobody listens any more. */
  async function dribble(crew) {
    const socket = await opened(crew, true);
    socket.write("GET / HTTP/1.1\r\nX: ");
    for (let count = 0; count < 100 && socket.writable && !crew.isOver; count++) {
      socket.write("a");
      await sleep(50);
    }
    socket.destroy();
  },
];

const CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

async function pour(crew, start, piece) {
  const socket = await opened(crew, below(2) === 0);
  socket.resume();
  socket.write(start);
  for (let count = 0; count < 200 && socket.writable && socket.writableLength < 1 << 20; count++) {
    socket.write(piece);
    if (count % 10 === 0) await sleep(1);
  }
  await ended(socket, 500);
  socket.destroy();
}
