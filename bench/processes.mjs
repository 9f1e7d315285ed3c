// Processes of the benchmark: started in a group of their own, each for a bounded time, and gone
// when the benchmark is gone, however it ends. Also what a tree of them has cost so far.

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const running = new Set();

/** Ends every child when we end, for whatever reason. */
export function endChildrenWithUs() {
  process.on("exit", () => {
    for (const child of running) kill(child);
  });
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]) {
    process.on(signal, () => process.exit(code));
  }
}

/**
 * Starts a server. `cores` is a list for taskset, "0" or "0-1".
 * @returns the child; its `said()` is what it has written so far
 */
export function startServer({ command, args, env, cores }) {
  return start("taskset", ["-c", cores, command, ...args], env);
}

/** Runs a client to its end. What it writes; cut off, with an Error, after `timeMs`. */
export async function runClient({ command, args, env, cores, timeMs }) {
  const child = start("taskset", ["-c", cores, command, ...args], env);
  const timer = setTimeout(() => kill(child), timeMs);
  const { code, signal } = await child.ended;
  clearTimeout(timer);
  if (code === 0) return child.said();
  throw new Error(`${command} ended with ${signal ?? code}: ${child.said().slice(0, 300)}`);
}

/** Starts a client that stays until it is stopped, such as one that holds connections open. */
export function startClient({ command, args, cores }) {
  return start("taskset", ["-c", cores, command, ...args], undefined);
}

function start(command, args, env) {
  const child = spawn(command, args.map(String), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    detached: true, // a group, so that workers go with their master
  });
  running.add(child);
  let said = "";
  const hear = (piece) => {
    said = (said + piece).slice(-100_000);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  child.said = () => said;
  child.ended = new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: undefined, signal: error.message }));
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  void child.ended.then(() => running.delete(child));
  return child;
}

export async function stop(child) {
  kill(child);
  await child.ended;
}

function kill(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it has ended by itself
  }
}

/** Processor time of the process and all its descendants, threads included. */
export function cpuMsOf(pid) {
  let ns = 0;
  for (const member of treeOf(pid)) {
    for (const task of tasksOf(member)) {
      ns += Number(textOf(`/proc/${member}/task/${task}/schedstat`).split(" ")[0]);
    }
  }
  return ns / 1e6;
}

/** Processor time of children of ours that have ended: of the client that has just run. */
export function cpuMsOfEnded() {
  // The name of the program, in brackets, may hold spaces. "man 5 proc": cutime and cstime.
  const fields = textOf("/proc/self/stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

/** Memory that is theirs, shared pages by their share. */
export function pssBytesOf(pid) {
  let kib = 0;
  for (const member of treeOf(pid)) {
    kib += Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${member}/smaps_rollup`))?.[1] ?? 0);
  }
  return kib * 1024;
}

function treeOf(pid) {
  const members = [pid];
  for (const member of members) {
    for (const task of tasksOf(member)) {
      const children = textOf(`/proc/${member}/task/${task}/children`).trim();
      if (children !== "") members.push(...children.split(" ").map(Number));
    }
  }
  return members;
}

function tasksOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** "" for what has ended in between. */
function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}

function isGone(error) {
  return error.code === "ENOENT" || error.code === "ESRCH";
}
