// What `--help` prints: at most 80 columns, made from the table of options.

import { COMMANDS, type CommandName, commandCalled, type Option } from "./options.ts";

/** @param topic undefined: the program as a whole */
export function helpText(topic: CommandName | undefined): string {
  const command = topic === undefined ? undefined : commandCalled(topic);
  if (command === undefined) return programHelp();
  return lines([
    `Usage: ${command.usage}`,
    "",
    ...command.description,
    "",
    "Options:",
    ...columns(command.options.map((option) => [spellings(option), option.help])),
  ]);
}

function programHelp(): string {
  return lines([
    "Usage: ferrox [command] [options]",
    "",
    "A web server to learn from.",
    "",
    "Commands:",
    ...columns(COMMANDS.map(({ name, summary }) => [name, [summary]])),
    "",
    "Without a command: serve. Options of a command: ferrox COMMAND --help",
    "",
    "Examples:",
    ...columns([
      ["ferrox serve .", ["this folder, on http://127.0.0.1:8080"]],
      ["ferrox serve www -p 3000", ["www, on another port"]],
      ["ferrox serve --tls", ["what ferrox.yml says, over HTTPS"]],
      ["ferrox check", ["is ferrox.yml right?"]],
      ["ferrox probe localhost:8080", ["does a running server keep the rules of HTTP?"]],
      ["ferrox ls https://localhost/", ["files that a server lends"]],
    ]),
    "",
    "Variables:",
    ...columns([
      ["FERROX_ADDR, HOST", ["address to listen on"]],
      ["FERROX_HTTP_PORT, PORT", ["port for HTTP"]],
      ["FERROX_HTTPS_PORT", ["port for HTTPS"]],
      ["FERROX_TIMEOUT", ["server.timeout of the configuration"]],
      ["FERROX_SERVE_DIR", ["paths.serve_dir"]],
      ["FERROX_LOG_DIR", ["paths.log_dir"]],
      ["FERROX_LOG_LEVEL", ["logging.level"]],
      ["FERROX_PASSWORD", ["for ls, cat, put, rm and mkdir"]],
      ["NO_COLOR", ["no colours"]],
    ]),
  ]);
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}

/** "-p, --port PORT" */
function spellings({ name, aliases = [], takes, isValueOptional }: Option): string {
  const short = aliases.filter((alias) => alias.length === 1).map((alias) => `-${alias}`);
  const long = [name, ...aliases.filter((alias) => alias.length > 1)].map((word) => `--${word}`);
  const value = takes === undefined ? "" : isValueOptional === true ? ` [${takes}]` : ` ${takes}`;
  const names = [...short, ...long].join(", ") + value;
  return short.length === 0 ? `    ${names}` : names;
}

type Row = readonly [left: string, right: readonly string[]];

/** Two columns, indented by two; the right one starts where the widest left one allows. */
function columns(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    right.map((text, at) => `  ${(at === 0 ? left : "").padEnd(width)}  ${text}`),
  );
}
