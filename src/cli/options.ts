// Every command and flag, once: the parser (arguments.ts) and the help (help.ts) both read this
// table, so neither can know a flag that the other does not.

import { VFS_CGI } from "./options-cgi.ts";
import { REMOTE_COMMANDS } from "./options-remote.ts";
import { STORE_COMMANDS } from "./options-store.ts";

export type RemoteName = "ls" | "cat" | "put" | "rm" | "mkdir";
export type CommandName =
  | "serve"
  | "reload"
  | "stop"
  | "check"
  | "cert"
  | "user"
  | "probe"
  | "vfs-cgi"
  | "compile"
  | "hash-target"
  | "resource"
  | RemoteName;

export interface Option {
  readonly name: string;
  /** Further spellings, without dashes: one letter, or a word. */
  readonly aliases?: readonly string[];
  /** What it takes, for the help ("PORT"); absent: it takes nothing. */
  readonly takes?: string;
  /** It may stand without its value; arguments.ts knows what that means. */
  readonly isValueOptional?: boolean;
  /** It may be given several times. */
  readonly isRepeatable?: boolean;
  readonly help: readonly string[];
}

export interface CommandWords {
  readonly name: CommandName;
  readonly usage: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  readonly description: readonly string[];
  /** What may be named beside the options. */
  readonly operand:
    | "folder"
    | "path"
    | "action, file and name"
    | "server"
    | "server and paths"
    | "site and store"
    | "targets"
    | "action and file"
    | "none";
  readonly options: readonly Option[];
}

const HELP: Option = { name: "help", aliases: ["h"], help: ["print this"] };
const VERSION: Option = { name: "version", aliases: ["v", "V"], help: ["print the version"] };
const CONFIG: Option = {
  name: "config",
  aliases: ["c"],
  takes: "FILE",
  help: ["the configuration; ferrox.yml if absent"],
};
const PID_FILE: Option = {
  name: "pid-file",
  takes: "FILE",
  help: ["the server's pid file; paths.pid_file if absent"],
};

const SERVE: CommandWords = {
  name: "serve",
  usage: "ferrox serve [DIR] [options]",
  summary: "serve a folder, or what ferrox.yml says",
  description: [
    "With DIR alone: serves that folder on http://127.0.0.1:8080, lists directories,",
    "takes the next port if 8080 is taken, and writes no log files.",
    "Without DIR: serves what ferrox.yml says. With both, DIR is its paths.serve_dir.",
  ],
  operand: "folder",
  options: [
    CONFIG,
    {
      name: "port",
      aliases: ["p"],
      takes: "PORT",
      help: ["port for HTTP, or for HTTPS with --tls; 0: any free one"],
    },
    {
      name: "host",
      takes: "ADDR",
      isValueOptional: true,
      help: ["address to listen on; without ADDR: 0.0.0.0, so that", "others can reach it"],
    },
    { name: "strict-port", help: ["do not take another port when it is taken"] },
    {
      name: "single",
      aliases: ["s", "spa"],
      help: ["single-page application: unknown paths get index.html"],
    },
    { name: "index", help: ["list directories that have no index.html"] },
    { name: "no-index", help: ["do not"] },
    {
      name: "tls",
      help: [
        "HTTPS; without a certificate of its own, with one for",
        "localhost that is made here",
      ],
    },
    { name: "open", aliases: ["o"], help: ["open it in the browser"] },
    { name: "pid-file", takes: "FILE", help: ["where the process number stands while it runs"] },
    {
      name: "quiet",
      aliases: ["q"],
      isRepeatable: true,
      help: ["say less; twice: errors only"],
    },
    HELP,
    VERSION,
  ],
};

const RELOAD: CommandWords = {
  name: "reload",
  usage: "ferrox reload [options]",
  summary: "have the running server read its configuration anew",
  description: [
    "Judges the configuration; asks the server to take it, if it is fine; and says",
    "how that went. A server that cannot take it goes on as before. Which server is",
    "meant is said by its pid file. Exit status 0: done; 1: not; 2: it is bad.",
  ],
  operand: "none",
  options: [CONFIG, PID_FILE, HELP, VERSION],
};

