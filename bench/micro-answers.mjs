// Whole requests, answered from the cache: the real loop and the real handlers over a stream that
// takes everything and keeps nothing.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { site } from "./site.mjs";

const PEER = {
  address: "127.0.0.1",
  port: 1,
  localAddress: "127.0.0.1",
  localPort: 2,
  isLoopback: true,
};
const NOTHING = () => undefined;

export async function answers(build, head) {
  const load = (name) => import(pathToFileURL(join(build, name)).href);
  const parts = { ...(await load("index.js")), ...(await load("handlers/cached.js")) };
  const plain = Buffer.from("GET /1k.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const burst = Buffer.concat(Array.from({ length: 16 }, () => plain));
  const asked = async (name, bytes) => ({ name, act: await conversation(parts, bytes) });
  return [
    await asked("answer: 1 KiB, short head", plain),
    await asked("answer: 10 KiB, browser's head", head),
    await asked("answer: 16 of 1 KiB in a row", burst),
  ];
}

/** @returns a function that sends `bytes` once more on a connection that has already been used */
async function conversation(parts, bytes) {
  const stream = deafStream();
  const service = serviceOver(handlerOf(parts), parts);
  const loop = parts.serveHttp1(stream, service, parts.DEFAULT_HTTP1_LIMITS);
  await step(loop, loop.next(), parts.MORE);
  // The first time the file is read; from then on every answer comes in the same turn.
  await step(loop, loop.next(bytes), parts.MORE);
  const answered = stream.written;
  if (answered < 1024) throw new Error("the first request was not answered");
  return () => {
    const before = stream.written;
    const { value } = loop.next(bytes);
    if (value !== parts.MORE || stream.written === before) throw new Error("not answered at once");
  };
}

async function step(loop, first, more) {
  let { value, done } = first;
  while (value !== more) {
    if (done) throw new Error("the connection was ended");
    await value;
    ({ value, done } = loop.next(null));
  }
}

/** As server/service.ts, without what only happens when something goes wrong. */
function serviceOver(handler, { systemClock, silentLogger }) {
  const context = { peer: PEER, clock: systemClock, log: silentLogger, route: "", requestId: "" };
  return {
    clock: systemClock,
    draining: false,
    answer: (request) => handler(request, context),
    refuse(status, reason) {
      throw new Error(`${status} ${reason}`);
    },
    sent: NOTHING,
    idle: NOTHING,
  };
}

/** Nothing goes stale in here: there is no disk in what is measured. */
function handlerOf(parts) {
  const files = parts.staticFiles({
    fileSystem: parts.diskFileSystem({ root: site(), symlinks: "inside", dotfiles: false }),
    fileSystemName: "site",
    origin: { file: "", line: 0 },
    prefix: "/",
    router: "static",
    index: true,
    indexNames: ["index.html"],
    languages: [],
    types: [],
    cleanUrls: false,
    mediaTypes: parts.mediaTypesOf(new Map()),
    cacheControl: () => "no-cache",
    compressor: undefined,
    listingEntriesMax: 1000,
  });
  return parts.cached(files, { bytesMax: 2 ** 26, freshMs: 3_600_000 });
}

function deafStream() {
  return {
    written: 0,
    destroyed: false,
    write(chunks) {
      for (const chunk of chunks) this.written += chunk.length;
      return undefined;
    },
    flush: NOTHING,
    expireAfter: NOTHING,
    unread: NOTHING,
    destroy: NOTHING,
    finish: () => Promise.resolve(),
    leave: () => Promise.resolve(),
  };
}
