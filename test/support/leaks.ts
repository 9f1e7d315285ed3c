// What a process holds: open descriptors and active handles, counted before and after, so that a
// test can claim that nothing was left behind.

import { readdirSync, readlinkSync } from "node:fs";

export interface Holdings {
  /** Open descriptors by what they point to: "socket", "pipe", a path … */
  readonly descriptors: ReadonlyMap<string, number>;
  /** Active handles and requests by Node's names: "Timeout", "TCPSocketWrap", "FSReqCallback" … */
  readonly resources: ReadonlyMap<string, number>;
}

/** Linux only: elsewhere there is no /proc, and no descriptor is counted. */
export function holdings(): Holdings {
  return { descriptors: descriptors(), resources: counted(process.getActiveResourcesInfo()) };
}

/** How many descriptors are open now. */
export function openDescriptors(): number {
  return [...descriptors().values()].reduce((sum, count) => sum + count, 0);
}

/** What is held beyond `before`, one statement each: "2 more socket". Empty: nothing leaked. */
export function leaksSince(before: Holdings): readonly string[] {
  const now = holdings();
  return [...grown(before.descriptors, now.descriptors), ...grown(before.resources, now.resources)];
}

/**
 * Waits until nothing is held beyond `before`: closing takes the kernel and Node some turns.
 * Resolves to what is left over when the patience is at its end.
 */
export async function leaksSettled(
  before: Holdings,
  patienceMs = 2000,
): Promise<readonly string[]> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const left = leaksSince(before);
    if (left.length === 0 || performance.now() > endMs) return left;
  }
}

function descriptors(): ReadonlyMap<string, number> {
  const targets: string[] = [];
  for (const name of namesIn("/proc/self/fd")) {
    const target = targetOf(`/proc/self/fd/${name}`);
    if (target !== undefined) targets.push(target.replace(/:\[\d+\]$/, ""));
  }
  return counted(targets);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no /proc here: see holdings()
  }
}

/** undefined: closed in between, as the descriptor of the folder that was just listed always is. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function grown(
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): readonly string[] {
  return [...now]
    .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([name, more]) => `${more} more ${name}`);
}
