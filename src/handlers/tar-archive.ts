// Members as a tar archive, with the package tar-stream, which nobody else here knows. One file at
// a time, and no faster than it is taken.
//
// A tar says how long a file is before its content. One that became shorter meanwhile is filled up
// with zeros, so that what follows stays readable; that it happened is in the losses, and whoever
// sends the archive does not call it whole.
//
// The package writes names as UTF-8 and times as eleven octal digits of a signed number of 32 bits.
// Names that are no UTF-8 are put right on their way out (raw names), and times beyond 1970 to 2038
// stand in a pax record (POSIX, pax, "pax Extended Header"), which may hold any number.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type Header, type Pack, pack } from "tar-stream";
import { bytesOfText } from "../base/surrogate-escape.ts";
import type { Member, MemberFile } from "./archive-members.ts";

/** Ends `members` when it is ended. */
export async function* tarOf(
  members: AsyncIterable<Member>,
): AsyncGenerator<Uint8Array, void, void> {
  const tar = pack();
  const names = new RawNames();
  const gate = new Gate();
  const filled = fill({ tar, names, gate }, members).then(
    () => tar.finalize(),
    (error: unknown) => void tar.destroy(error instanceof Error ? error : undefined),
  );
  try {
    for await (const chunk of tar) {
      assert.ok(Buffer.isBuffer(chunk), "tar-stream gives bytes");
      names.restore(chunk);
      gate.taken();
      yield chunk;
    }
  } finally {
    // Whoever waits for room in it hears that there will be none, and closes what it has open.
    tar.destroy();
    gate.taken();
    await filled;
  }
}

interface Tar {
  readonly tar: Pack;
  readonly names: RawNames;
  readonly gate: Gate;
}

async function fill({ tar, names, gate }: Tar, members: AsyncIterable<Member>): Promise<void> {
  for await (const member of members) {
    const size = member.kind === "file" ? member.size : 0;
    const written = names.sendable(member.kind === "file" ? member.name : `${member.name}/`);
    const { mtime, pax } = timeOf(member.modifiedMs);
    const records = { ...written.pax, ...pax };
    const header = { ...MODES[member.kind], name: written.name, mtime, size };
    const hasRecords = Object.keys(records).length > 0;
    await entered(tar, hasRecords ? { ...header, pax: records } : header, member);
    if (size === 0) await gate.room();
    if (tar.destroyed) throw new Error(ABANDONED);
  }
}

const ABANDONED = "nobody takes the archive any more";

// Who may do what on the server is nobody's business elsewhere.
const MODES = {
  file: { type: "file", mode: 0o644 },
  directory: { type: "directory", mode: 0o755 },
} as const;

type EntryHeader = Partial<Header> & Pick<Header, "name">;

/** Resolves when the entry is over, or rejects when the archive is. */
function entered(tar: Pack, header: EntryHeader, member: Member): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = tar.entry(header, (error) => (error ? reject(error) : resolve()));
    if (member.kind === "directory") return;
    // Its failure is the archive's, and that is told by the callback above.
    entry.on("error", () => {});
    copied(member, entry).then(() => void entry.end(undefined), reject);
  });
}

type Entry = ReturnType<Pack["entry"]>;

async function copied(file: MemberFile, entry: Entry): Promise<void> {
  let left = file.size;
  for await (const piece of file.content()) {
    await taken(entry, piece);
    left -= piece.length;
  }
  for (; left > 0; left -= ZEROS.length) {
    await taken(entry, ZEROS.subarray(0, Math.min(left, ZEROS.length)));
  }
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Resolves when there is room for more. */
function taken(entry: Entry, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (entry.destroyed) {
      reject(new Error(ABANDONED));
      return;
    }
    if (entry.write(piece)) {
      resolve();
      return;
    }
    const settle = (act: () => void) => () => {
      entry.removeListener("drain", drained);
      entry.removeListener("close", closed);
      act();
    };
    const drained = settle(resolve);
    const closed = settle(() => reject(new Error(ABANDONED)));
    entry.on("drain", drained).on("close", closed);
  });
}

const SECONDS_MAX = 0x7fff_ffff;

/** Whole seconds; what is not known is 1970, as tar has no word for that. */
function timeOf(modifiedMs = 0): { readonly mtime: Date; readonly pax?: Pax } {
  const seconds = Math.floor(modifiedMs / 1000);
  if (seconds >= 0 && seconds <= SECONDS_MAX) return { mtime: new Date(seconds * 1000) };
  return { mtime: new Date(seconds < 0 ? 0 : SECONDS_MAX * 1000), pax: { mtime: `${seconds}` } };
}

type Pax = Readonly<Record<string, string>>;

/** The package lets heads alone pile up: it waits for its reader with content only. */
class Gate {
  #entriesWaiting = 0;
  #open: (() => void) | undefined;

  /** Something was taken. */
  taken(): void {
    this.#entriesWaiting = 0;
    this.#open?.();
    this.#open = undefined;
  }

  /** Resolves when not too many wait. */
  room(): Promise<void> | undefined {
    this.#entriesWaiting++;
    if (this.#entriesWaiting < HEADS_MAX) return undefined;
    return new Promise((resolve) => {
      this.#open = resolve;
    });
  }
}

const HEADS_MAX = 64;

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Names whose bytes are no UTF-8. The package is given a stand-in of as many letters, and makes a
 * pax record of it; in that record, which is a chunk of its own, the true bytes take its place. A
 * random number in its comment tells the chunk from all others: no file's content can pose as it.
 */
class RawNames {
  readonly #nonce = randomBytes(16).toString("hex");
  readonly #waiting: { readonly standIn: string; readonly bytes: Buffer }[] = [];

  sendable(name: string): { readonly name: string; readonly pax?: Pax } {
    if (!LONE_SURROGATE.test(name)) return { name };
    const bytes = bytesOfText(name);
    const standIn = "x".repeat(bytes.length);
    this.#waiting.push({ standIn, bytes });
    return { name: standIn, pax: { hdrcharset: "BINARY", comment: this.#nonce } };
  }

  /** Chunks come in the order of the names. */
  restore(chunk: Buffer): void {
    const [next] = this.#waiting;
    if (next === undefined || !chunk.includes(this.#nonce)) return;
    const at = chunk.indexOf(` path=${next.standIn}\n`);
    next.bytes.copy(chunk, at + " path=".length);
    this.#waiting.shift();
  }
}
