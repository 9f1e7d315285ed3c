// The command line → a Command, or a sentence on what was wrong with it. Nothing is looked up or
// opened here; whether a port is a port is for the configuration's own checks to say.

import { parseArgs } from "node:util";
import { harmless } from "../config/reading.ts";
import { didYouMean, nearest } from "../config/suggest.ts";
import type { CertificateOptions } from "./certificate.ts";
import type { CheckOptions } from "./check.ts";
import type { CompileOptions } from "./compile.ts";
import { type Given, probeOptions, remoteOptions, serveOptions } from "./given.ts";
import type { HashTargetOptions } from "./hash-target.ts";
import { withHostValue } from "./host-value.ts";
import {
  COMMANDS,
  type CommandName,
  type CommandWords,
  commandCalled,
  DEFAULT_COMMAND,
  type Option,
  type RemoteName,
} from "./options.ts";
import type { ProbeOptions } from "./probe.ts";
import type { ReloadOptions } from "./reload.ts";
import type { RemoteOptions } from "./remote-work.ts";
import type { ResourceOptions } from "./resource.ts";
import type { StopOptions } from "./stop.ts";
import type { UserOptions } from "./user.ts";
import type { VfsCgiOptions } from "./vfs-cgi.ts";

export interface ServeOptions {
  /** As named by the user; undefined: what the configuration says. */
  readonly dir: string | undefined;
  /** -c, as named by the user. */
  readonly file: string | undefined;
  /** As written: judged with the configuration. */
  readonly port: string | undefined;
  readonly host: string | undefined;
  readonly strictPort: boolean;
  readonly single: boolean;
  /** undefined: neither --index nor --no-index. */
  readonly index: boolean | undefined;
  readonly tls: boolean;
  readonly open: boolean;
  readonly pidFile: string | undefined;
  /** How many times -q was given. */
  readonly quiet: number;
}

export type Command =
  | { readonly name: "serve"; readonly options: ServeOptions }
  | { readonly name: "reload"; readonly options: ReloadOptions }
  | { readonly name: "stop"; readonly options: StopOptions }
  | { readonly name: "check"; readonly options: CheckOptions }
  | { readonly name: "cert"; readonly options: CertificateOptions }
  | { readonly name: "user"; readonly options: UserOptions }
  | { readonly name: "probe"; readonly options: ProbeOptions }
  | { readonly name: "vfs-cgi"; readonly options: VfsCgiOptions }
  | { readonly name: RemoteName; readonly options: RemoteOptions }
  | { readonly name: "compile"; readonly options: CompileOptions }
  | { readonly name: "hash-target"; readonly options: HashTargetOptions }
  | { readonly name: "resource"; readonly options: ResourceOptions }
  | { readonly name: "help"; readonly topic: CommandName | undefined }
  | { readonly name: "version" };

export type CommandLine =
  | { readonly kind: "command"; readonly command: Command }
  /** One line, without its line break. */
  | { readonly kind: "usage"; readonly message: string };

/** @param argv without the names of node and of the program */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const [first, ...rest] = argv;
  if (first === undefined || first.startsWith("-")) return parseBare(argv);
  if (first === "help") return parseHelp(rest);
  const words = commandCalled(first);
  return words === undefined ? usage(unknownCommand(first)) : parseFor(words, rest);
}

/** No command: serve, but a folder needs the word, or `ferrox chek` would be a missing folder. */
function parseBare(argv: readonly string[]): CommandLine {
  const given = read(DEFAULT_COMMAND, argv);
  if (given.kind === "usage") return given;
  if (given.flags.has("help")) return command({ name: "help", topic: undefined });
  const [word] = given.positionals;
  if (word === undefined) return commandFrom(DEFAULT_COMMAND, given);
  if (commandCalled(word) === undefined) return usage(unknownCommand(word));
  return usage(
    `the command comes first: ferrox ${word} ${argv.filter((it) => it !== word).join(" ")}`,
  );
}

function parseHelp([word]: readonly string[]): CommandLine {
  if (word === undefined) return command({ name: "help", topic: undefined });
  const topic = commandCalled(word)?.name;
  return topic === undefined ? usage(unknownCommand(word)) : command({ name: "help", topic });
}

function unknownCommand(word: string): string {
  const names = COMMANDS.map(({ name }) => name);
  const shown = harmless(word);
  const hint = didYouMean(word, names) ?? `to serve a folder: ferrox serve ${shown}`;
  return `unknown command ${shown} (${hint})`;
}

function parseFor(words: CommandWords, args: readonly string[]): CommandLine {
  const given = read(words, args);
  if (given.kind === "usage") return given;
  if (given.flags.has("help")) return command({ name: "help", topic: words.name });
  const spare = given.positionals[words.operand === "none" ? 0 : 1];
  const takesMany = words.operand.includes(" and ") || words.operand === "targets";
  if (spare !== undefined && !takesMany) {
    const takes = words.operand === "none" ? "takes no folder" : `takes one ${words.operand}`;
    return usage(`ferrox ${words.name} ${takes}; what is ${harmless(spare)}?`);
  }
  return commandFrom(words, given);
}

