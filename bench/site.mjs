// The files that are served. The same in every run: made from a counter, not from chance.

import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { folderOf } from "./cache.mjs";

const KIB = 1024;
const MIB = 1024 * KIB;
/** Bump it when a file below changes: the folder is then another one. */
const EDITION = "site-1";

/** @returns the folder, filled */
export function site() {
  const folder = folderOf(EDITION);
  const done = join(folder, ".done");
  if (existsSync(done)) return folder;
  const write = (name, bytes) => writeFileSync(join(folder, name), bytes);
  write("index.html", "<!doctype html><title>A page</title>\n");
  write("1k.txt", prose(KIB));
  write("10k.html", prose(10 * KIB));
  write("100k.bin", noise(100 * KIB));
  write("1m.bin", noise(MIB));
  write("10m.bin", noise(10 * MIB));
  writeLarge(join(folder, "1g.bin"), noise(MIB), 1024);
  const text = prose(64 * KIB);
  write("64k.txt", text);
  write("64k.txt.gz", gzipSync(text));
  write("64k.txt.br", brotliCompressSync(text));
  mkdirSync(join(folder, "many"), { recursive: true });
  // From half a KiB to 16.25 KiB, 8.5 KiB on the average: 85 MiB in all.
  for (let n = 0; n < 10_000; n++) write(`many/f${n}.txt`, prose(512 + ((n * 7919) % 64) * 256));
  mkdirSync(join(folder, "list"), { recursive: true });
  for (let n = 0; n < 1_000; n++) write(`list/document-${n}.txt`, "");
  writeFileSync(done, "");
  return folder;
}

/** Text that compresses as text does. */
function prose(length) {
  let text = "";
  for (let n = 0; text.length < length; n++) {
    const digest = createHash("sha256").update(String(n)).digest("hex").slice(0, 12);
    text += `Line ${n} of a text that says little, and that is called ${digest}.\n`;
  }
  return text.slice(0, length);
}

/** Bytes that do not compress. */
function noise(length) {
  const pieces = [];
  for (let n = 0; n * 32 < length; n++) {
    pieces.push(createHash("sha256").update(`noise ${n}`).digest());
  }
  return Buffer.concat(pieces).subarray(0, length);
}

function writeLarge(path, piece, count) {
  const file = openSync(path, "w");
  for (let n = 0; n < count; n++) writeSync(file, piece);
  closeSync(file);
}
