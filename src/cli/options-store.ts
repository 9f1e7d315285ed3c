// The words of the commands about answers made beforehand.

import type { CommandWords, Option } from "./options.ts";

const FORMAT: Option = {
  name: "format",
  takes: "FORM",
  help: ["flatbuffers (flashd's own form) or json; flatbuffers", "if absent"],
};

const COMMON: readonly Option[] = [
  { name: "help", aliases: ["h"], help: ["print this"] },
  { name: "version", aliases: ["v", "V"], help: ["print the version"] },
];

export const STORE_COMMANDS: readonly CommandWords[] = [
  {
    name: "compile",
    usage: "ferrox compile SITE STORE [options]",
    summary: "make all answers of a folder beforehand",
    description: [
      "SITE is a folder of files; STORE becomes a folder of answers for a route with",
      "`precomputed: STORE`: those that `ferrox serve SITE` would give, or what the",
      "configuration says of SITE. Text is compressed as far as it goes. What has not",
      "changed since the last time is left alone; what is gone is removed. A query is",
      "part of a target, and so is its spelling: only the usual ones are answered.",
      "Exit status 0: done; 1: not; 2: the configuration is bad, or it made no sense.",
    ],
    operand: "site and store",
    options: [
      {
        name: "config",
        aliases: ["c"],
        takes: "FILE",
        help: ["how SITE is served; as `ferrox serve SITE` if absent"],
      },
      {
        name: "at",
        takes: "PATH",
        help: ["the path of the route, where several serve SITE"],
      },
      FORMAT,
      ...COMMON,
    ],
  },
  {
    name: "hash-target",
    usage: "ferrox hash-target TARGET...",
    summary: "under which name a store keeps an answer",
    description: [
      "A target is the path and query of a request, exactly as it is sent: /a%20b?c.",
      "Prints base64url(SHA-256(TARGET)), and beside it TARGET where there are several.",
    ],
    operand: "targets",
    options: COMMON,
  },
  {
    name: "resource",
    usage: "ferrox resource show FILE | convert FILE OUT [options]",
    summary: "read or write one file of a store",
    description: [
      "`show` says in words what a file of a store holds, in either form. `convert`",
      "writes it in the other one: what `flatc` would make of the JSON, and back.",
      "Exit status 0: done; 1: it is no resource; 2: that made no sense.",
    ],
    operand: "action and file",
    options: [FORMAT, ...COMMON],
  },
];
