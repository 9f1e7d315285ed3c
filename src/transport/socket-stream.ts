// A socket as a ByteStream: plain or TLS, reading into shared memory or by 'data' events. Here
// the parts meet (inbox.ts reads, outbox.ts writes, deadlines.ts tells the time) and here a
// connection ends: politely by finish(), at once by destroy(), or as somebody else's by detach().

import type { Socket } from "node:net";
import type { ByteStream, Loop } from "../base/byte-stream.ts";
import { UNIX } from "../base/ip-address.ts";
import { type LimitWatch, nobodyWatches } from "../base/limit-watch.ts";
import type { Peer } from "../base/peer.ts";
import { bytesToFill, earned } from "../base/time-account.ts";
import type { Deadlines, Expirable } from "./deadlines.ts";
import { Inbox, type InboxOwner } from "./inbox.ts";
import type { KernelQueues } from "./kernel-queues.ts";
import { HIGH_WATER_BYTES, KEPT_PIECE_BYTES, Outbox } from "./outbox.ts";
import { Progress } from "./progress.ts";

export interface SocketStreamOptions {
  readonly peer: Peer;
  readonly deadlines: Deadlines;
  readonly kernelQueues: KernelQueues;
  readonly lingerMs: number;
  /** Bytes a second that a peer must take while it is waited for; 0: any will do. */
  readonly sendRateMin: number;
  readonly limitWatch?: LimitWatch;
  /** As the kernel knows the peer, where somebody else has vouched for another. */
  readonly wirePeer?: Peer;
  /** Counts the connection under another address; false: that one has too many. */
  readonly readmit?: (address: string) => boolean;
  /** When the socket has closed, even if it was given away by then. */
  readonly onClose?: () => void;
  /** Under TLS: the plain socket beneath, whose bytes the kernel counts. */
  readonly beneath?: Socket;
  readonly copiesAtOnce?: boolean; // what is written is not kept: shared-tls.ts
}

/** What is dropped after the end, at most, from a peer that goes on sending. */
const LINGER_BYTES_MAX = 16 * 1024 * 1024;

const NEVER = Number.POSITIVE_INFINITY;

export class SocketStream implements ByteStream, InboxOwner, Expirable {
  readonly pieceBytes: number;
  /** As the kernel knows it. */
  readonly wirePeer: Peer;
  destroyed = false;
  deadlineMs: number = NEVER;
  readonly #socket: Socket;
  readonly #deadlines: Deadlines;
  readonly #lingerMs: number;
  readonly #sendRateMin: number;
  /** Plain, and not a Unix socket. */
  readonly #isTcp: boolean;
  readonly #limitWatch: LimitWatch;
  readonly #readmit: (address: string) => boolean;
  #peer: Peer;
  readonly #inbox: Inbox = new Inbox(this);
  readonly #outbox: Outbox;
  readonly #progress: Progress;
  #windowMs: number = NEVER;
  /** When the peer was last seen to take something. */
  #tookAtMs = Number.NEGATIVE_INFINITY;
  /** The inbox was full: the socket reads no more until somebody waits. */
  #paused = false;
  /** Set when the socket was given away: destroys it there. */
  #newOwner: (() => void) | undefined;
  #finishing: Promise<void> | undefined;
  #finished: (() => void) | undefined;
  /** Our FIN has left; now we only wait for the peer's. */
  #lingers = false;
  #dropped = 0;

  constructor(socket: Socket, options: SocketStreamOptions) {
    this.#peer = options.peer;
    this.wirePeer = options.wirePeer ?? options.peer;
    this.#socket = socket;
    this.#deadlines = options.deadlines;
    this.#lingerMs = options.lingerMs;
    this.#sendRateMin = options.sendRateMin;
    this.#isTcp = options.beneath === undefined && this.wirePeer.address !== UNIX;
    this.pieceBytes = options.beneath === undefined ? KEPT_PIECE_BYTES : HIGH_WATER_BYTES;
    this.#limitWatch = options.limitWatch ?? nobodyWatches;
    this.#readmit = options.readmit ?? anybody;
    this.#outbox = new Outbox(socket, options.copiesAtOnce);
    this.#progress = new Progress(options.beneath ?? socket, this.wirePeer, options.kernelQueues);
    this.#deadlines.add(this);
    this.#listen();
    // It comes only once, and once() keeps two objects more for each connection.
    if (options.onClose !== undefined) socket.on("close", options.onClose);
  }

