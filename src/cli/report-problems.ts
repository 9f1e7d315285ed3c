// Problems of the configuration, for whoever reads standard error: people at a terminal get every
// one with its source line; journals and programs get one line that says it all.

import { type Problem, printProblems, problemsInOneLine } from "../config/problem.ts";
import type { Io } from "./io.ts";

export function reportProblems(problems: readonly Problem[], io: Io): void {
  if (problems.length === 0) return;
  const text = io.isTerminal ? pages(problems, io) : `${problemsInOneLine(problems)}\n`;
  io.err(text);
}

/** All of them, whoever reads: for `ferrox check`, which was asked. */
export function pages(problems: readonly Problem[], io: Pick<Io, "env" | "isTerminal">): string {
  return printProblems(problems, { isColoured: isColoured(io) });
}

/** no-color.org and force-color.org: a variable that is set and not empty. */
export function isColoured({ env, isTerminal }: Pick<Io, "env" | "isTerminal">): boolean {
  if (env.NO_COLOR) return false;
  return env.FORCE_COLOR ? env.FORCE_COLOR !== "0" : isTerminal;
}
