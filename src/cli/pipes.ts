// The bytes that go through a command, and the person in front of it, as a port: standard input and
// output, the terminal that is asked for a password, and the wish to stop.

import { fstatSync, openSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { codeOf } from "../base/system-error.ts";
import { FsError } from "../vfs/fs-error.ts";
import { typedLine } from "./typed-line.ts";

export interface Pipes {
  /** To standard output; waits while nobody reads. false: whoever read has gone. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** What comes in at standard input. Fails with FsError, also when somebody wants to stop. */
  input(): AsyncIterable<Uint8Array>;
  readonly inputIsTerminal: boolean;
  /** Whether people read standard error. */
  readonly errorsAreSeen: boolean;
  readonly errorColumns: number;
  /** A line typed at the terminal. */
  ask(prompt: string, echo: "shown" | "hidden"): Promise<Answered>;
  /** Calls `act` once, when somebody wants to stop; a second time ends the process. */
  onInterrupt(act: () => void): Interruption;
}

export type Answered =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "no terminal" }
  | { readonly kind: "given up" };

export interface Interruption {
  /** Stops listening; if somebody wanted to stop, ends the process as if nobody had listened. */
  settle(): void;
}

export const realPipes: Pipes = {
  write(bytes) {
    return new Promise((resolve) => {
      process.stdout.write(bytes, (error) => resolve(error === undefined || error === null));
    });
  },
  input: standardInput,
  inputIsTerminal: process.stdin.isTTY === true,
  errorsAreSeen: process.stderr.isTTY === true,
  errorColumns: process.stderr.columns || 80,
  ask: askTerminal,
  onInterrupt(act) {
    let caught: NodeJS.Signals | undefined;
    const stop = (signal: NodeJS.Signals) => {
      caught = signal;
      unlisten();
      stopReading?.();
      act();
    };
    const unlisten = () => {
      for (const signal of SIGNALS) process.off(signal, stop);
    };
    for (const signal of SIGNALS) process.on(signal, stop);
    return {
      settle() {
        unlisten();
        if (caught !== undefined) process.kill(process.pid, caught);
      },
    };
  },
};

const STDIN = 0;
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Ends the wait of whoever reads standard input; undefined: nobody does. */
let stopReading: (() => void) | undefined;

/** @throws FsError */
async function* standardInput(): AsyncGenerator<Uint8Array, void, void> {
  // Node takes a folder (`< docs`) for an input that is empty.
  if (fstatSync(STDIN).isDirectory()) {
    throw new FsError("is-a-directory", "standard input is a folder");
  }
  stopReading = () => process.stdin.destroy(new FsError("unavailable", "interrupted"));
  try {
    for await (const chunk of process.stdin) yield Buffer.from(chunk);
  } catch (error) {
    const code = error instanceof FsError ? undefined : codeOf(error);
    if (code === undefined) throw error;
    throw new FsError("unavailable", `standard input cannot be read (${code})`, error);
  } finally {
    stopReading = undefined;
  }
}

/** The terminal itself, not standard input: that may be a file to be sent. */
async function askTerminal(prompt: string, echo: "shown" | "hidden"): Promise<Answered> {
  let descriptor: number;
  try {
    descriptor = openSync("/dev/tty", "r+");
  } catch (error) {
    // Nobody is there, or this is a system without that name.
    if (codeOf(error) === undefined) throw error;
    return { kind: "no terminal" };
  }
  const terminal = new ReadStream(descriptor);
  try {
    // Before the prompt: whoever types as soon as he sees it is not shown either.
    terminal.setRawMode(true);
    writeSync(descriptor, prompt);
    const typed = await typedLine(terminal.iterator({ destroyOnReturn: false }), (text) => {
      if (echo === "shown") writeSync(descriptor, text);
    });
    writeSync(descriptor, "\n");
    // As the terminal would have done, had it not handed us the key.
    if (typed.kind === "interrupted") process.emit("SIGINT", "SIGINT");
    return typed.kind === "line" ? typed : { kind: "given up" };
  } finally {
    terminal.setRawMode(false);
    terminal.destroy();
  }
}
