// The words of the commands that work on files far away: ls, cat, put, rm and mkdir. The server and
// the path on it are two words, for nothing in a URL says where the one ends and the other begins.

import type { CommandWords, Option } from "./options.ts";

const COMMON: readonly Option[] = [
  { name: "ca", takes: "FILE", help: ["PEM: trust this authority too"] },
  { name: "password-file", takes: "FILE", help: ["its first line is the password"] },
  { name: "help", aliases: ["h"], help: ["print this"] },
  { name: "version", aliases: ["v", "V"], help: ["print the version"] },
];

const ABOUT: readonly string[] = [
  "The server's URL and the path there are two words: https://me@files.test/ /a.",
  "The password comes from FERROX_PASSWORD, --password-file, or is asked for. On",
  "this machine the authority of `ferrox cert` is trusted without --ca.",
  "Exit status 0: done; 1: not, or not all; 2: the command line makes no sense.",
];

export const REMOTE_COMMANDS: readonly CommandWords[] = [
  {
    name: "ls",
    usage: "ferrox ls URL [PATH...] [options]",
    summary: "list files on a server that lends them over HTTPS",
    description: ["Directories have a slash at their end.", ...ABOUT],
    operand: "server and paths",
    options: [
      { name: "long", aliases: ["l"], help: ["with kind and size"] },
      { name: "recursive", aliases: ["R", "r"], help: ["with all that lies below"] },
      ...COMMON,
    ],
  },
  {
    name: "cat",
    usage: "ferrox cat URL PATH... [options]",
    summary: "print files that lie there",
    description: ["Bytes as they are, one file after the other.", ...ABOUT],
    operand: "server and paths",
    options: COMMON,
  },
  {
    name: "put",
    usage: "ferrox put FILE... URL PATH [options]",
    summary: "bring files there",
    description: [
      "Into PATH, if that is a directory or ends with a slash; else as PATH. Files of",
      "the same name are replaced. FILE may be -, for what comes in. The protocol",
      "cannot put a file in place in one step: who looks meanwhile sees a part of it.",
      ...ABOUT,
    ],
    operand: "server and paths",
    options: [
      { name: "recursive", aliases: ["r", "R"], help: ["folders too, with all that they hold"] },
      ...COMMON,
    ],
  },
  {
    name: "rm",
    usage: "ferrox rm URL PATH... [options]",
    summary: "remove files there",
    description: ABOUT,
    operand: "server and paths",
    options: [
      { name: "recursive", aliases: ["r", "R"], help: ["directories too, with all in them"] },
      { name: "force", aliases: ["f"], help: ["what is not there need not be removed"] },
      ...COMMON,
    ],
  },
  {
    name: "mkdir",
    usage: "ferrox mkdir URL PATH... [options]",
    summary: "make directories there",
    description: ABOUT,
    operand: "server and paths",
    options: [
      { name: "parents", aliases: ["p"], help: ["those above too; it may be there already"] },
      ...COMMON,
    ],
  },
];
