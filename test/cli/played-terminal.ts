// A world without a process: what a command said, and a person who answers what the test wrote down.

import type { Io } from "../../src/cli/io.ts";
import type { Pipes } from "../../src/cli/pipes.ts";

export interface PlayedIo extends Io {
  said: { out: string; err: string };
}

export function ioOf(changes: Partial<Io>): PlayedIo {
  const said = { out: "", err: "" };
  return {
    said,
    out(text) {
      said.out += text;
    },
    err(text) {
      said.err += text;
    },
    env: {},
    platform: "linux",
    home: "/nowhere",
    cwd: "/",
    nowMs: 0,
    isTerminal: false,
    columns: 80,
    ...changes,
  };
}

export interface PlayedPipes extends Pipes {
  readonly prompts: string[];
  written: Buffer;
  interrupt(): void;
}

export interface PipesPlay {
  /** undefined: there is no terminal; when they are used up, the person gives up. */
  readonly answers?: readonly string[] | undefined;
  readonly input?: readonly string[];
  /** After so many bytes, whoever reads has gone. */
  readonly readsMax?: number;
}

export function pipesOf({ answers, input = [], readsMax = Infinity }: PipesPlay): PlayedPipes {
  const waiting = [...(answers ?? [])];
  const pipes: PlayedPipes = {
    prompts: [],
    written: Buffer.alloc(0),
    async write(bytes) {
      pipes.written = Buffer.concat([pipes.written, bytes]);
      return pipes.written.length < readsMax;
    },
    async *input() {
      for (const text of input) yield Buffer.from(text);
    },
    inputIsTerminal: false,
    errorsAreSeen: false,
    errorColumns: 80,
    async ask(prompt, echo) {
      if (answers === undefined) return { kind: "no terminal" };
      pipes.prompts.push(`${prompt} (${echo})`);
      const text = waiting.shift();
      return text === undefined ? { kind: "given up" } : { kind: "line", text };
    },
    interrupt: () => {},
    onInterrupt(act) {
      pipes.interrupt = act;
      return { settle: () => {} };
    },
  };
  return pipes;
}
