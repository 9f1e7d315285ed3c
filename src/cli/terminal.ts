// The terminal that the program was started from, if any: whether its window was closed meanwhile.
// The descriptors are still there then, but they are no terminal any more.

import { closeSync } from "node:fs";
import { isatty } from "node:tty";

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

/** As it was at the start. */
const terminals = [STDIN, STDOUT, STDERR].filter((descriptor) => isatty(descriptor));

export function terminalIsGone(): boolean {
  return terminals.some((descriptor) => !isatty(descriptor));
}

/**
 * For the last moment of the process. Node gives a terminal its first settings back when it ends,
 * and aborts when that fails; what is closed it leaves alone.
 */
export function leaveLostTerminal(): void {
  for (const descriptor of terminals) {
    if (!isatty(descriptor)) closeSync(descriptor);
  }
}