const STOP: CommandWords = {
  name: "stop",
  usage: "ferrox stop [options]",
  summary: "have the running server end, and wait until it has",
  description: [
    "Answers under way are finished first. Which server is meant is said by its pid",
    "file. Exit status 0: it is gone; 1: not.",
  ],
  operand: "none",
  options: [
    CONFIG,
    PID_FILE,
    {
      name: "timeout",
      takes: "TIME",
      help: [
        "how long to wait, as 30s or 2m; if absent, a little",
        "longer than the server may take (limits.drain)",
      ],
    },
    HELP,
    VERSION,
  ],
};

const CHECK: CommandWords = {
  name: "check",
  usage: "ferrox check [options] [--auth [PATH]]",
  summary: "say everything that is wrong with ferrox.yml",
  description: [
    "Reads the configuration as `serve` would, looks at the files it names, and says",
    "what is wrong, or what would be served. Exit status 0: fine; 2: not.",
  ],
  operand: "path",
  options: [
    CONFIG,
    { name: "origin", help: ["also show where each value comes from"] },
    {
      name: "auth",
      help: [
        "show who may do what, and which line says so; of all",
        "paths with a rule, or of PATH",
      ],
    },
    HELP,
    VERSION,
  ],
};

const CERT: CommandWords = {
  name: "cert",
  usage: "ferrox cert [options]",
  summary: "make a certificate for development",
  description: [
    "Makes a certificate for localhost, signed by an authority of your own, and says",
    "how to use it and how to have it trusted. Trust stores are never touched.",
  ],
  operand: "none",
  options: [
    {
      name: "name",
      takes: "HOST",
      isRepeatable: true,
      help: ["a further host or address it is good for; repeatable"],
    },
    { name: "dir", takes: "DIR", help: ["where to keep it; your data folder if absent"] },
    { name: "force", help: ["a new one, even if the last would do"] },
    HELP,
    VERSION,
  ],
};

const USER: CommandWords = {
  name: "user",
  usage: "ferrox user add FILE NAME | remove FILE NAME | list FILE",
  summary: "say who is known, and by which password",
  description: [
    "Changes a users file, which auth.users_file of ferrox.yml names; it is made when",
    "missing. `add` also changes the password of somebody who is there. The password",
    "is asked for at a terminal, and read from standard input otherwise. A running",
    "server sees the change within a second. Exit status 0: done; 1: not; 2: that",
    "made no sense.",
  ],
  operand: "action, file and name",
  options: [
    { name: "generate", help: ["with add: make up a password, and print it"] },
    HELP,
    VERSION,
  ],
};

const PROBE: CommandWords = {
  name: "probe",
  usage: "ferrox probe HOST:PORT [options]",
  summary: "ask a running server how well it keeps the rules of HTTP",
  description: [
    "Sends some hundred requests, right and wrong ones, to any HTTP/1.1 server, and",
    "says which rules of RFC 9110 and 9112 it breaks. Nothing is changed there: POST",
    "and DELETE go to a path that nobody has, and PUT is never sent.",
    "Exit status 0: every must is kept; 1: not; 2: nothing could be asked.",
  ],
  operand: "server",
  options: [
    { name: "path", takes: "PATH", help: ["what to ask for; it must give 200. / if absent"] },
    { name: "tls", help: ["over TLS"] },
    { name: "insecure", aliases: ["k"], help: ["with --tls: any certificate will do"] },
    { name: "only", takes: "REGEX", help: ["only cases with such ids, e.g. ^chunked/"] },
    { name: "strict", help: ["what should be, and our own taste, count as well"] },
    { name: "json", help: ["the report as one JSON object"] },
    { name: "list", help: ["list the cases and ask nobody"] },
    { name: "yes-i-own-it", help: ["also when it is not this machine"] },
    HELP,
    VERSION,
  ],
};

export const COMMANDS: readonly CommandWords[] = [
  SERVE,
  RELOAD,
  STOP,
  CHECK,
  CERT,
  USER,
  PROBE,
  ...STORE_COMMANDS,
  ...REMOTE_COMMANDS,
  VFS_CGI,
];
export const DEFAULT_COMMAND: CommandWords = SERVE;

export function commandCalled(name: string): CommandWords | undefined {
  return COMMANDS.find((command) => command.name === name);
}
