// `ferrox hash-target`: under which name a store keeps what answers a target.

import { harmless } from "../config/reading.ts";
import { nameOfTarget } from "../handlers/precomputed/target-name.ts";
import { EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";

export interface HashTargetOptions {
  readonly targets: readonly string[];
}

export function runHashTarget({ targets }: HashTargetOptions, io: Io): ExitCode {
  if (targets.length === 0) {
    io.err("ferrox hash-target: say which: ferrox hash-target /robots.txt\n");
    return EXIT_USAGE;
  }
  for (const target of targets) {
    // The bytes that were typed, one character each: what stands in a request is no text.
    const name = nameOfTarget(Buffer.from(target, "utf8").toString("latin1"));
    io.out(targets.length === 1 ? `${name}\n` : `${name}  ${harmless(target)}\n`);
  }
  return EXIT_FINE;
}