  #listen(): void {
    this.#socket.on("end", () => this.#peerEnded());
    this.#socket.on("finish", () => this.#finSent());
    // Stays for good: an error after the end is nobody's business, but unheard it ends the process.
    this.#socket.on("error", (error) => this.#gone(error));
    this.#socket.on("close", () => this.#gone());
  }

  get peer(): Peer {
    return this.#peer;
  }

  /** The peer speaks for somebody else, who is known from now on; false: there is no room for him. */
  speaksFor(client: Peer): boolean {
    if (!this.#readmit(client.address)) return false;
    this.#peer = client;
    return true;
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten;
  }

  run(loop: Loop): Promise<void> {
    return this.#inbox.run(loop);
  }

  read(): Promise<Buffer | null> {
    return this.#inbox.read();
  }

  write(chunks: readonly Uint8Array[]): Promise<void> | undefined {
    return this.#outbox.write(chunks);
  }

  flush(): Promise<void> | undefined {
    return this.#outbox.flush();
  }

  unread(bytes: Buffer): void {
    this.#inbox.unread(bytes);
  }

  expireAfter(ms: number, nowMs: number = this.#deadlines.clock.monotonicMs()): void {
    this.#windowMs = ms;
    this.deadlineMs = nowMs + ms;
  }

  finish(): Promise<void> {
    if (this.destroyed) return Promise.resolve();
    this.#finishing ??= new Promise((resolve) => {
      this.#finished = resolve;
      this.#outbox.push();
      this.#outbox.close();
      // Whoever set no deadline still gets one: nobody waits for ever for the end.
      if (this.deadlineMs === NEVER) this.expireAfter(this.#lingerMs);
      this.#inbox.takeAll();
      this.#readOn();
      this.#socket.end();
    });
    return this.#finishing;
  }

  /**
   * Under TLS there is a last word to say, and to wait for. For plain sockets this is half of what
   * a connection for one request costs: no FIN by itself, no other end to be read.
   */
  leave(): Promise<void> {
    if (this.#isTcp && this.#finishing === undefined) {
      this.#outbox.push();
      if (this.#socket.writableLength === 0) this.#gone();
    }
    return this.finish();
  }

  destroy(reason?: Error): void {
    if (this.#newOwner !== undefined) this.#newOwner();
    else this.#gone(reason);
  }

  #gone(reason?: Error): void {
    if (this.destroyed) return;
    this.#leave();
    this.#socket.destroy();
    this.#outbox.fail(reason ?? new Error("the stream is gone"));
    this.#inbox.close(reason, this.#finishing);
    this.#finished?.();
  }

  /**
   * Gives the socket away, paused, with what was not read yet in front; the stream is dead
   * afterwards. What was written has been handed to the socket.
   * @param destroy what destroy() does from now on, for those who still hold this stream
   */
  detach(destroy: () => void = () => {}): Socket {
    const socket = this.#socket;
    this.#outbox.push();
    this.#outbox.close();
    socket.pause();
    socket.removeAllListeners("data");
    this.#leave();
    this.#newOwner = destroy;
    for (const bytes of this.#inbox.takeAll().reverse()) {
      // A peer that has said its last word before hands could be shaken: there is no way on.
      if (socket.readableEnded) socket.destroy();
      else socket.unshift(bytes);
    }
    this.#inbox.close(undefined, undefined);
    return socket;
  }

  /** Bytes have come; false: read no more until told. Called by the socket's reader. */
  arrive(bytes: Buffer, lent: boolean): boolean {
    // The new owner reads by events; our reader still has the socket's ear.
    if (this.#newOwner !== undefined) return this.#socket.push(Buffer.from(bytes));
    if (this.#finishing !== undefined) return this.#drop(bytes.length);
    this.#inbox.arrive(bytes, lent);
    this.#paused = this.#inbox.full;
    return !this.#paused;
  }

  /** Somebody waits for bytes. */
  waiting(): void {
    this.#outbox.push();
    this.#readOn();
  }

  /** The loop has returned. */
  returned(): void {
    this.#outbox.push();
  }

  get sending(): boolean {
    return this.#outbox.waits || (this.#finishing !== undefined && !this.#lingers);
  }

  look(nowMs: number): void {
    if (this.sending && !this.#earn(nowMs)) return;
    if (nowMs < this.deadlineMs) return;
    this.deadlineMs = NEVER;
    if (this.sending) {
      const isSlow = nowMs - this.#tookAtMs < this.#windowMs;
      this.#limitWatch.hit(isSlow ? "send_rate" : "body_idle");
      this.#giveUp();
    } else if (this.#lingers) {
      this.#limitWatch.hit("linger");
      this.destroy();
    } else if (!this.#inbox.expire()) this.destroy();
  }

  /**
   * RST, not FIN: the kernel would keep what it has taken from us, megabytes perhaps, for as long
   * as the peer pleases.
   */
  #giveUp(): void {
    if (this.#isTcp && this.#finishing === undefined) this.#socket.resetAndDestroy();
    this.destroy();
  }

  /** What the peer has taken since the last look moves its deadline; false: nobody knows yet. */
  #earn(nowMs: number): boolean {
    const windowMs = this.#windowMs + this.#progress.graceMs;
    if (windowMs === NEVER) return true;
    const account = { windowMs, rateMin: this.#sendRateMin };
    const bytes = this.#progress.look(nowMs, bytesToFill(account));
    if (bytes === undefined) return false;
    if (bytes === 0) return true;
    this.#tookAtMs = nowMs;
    this.deadlineMs = nowMs + earned(this.deadlineMs - nowMs, bytes, account);
    return true;
  }

  #readOn(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  #drop(length: number): boolean {
    this.#dropped += length;
    if (this.#dropped > LINGER_BYTES_MAX) this.destroy();
    return true;
  }

  #peerEnded(): void {
    if (this.#lingers) this.destroy();
    else if (!this.destroyed) this.#inbox.end();
  }

  #finSent(): void {
    if (this.destroyed) return;
    if (this.#inbox.ended) {
      this.destroy();
      return;
    }
    this.#lingers = true;
    this.expireAfter(this.#lingerMs);
  }

  #leave(): void {
    this.destroyed = true;
    this.deadlineMs = NEVER;
    this.#deadlines.remove(this);
  }
}

/** Connections that nobody counts. */
function anybody(): boolean {
  return true;
}
