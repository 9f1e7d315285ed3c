// What the programs of a soak hold and use, with all their worker processes, as the kernel has it
// (Linux): nobody is asked who might be wrong.

import { readdirSync, readFileSync } from "node:fs";

/** @param {readonly number[]} pids @param {readonly number[]} ports */
export function figuresOf(pids, ports) {
  const all = pids.flatMap(family);
  return {
    processes: all.length,
    memoryMib: sum(all, memoryKib) / 1024,
    descriptors: sum(all, descriptors),
    connections: connectionsOf(ports),
    cpuSeconds: sum(all, cpuTicks) / 100,
  };
}

function sum(pids, figure) {
  return pids.reduce((total, pid) => total + figure(pid), 0);
}

/** A process and those it started, and so on. */
function family(pid) {
  const children = text(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

function memoryKib(pid) {
  return Number(/^VmRSS:\s+([0-9]+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0);
}

function descriptors(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch (error) {
    return gone(error, 0);
  }
}

function cpuTicks(pid) {
  const stat = text(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

const ESTABLISHED = "01";
const FIN_WAIT_1 = "04";
const CLOSE_WAIT = "08";

/** The server's ends of connections that are not over. */
function connectionsOf(ports) {
  const wanted = ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0"));
  const lines = `${text("/proc/net/tcp")}\n${text("/proc/net/tcp6")}`.split("\n");
  return lines.filter((line) => {
    const [, local = "", , state = ""] = line.trim().split(/\s+/);
    const isOpen = [ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT].includes(state);
    return isOpen && wanted.includes(local.slice(local.indexOf(":") + 1));
  }).length;
}

/** A process may end while it is looked at. */
function text(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return gone(error, "");
  }
}

function gone(error, instead) {
  if (error.code === "ENOENT" || error.code === "ESRCH") return instead;
  throw error;
}