function commandFrom(words: CommandWords, given: Given): CommandLine {
  if (given.flags.has("version")) return command({ name: "version" });
  const { flags, values, positionals } = given;
  const last = (name: string) => values.get(name)?.at(-1);
  const [file, pidFile, route, key] = ["config", "pid-file", "route", "key"].map(last);
  switch (words.name) {
    case "serve":
      return command({ name: "serve", options: serveOptions(given) });
    case "reload":
      return command({ name: "reload", options: { file, pidFile } });
    case "stop":
      return command({ name: "stop", options: { file, pidFile, timeout: last("timeout") } });
    case "check":
      return checkCommand(given, file);
    case "user":
      return command({
        name: "user",
        options: { operands: positionals, generate: flags.has("generate") },
      });
    case "cert":
      return command({
        name: "cert",
        options: { names: values.get("name") ?? [], dir: last("dir"), force: flags.has("force") },
      });
    case "probe":
      return command({ name: "probe", options: probeOptions(given) });
    case "vfs-cgi":
      return command({ name: words.name, options: { file, route, key } });
    case "ls":
    case "cat":
    case "put":
    case "rm":
    case "mkdir":
      return command({ name: words.name, options: remoteOptions(given) });
    case "compile": {
      const options = { operands: positionals, file, at: last("at"), format: last("format") };
      return command({ name: "compile", options });
    }
    case "hash-target":
      return command({ name: "hash-target", options: { targets: positionals } });
    case "resource":
      return command({
        name: "resource",
        options: { operands: positionals, format: last("format") },
      });
    default:
      return words.name satisfies never;
  }
}

function checkCommand(
  { flags, positionals: [path] }: Given,
  file: string | undefined,
): CommandLine {
  const auth = flags.has("auth");
  if (path !== undefined && !auth) {
    return usage(`ferrox check takes no folder; what is ${harmless(path)}?`);
  }
  return command({ name: "check", options: { file, origin: flags.has("origin"), auth, path } });
}

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/** parseArgs cuts the words; we judge them, because its own complaints suggest nothing. */
function read(words: CommandWords, args: readonly string[]): Given | Usage {
  const { tokens } = parseArgs({
    args: words.name === "serve" ? withHostValue(args) : [...args],
    options: parseOptions(words),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const flags = new Map<string, number[]>();
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const option = words.options.find(
      ({ name, aliases = [] }) => name === token.name || aliases.includes(token.name),
    );
    if (option === undefined) return usage(unknownOption(words, token));
    const wrong = valueProblem(option, token);
    if (wrong !== undefined) return usage(wrong);
    if (option.takes === undefined) append(flags, option.name, token.index);
    else append(values, option.name, token.value ?? "");
  }
  return { kind: "given", flags, values, positionals };
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function parseOptions({
  options,
}: CommandWords): Record<string, { type: "string" | "boolean"; short?: string }> {
  const entries = options.flatMap(({ name, aliases = [], takes }) => {
    const type = takes === undefined ? ("boolean" as const) : ("string" as const);
    const [short, ...others] = aliases.filter((alias) => alias.length === 1);
    const words = aliases.filter((alias) => alias.length > 1);
    const main = short === undefined ? { type } : { type, short };
    return [
      [name, main] as const,
      ...words.map((word) => [word, { type }] as const),
      // A second letter (-V) needs a name of its own to hang on.
      ...others.map((letter) => [letter, { type, short: letter }] as const),
    ];
  });
  return Object.fromEntries(entries);
}

function valueProblem({ takes }: Option, token: OptionToken): string | undefined {
  const flag = harmless(token.rawName);
  if (takes === undefined) {
    return token.value === undefined ? undefined : `${flag} takes no value`;
  }
  const isMissing = token.value === undefined || token.value === "";
  const isFlag =
    token.inlineValue === false && token.value.length > 1 && token.value.startsWith("-");
  return isMissing || isFlag ? `${flag} needs a value: ${flag} ${takes}` : undefined;
}

function unknownOption(words: CommandWords, token: OptionToken): string {
  const names = words.options.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const long = names.filter((name) => name.length > 1);
  const found = token.name.length > 1 ? nearest(token.name, long) : undefined;
  const home = COMMANDS.find(({ options }) => options.some(({ name }) => name === token.name));
  const flag = harmless(token.rawName);
  if (found !== undefined) return `unknown option ${flag} (did you mean --${found}?)`;
  if (home !== undefined) return `unknown option ${flag} (it belongs to ferrox ${home.name})`;
  return `unknown option ${flag} (see ferrox ${words.name} --help)`;
}

type Usage = Extract<CommandLine, { kind: "usage" }>;

function usage(message: string): Usage {
  return { kind: "usage", message };
}

function command(made: Command): CommandLine {
  return { kind: "command", command: made };
}
