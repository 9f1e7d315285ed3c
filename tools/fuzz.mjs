// Asks the readers of strangers' input again and again, from where the test run ends.
//   npm run fuzz                                  a million inputs for every target
//   npm run fuzz -- --target head --target range  only these
//   npm run fuzz -- --count 5000000 --seed 1000000
//   npm run fuzz -- --build build-other           another build than build/
// The first failure ends the run with status 1, its seed, its input, and how to see it again.

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inspect, parseArgs } from "node:util";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PROGRESS_MS = 500;
/** Seeds are 32 bits wide; beyond, they would come again. */
const SEEDS = 2 ** 32;

const options = read(process.argv.slice(2));
const targets = await targetsOf(options);
for (const target of targets) {
  const failure = await asked(target);
  if (failure !== undefined) {
    tell(target, failure);
    process.exitCode = 1;
    break;
  }
}

/** Runs one target through its seeds. Gives the first failure. */
async function asked(target) {
  const { first, count } = options;
  const started = performance.now();
  let shownMs = started;
  for (let done = 0; done < count; done++) {
    const seed = (first + done) % SEEDS;
    try {
      const verdict = target.run(seed);
      if (verdict !== undefined) await verdict;
    } catch (error) {
      progress("");
      return { seed, error };
    }
    const now = performance.now();
    if (now - shownMs < PROGRESS_MS) continue;
    shownMs = now;
    const rate = (done + 1) / ((now - started) / 1000);
    progress(`${target.name}: ${done + 1} of ${count}, ${Math.round(rate)} a second`);
  }
  const seconds = (performance.now() - started) / 1000;
  progress("");
  const rate = Math.round(count / seconds);
  console.log(`${target.name}: ${count} inputs in ${seconds.toFixed(1)} s, ${rate} a second: fine`);
  return undefined;
}

/** One line that is written over, for people only. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function tell(target, { seed, error }) {
  console.log(`${target.name}: seed ${seed} breaks a claim`);
  console.log(`input: ${target.shown(seed)}`);
  console.log(inspect(error));
  const build = options.build === "build" ? "" : ` --build ${options.build}`;
  console.log(`again: npm run fuzz -- --target ${target.name} --seed ${seed} --count 1${build}`);
}

async function targetsOf({ build, names }) {
  const file = join(resolve(ROOT, build), "test", "fuzz", "targets", "all.js");
  if (!existsSync(file)) stop("nothing is built: run `npm run build` first");
  const { FUZZ_TARGETS } = await import(pathToFileURL(file).href);
  const known = FUZZ_TARGETS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) stop(`no target ${unknown}; there are ${known.join(", ")}`);
  return names.length === 0
    ? FUZZ_TARGETS
    : FUZZ_TARGETS.filter(({ name }) => names.includes(name));
}

function read(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        target: { type: "string", multiple: true, default: [] },
        count: { type: "string", default: "1000000" },
        seed: { type: "string", default: "0" },
        build: { type: "string", default: "build" },
      },
    });
    return {
      names: values.target,
      count: whole("count", values.count),
      first: whole("seed", values.seed),
      build: values.build,
    };
  } catch (error) {
    return stop(error.message);
  }
}

function whole(name, text) {
  const number = Number(text);
  if (!/^[0-9]+$/.test(text) || number >= SEEDS) stop(`--${name} takes a whole number below 2^32`);
  return number;
}

function stop(line) {
  process.stderr.write(`fuzz: ${line}\n`);
  process.exit(2);
}
