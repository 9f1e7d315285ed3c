// What another process of this machine holds and uses, read from /proc (Linux).

import { readdir, readFile, readlink } from "node:fs/promises";

/** What each open descriptor leads to; "" for one that was closed meanwhile. */
export async function descriptorsOf(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`);
  return Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
}

/** Resident memory, in bytes. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const [, kib] = /^VmRSS:\s+([0-9]+) kB/m.exec(status) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} does not say what memory it has`);
  return Number(kib) * 1024;
}

/** The clock tick of /proc, the same on every Linux that Node runs on. */
const TICK_MS = 10;

/** Processor time used so far, in milliseconds. */
export async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name and may hold anything, but not behind its last ")".
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** How much `figure` grows while `act` runs, looked at now and then: the most it was. */
export async function peakOf(
  figure: () => Promise<number>,
  act: () => Promise<void>,
): Promise<number> {
  const before = await figure();
  let most = before;
  const look = async () => {
    most = Math.max(most, await figure());
  };
  const timer = setInterval(() => void look().catch(() => {}), 50);
  try {
    await act();
    await look();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}
