// Lines into a file, without ever making anybody wait: lines are gathered, batches leave one at a
// time, and when the disk says no (full, read-only, folder gone) it is said once, lines are kept as
// long as there is room, and the file is opened again and again until it works.
//
// Knows nothing of what a line means. How bytes are gathered is batches.ts's business, how they leave
// log-destination.ts's.

import type { Clock } from "../base/clock.ts";
import { type Batch, Batches, LINE_BYTES_MAX, linesOf } from "./batches.ts";
import { type Destination, destinationOf } from "./log-destination.ts";
import { openToAppend, openToAppendSync } from "./open-to-append.ts";

export interface LogFileOptions {
  /** A path, whose folder is made when missing; or a descriptor, which is never opened anew. */
  readonly dest: string | number;
  /**
   * "batches": lines leave when 64 KiB are there or half a second has passed. "at once": whenever
   * nothing is on its way, so that few lines leave one by one and many together.
   */
  readonly leave: "batches" | "at once";
  /**
   * Default: now. "when told": by the first reopen(), or by close(); lines are gathered until then.
   * For a process that is still to become another user: a file is opened as that one or not at all.
   */
  readonly opens?: "now" | "when told";
  readonly clock: Clock;
  /** One statement for the operator: when trouble starts, and when it is over. */
  readonly onTrouble: (statement: string) => void;
}

/**
 * A write to a pipe is whole up to so many bytes (POSIX, PIPE_BUF on Linux); past it, lines of other
 * processes that write there may come in between. A file that is appended to knows no such bound.
 */
const WHOLE_BYTES_MAX = 4096;
/** Kept while the disk lags or refuses; past it new lines are lost, and counted. */
const HELD_BYTES_MAX = 4 * 1024 * 1024;
const TICK_MS = 500;
/** A file that was moved or deleted without a word to us is made again after this time. */
const REFRESH_MS = 5_000;

export class LogFile {
  readonly #options: LogFileOptions;
  readonly #name: string;
  readonly #isFile: boolean;
  readonly #stopTicks: () => void;

  readonly #batches = new Batches();
  #onItsWay: Batch | undefined;
  #bytesTaken = 0;
  #heldBytes = 0;

  #isHeld: boolean;
  #current: Destination | undefined;
  /** Opened while a batch was on its way through the current one. */
  #successor: Destination | undefined;
  #opening = false;
  #openAgain = false;
  #openFailed = false;
  #openedMs = 0;
  /** Has had lines since it was opened. */
  #isUsed = false;

  #troubled = false;
  #lostLines = 0;
  #closing: Promise<void> | undefined;
  #closed: (() => void) | undefined;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#name = typeof options.dest === "string" ? options.dest : `descriptor ${options.dest}`;
    this.#isFile = typeof options.dest === "string";
    this.#stopTicks = options.clock.every(TICK_MS, () => this.#tick());
    this.#isHeld = options.opens === "when told";
    if (!this.#isHeld) this.#open();
  }

