// A password from whoever started us, as a port: typed at a terminal without being shown, or the
// first line of what a program sends. Never from the command line, where every user of the machine
// could read it.

import { isatty, ReadStream } from "node:tty";
import { typedLine } from "./typed-line.ts";

export interface SecretInput {
  readonly isTerminal: boolean;
  /** At a terminal; undefined: he gave up (Ctrl-C, Ctrl-D). */
  typed(prompt: string): Promise<string | undefined>;
  /** From a pipe or file: all of it. */
  sent(): Promise<string>;
}

const STDIN = 0;
const SENT_BYTES_MAX = 64 * 1024;

export const realSecretInput: SecretInput = {
  isTerminal: isatty(STDIN),
  typed: (prompt) => typedAt(new ReadStream(STDIN), prompt),
  async sent() {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of process.stdin) {
      pieces.push(piece);
      length += piece.length;
      if (length > SENT_BYTES_MAX) break;
    }
    return Buffer.concat(pieces).toString("utf8");
  },
};

/** The terminal is given back as it was, however it ends. */
async function typedAt(terminal: ReadStream, prompt: string): Promise<string | undefined> {
  // Before the prompt: whoever types as soon as he sees it is not shown either.
  terminal.setRawMode(true);
  process.stderr.write(prompt);
  try {
    const typed = await typedLine(terminal.iterator({ destroyOnReturn: false }), () => {});
    return typed.kind === "line" ? typed.text : undefined;
  } finally {
    terminal.setRawMode(false);
    terminal.destroy();
    process.stderr.write("\n");
  }
}
