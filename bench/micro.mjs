// npm run bench -- --micro: what single parts cost, without sockets and without a kernel. Good for
// seeing whether a change helps; what a request costs in the end is mostly the kernel's doing.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { answers } from "./micro-answers.mjs";
import { parsers } from "./micro-parsers.mjs";
import { BROWSER_FIELDS } from "./scenarios.mjs";
import { median } from "./statistics.mjs";
import { digits } from "./table.mjs";
import { textTable } from "./terminal.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROUND_MS = 100;
const WEIGHINGS = 41;
/** Few enough that nothing is collected in between: then what the heap has grown by was allocated. */
const WEIGHED_CALLS = 100;

export async function micro({ build, rounds, only }) {
  const text = BROWSER_FIELDS.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = Buffer.from(`GET /10k.html HTTP/1.1\r\nHost: localhost\r\n${text}\r\n`);
  const folder = resolve(ROOT, build, "src");
  const entries = [...(await parsers(folder, head)), ...(await answers(folder, head))];
  const cells = [];
  for (const { name, missing, act } of entries.filter(({ name }) => only.test(name))) {
    if (missing !== undefined) {
      console.log(`left out: ${name}: ${missing}`);
      continue;
    }
    const ns = nsPerCall(act, rounds);
    cells.push([name, digits(ns, 0), digits(bytesPerCall(act), 0)]);
  }
  console.log(`a head of ${head.length} bytes, Node ${process.versions.node}`);
  process.stdout.write(textTable({ head: ["what", "ns", "bytes allocated"], cells }));
}

function nsPerCall(act, rounds) {
  const times = [];
  for (let round = -1; round < Math.max(rounds, 5); round++) {
    let calls = 0;
    const start = process.hrtime.bigint();
    let ns = 0;
    while (ns < ROUND_MS * 1e6) {
      for (let n = 0; n < 500; n++) act();
      calls += 500;
      ns = Number(process.hrtime.bigint() - start);
    }
    if (round >= 0) times.push(ns / calls); // the first is for the compiler
  }
  return median(times);
}

/** On the heap and beside it, in buffers. */
function bytesPerCall(act) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const grown = [];
  for (let n = 0; n < WEIGHINGS; n++) {
    collect();
    const before = process.memoryUsage();
    for (let call = 0; call < WEIGHED_CALLS; call++) act();
    const after = process.memoryUsage();
    const bytes = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
    if (bytes >= 0) grown.push(bytes / WEIGHED_CALLS);
  }
  // What weighing itself allocates is far below a byte a call.
  return median(grown);
}
