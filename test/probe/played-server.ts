// A server played in memory: hears what is sent and answers as it was told, right or wrong. Time
// is a clock moved by the waiting itself, so no test waits.

import type { Dial, Received, Wire } from "../../src/probe/wire.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";

/** Bytes (Latin-1), or how the connection ends. */
export type Act = { readonly say: string } | "finished" | "reset";

/** What comes back once all of `heard` has been sent. Called again with every send. */
export type Play = (heard: string, sends: number) => readonly Act[];

export interface PlayedServer {
  readonly clock: FakeClock;
  readonly dial: Dial;
  /** What was sent on each connection. */
  readonly heard: readonly string[];
  /** Connections that were not given up. */
  readonly open: () => number;
}

/** @param plays one for each connection; the last one plays all further ones */
export function playedServer(...plays: readonly Play[]): PlayedServer {
  const clock = fakeClock();
  const heard: string[] = [];
  let open = 0;
  const dial = (): Promise<Wire> => {
    const index = heard.push("") - 1;
    const play = plays[Math.min(index, plays.length - 1)] ?? (() => []);
    const queue: Received[] = [];
    let end: Received | undefined;
    let sends = 0;
    const react = () => {
      for (const act of play(heard[index] ?? "", sends)) {
        queue.push(typeof act === "string" ? act : Buffer.from(act.say, "latin1"));
      }
    };
    open++;
    return Promise.resolve({
      backlogBytes: 0,
      send(bytes: Uint8Array) {
        heard[index] += Buffer.from(bytes).toString("latin1");
        sends++;
        react();
      },
      receive(withinMs: number): Promise<Received> {
        const next = queue.shift() ?? end;
        if (next === undefined) {
          clock.advance(withinMs);
          return Promise.resolve("silent");
        }
        if (typeof next === "string") end = next;
        return Promise.resolve(next);
      },
      finish() {
        heard[index] += "<FIN>";
        react();
      },
      destroy() {
        open--;
      },
    });
  };
  return { clock, dial, heard, open: () => open };
}

/** Says it once, with the first send. */
export function once(...acts: readonly Act[]): Play {
  return (_heard, sends) => (sends === 1 ? acts : []);
}

/** An answer with a length. */
export function answer(status: number, fields: readonly string[] = [], body = ""): string {
  const length = `Content-Length: ${Buffer.byteLength(body, "latin1")}`;
  return `${[`HTTP/1.1 ${status} Some Reason`, ...fields, length].join("\r\n")}\r\n\r\n${body}`;
}
