// The words of the command line, and what each stands for when it is absent.

import { parseArgs } from "node:util";

export const HELP = `npm run bench -- [options]

  --only REGEX       scenarios with such names, e.g. '^(1k|many)'
  --peers LIST       e.g. nginx,h2o,sirv; "none"; all that are installed if absent
  --rounds N         rounds of each scenario (5)
  --duration SEC     of one server's turn in a round (2)
  --list             list scenarios and servers, and measure nothing
  --quick            one round of a second, without warming up: does everything still run?
  --micro            the parser, the cache and memory by themselves, without sockets
  --build DIR        which build of Ferrox (build)
  --write            write docs/performance.md
  --from FILE        report the results in FILE (last.json of the cache folder) and measure nothing
  --help             this

Data, compiled clients and npm peers are kept in a cache folder: FERROX_BENCH_DIR, else
ferrox-bench in the user's cache folder.`;

const OPTIONS = {
  only: { type: "string", default: "" },
  peers: { type: "string", default: "" },
  rounds: { type: "string" },
  duration: { type: "string" },
  list: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  micro: { type: "boolean", default: false },
  build: { type: "string", default: "build" },
  write: { type: "boolean", default: false },
  from: { type: "string" },
  help: { type: "boolean", default: false },
};

/** @throws an Error that says what is wrong with them */
export function readArguments(args) {
  const { values } = parseArgs({ args, options: OPTIONS, strict: true });
  return {
    ...values,
    only: new RegExp(values.only),
    peers: values.peers === "" ? undefined : values.peers.split(","),
    rounds: numberOf("rounds", values.rounds ?? (values.quick ? "1" : "5"), 1),
    durationSec: numberOf("duration", values.duration ?? (values.quick ? "1" : "2"), 1),
  };
}

function numberOf(name, text, min) {
  const number = Number(text);
  if (text.trim() !== "" && number >= min) return number;
  throw new Error(`--${name} ${text}: a number of at least ${min} is wanted`);
}