  /** @param line with its line feed */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (!this.#takes(bytes)) return;
    if (!this.#isFile && this.#batches.at + bytes > WHOLE_BYTES_MAX) this.#batches.seal();
    this.#batches.write(line, bytes);
    this.#took(bytes);
  }

  /**
   * Where a line of LINE_BYTES_MAX may be written behind `at`, with its line feed; undefined: lines
   * are taken as text only, for now.
   */
  get room(): Buffer | undefined {
    const isRoom = this.#heldBytes + LINE_BYTES_MAX <= HELD_BYTES_MAX;
    return isRoom && this.#isFile ? this.#batches.room : undefined;
  }

  get at(): number {
    return this.#batches.at;
  }

  /** A line stands in the room, up to `end`. */
  wrote(end: number): void {
    const bytes = end - this.#batches.at;
    this.#batches.wrote(end);
    this.#took(bytes);
  }

  #takes(bytes: number): boolean {
    if (this.#heldBytes + bytes <= HELD_BYTES_MAX) return true;
    this.#lostLines++;
    this.#trouble("lines come faster than they can be written");
    return false;
  }

  #took(bytes: number): void {
    this.#isUsed = true;
    this.#heldBytes += bytes;
    if (this.#batches.isFull) this.#batches.seal();
    this.#send();
  }

  /** After a rotation: lines not yet on their way go to whatever now has the name. */
  reopen(): void {
    const isFirst = this.#isHeld;
    this.#isHeld = false;
    if ((!this.#isFile && !isFirst) || this.#closing !== undefined) return;
    // What is just being opened may still be the file that was moved away.
    if (this.#opening) this.#openAgain = true;
    else this.#open();
  }

  /**
   * All that waits is written before this returns: for the last moment of a process. The batch on
   * its way is left to the thread that is writing it.
   */
  flush(): void {
    if (this.#isHeld) return;
    this.#batches.seal();
    const batches = this.#batches.rest();
    if (batches.length === 0) return;
    let failure: unknown;
    try {
      const last = destinationOf(openToAppendSync(this.#options.dest), "at once");
      last.on("error", (error) => {
        failure = error;
      });
      last.write(Buffer.concat(batches.map((batch) => batch.bytes)));
      last.destroy();
    } catch (error) {
      failure = error; // could not be opened
    }
    for (const batch of batches) this.#heldBytes -= batch.bytes.length;
    if (failure === undefined) return;
    this.#lostLines += linesOf(batches);
    this.#trouble(failure);
  }

  /** Resolves when everything is written, or when the disk has refused it once more. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#closed = resolve;
      this.#stopTicks();
      this.#batches.seal();
      if (this.#current === undefined && !this.#opening) this.#open();
      this.#send();
    });
    return this.#closing;
  }

  #tick(): void {
    if (this.#isHeld) return;
    const isOld = this.#options.clock.monotonicMs() - this.#openedMs >= REFRESH_MS;
    if (this.#current === undefined) this.#open();
    else if (isOld && this.#isUsed && this.#isFile) this.#open();
    this.#batches.seal();
    this.#send();
  }

  /** Everything that may have to happen next happens here; called whenever something has changed. */
  #send(): void {
    if (this.#onItsWay !== undefined || this.#opening || this.#current === undefined) return;
    if (this.#successor !== undefined) {
      this.#current.destroy();
      this.#current = this.#successor;
      this.#successor = undefined;
    }
    if (this.#options.leave === "at once") this.#batches.seal();
    const batch = this.#batches.next();
    if (batch !== undefined) {
      this.#onItsWay = batch;
      this.#bytesTaken = 0;
      this.#current.write(batch.bytes);
      return;
    }
    if (this.#troubled && !this.#openFailed) this.#recovered();
    if (this.#closed !== undefined) this.#end(this.#current);
  }

  #open(): void {
    if (this.#opening) return;
    this.#opening = true;
    this.#openAgain = false;
    void openToAppend(this.#options.dest).then(
      (descriptor) => this.#isOpen(this.#over(descriptor)),
      (error) => this.#couldNotOpen(error),
    );
  }

  #over(descriptor: number): Destination {
    const opened = destinationOf(descriptor, "in libuv's threads");
    opened.on("write", (bytes: number) => {
      this.#bytesTaken += bytes;
    });
    opened.on("drain", () => this.#isWritten());
    // pino passes an error on twice, and closing one that was replaced may fail, which costs nothing.
    opened.on("error", (error) => {
      if (opened === this.#current) this.#writeFailed(opened, error);
    });
    return opened;
  }

  #isOpen(opened: Destination): void {
    this.#opening = false;
    this.#openFailed = false;
    this.#openedMs = this.#options.clock.monotonicMs();
    this.#isUsed = false;
    if (this.#current === undefined) {
      this.#current = opened;
    } else {
      this.#successor?.destroy();
      this.#successor = opened;
    }
    if (this.#openAgain) this.#open();
    this.#send();
  }

  /** Whatever is still open stays in use: better lines in a file that was moved than none. */
  #couldNotOpen(error: unknown): void {
    this.#opening = false;
    this.#openFailed = true;
    this.#openedMs = this.#options.clock.monotonicMs();
    this.#trouble(error);
    if (this.#current !== undefined) this.#send();
    else if (this.#closed !== undefined) this.#giveUp(this.#closed);
  }

  #isWritten(): void {
    if (this.#onItsWay === undefined) return;
    this.#heldBytes -= this.#onItsWay.bytes.length;
    this.#batches.written(this.#onItsWay);
    this.#onItsWay = undefined;
    this.#send();
  }

  #writeFailed(failed: Destination, error: unknown): void {
    const batch = this.#onItsWay;
    this.#onItsWay = undefined;
    this.#current = this.#successor;
    this.#successor = undefined;
    failed.destroy();
    if (batch !== undefined) {
      this.#heldBytes -= this.#bytesTaken;
      this.#batches.unsent(batch, this.#bytesTaken);
    }
    this.#trouble(error);
    if (this.#closed !== undefined) this.#giveUp(this.#closed);
  }

  #trouble(cause: unknown): void {
    if (this.#troubled) return;
    this.#troubled = true;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#options.onTrouble(`cannot write the log ${this.#name}: ${reason}; serving goes on`);
  }

  #recovered(): void {
    this.#troubled = false;
    const lost = this.#lostLines;
    this.#lostLines = 0;
    this.#options.onTrouble(`the log ${this.#name} is written again; lines lost: ${lost}`);
  }

  #end(last: Destination): void {
    this.#current = undefined;
    const ended = () => this.#closed?.();
    last.once("close", ended);
    last.once("error", ended); // closing may fail too; what was written is written
    last.destroy();
  }

  #giveUp(closed: () => void): void {
    const lost = this.#lostLines + linesOf(this.#batches.rest());
    this.#heldBytes = this.#batches.at;
    this.#current?.destroy();
    this.#current = undefined;
    if (lost > 0) this.#options.onTrouble(`the log ${this.#name} has ended; lines lost: ${lost}`);
    closed();
  }
}
