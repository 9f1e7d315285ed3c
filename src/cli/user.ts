// `ferrox user`: who is in a users file, and with which password. A running server that uses the file
// sees a change within a second.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { passwordHashText } from "../base/password-hash.ts";
import { codeOf } from "../base/system-error.ts";
import { parseUserList } from "../base/user-list.ts";
import { harmless } from "../config/reading.ts";
import { readUserName } from "../config/schema-auth.ts";
import { hashOfPassword } from "../handlers/password.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { messageOf } from "./machine-error.ts";
import type { SecretInput } from "./secret-input.ts";
import { type Edit, editUsersFile } from "./users-on-disk.ts";

export interface UserOptions {
  /** add FILE NAME, remove FILE NAME, list FILE */
  readonly operands: readonly string[];
  /** With add: the password is made up, and printed. */
  readonly generate: boolean;
}

type Ports = Io & { readonly secrets: SecretInput };

export async function runUser({ operands, generate }: UserOptions, io: Ports): Promise<ExitCode> {
  const [action, file, name, ...spare] = operands;
  const wanted = ACTIONS.find((one) => one.action === action);
  if (wanted === undefined) return refuse(io, `say what to do: ${USAGE}`);
  if (generate && wanted.action !== "add")
    return refuse(io, "--generate belongs to ferrox user add");
  if (file === undefined || (name === undefined) !== (wanted.names === 0) || spare.length > 0) {
    return refuse(io, wanted.usage);
  }
  const read = readUserName(name ?? "anybody");
  if (read.kind === "fault") return refuse(io, read.message.replace(/^has /, "there cannot be "));
  try {
    return await wanted.act({ path: resolve(io.cwd, file), file, name: read.value, generate }, io);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    io.err(`ferrox user: ${harmless(file)}: ${harmless(messageOf(error))}\n`);
    return EXIT_FAILED;
  }
}

interface Job {
  /** Absolute. */
  readonly path: string;
  /** As named. */
  readonly file: string;
  readonly name: string;
  readonly generate: boolean;
}

const ACTIONS: readonly {
  readonly action: string;
  readonly names: 0 | 1;
  readonly usage: string;
  readonly act: (job: Job, io: Ports) => Promise<ExitCode>;
}[] = [
  { action: "add", names: 1, usage: "ferrox user add FILE NAME", act: add },
  { action: "remove", names: 1, usage: "ferrox user remove FILE NAME", act: remove },
  { action: "list", names: 0, usage: "ferrox user list FILE", act: list },
];

const USAGE = ACTIONS.map(({ usage }) => usage).join(", ");

function refuse(io: Io, why: string): ExitCode {
  io.err(`ferrox user: ${harmless(why)}\n`);
  return EXIT_USAGE;
}

async function add({ path, file, name, generate }: Job, io: Ports): Promise<ExitCode> {
  const password = generate ? madeUp() : await passwordFor(name, io);
  if (password.kind === "fault") return refuse(io, password.message);
  // Before the file is taken: it takes longer than all the rest.
  const line = `${name}:${passwordHashText(await hashOfPassword(password.text))}`;
  let what = `added ${name} to ${file}`;
  await editUsersFile(path, (text) => {
    if (text === undefined) {
      what += ", which is new: only its owner may read it, so make that the server's user";
      return `${line}\n`;
    }
    const changed = withUser(text, name, line);
    if (changed === undefined) return `${text}${/(^|\n)$/.test(text) ? "" : "\n"}${line}\n`;
    what = `changed the password of ${name} in ${file}`;
    return changed;
  });
  // Alone on standard output, for whoever reads it with a program.
  if (generate) {
    io.err(`${harmless(what)}\n`);
    io.out(`${password.text}\n`);
    return EXIT_FINE;
  }
  io.out(`${harmless(what)}\n`);
  return EXIT_FINE;
}

async function remove({ path, file, name }: Job, io: Ports): Promise<ExitCode> {
  let wasThere = false;
  const edit: Edit = (text = "") => {
    const without = withUser(text, name, undefined);
    wasThere = without !== undefined;
    return without;
  };
  await editUsersFile(path, edit);
  if (!wasThere) {
    io.err(`ferrox user: ${harmless(`${name} is not in ${file}`)}\n`);
    return EXIT_FAILED;
  }
  io.out(`${harmless(`removed ${name} from ${file}`)}\n`);
  return EXIT_FINE;
}

async function list({ path, file }: Job, io: Ports): Promise<ExitCode> {
  const { users, faults } = parseUserList(readFileSync(path, "utf8"));
  for (const { name, hash } of users) io.out(`${harmless(name)} (${hash.kind})\n`);
  for (const { line, message } of faults) io.err(`${harmless(file)}:${line}: ${message}\n`);
  return faults.length === 0 ? EXIT_FINE : EXIT_FAILED;
}

/**
 * The text with another line, or none, for everything that stands there under this name, be it right
 * or broken. undefined: nothing does.
 */
function withUser(text: string, name: string, line: string | undefined): string | undefined {
  const isHis = (content: string) =>
    /^[^#]/.test(content) && content.split(":", 1)[0]?.normalize("NFC") === name;
  const lines = text.split("\n");
  const first = lines.findIndex(isHis);
  if (first < 0) return undefined;
  const fresh = line === undefined ? [] : [line];
  return lines
    .flatMap((content, at) => (at === first ? fresh : isHis(content) ? [] : [content]))
    .join("\n");
}

type Password =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "fault"; readonly message: string };

/** 120 bits; nothing in it that a shell, a URL or a config file would take for something else. */
function madeUp(): Extract<Password, { kind: "text" }> {
  return { kind: "text", text: randomBytes(15).toString("base64url") };
}

async function passwordFor(name: string, { secrets }: Ports): Promise<Password> {
  if (!secrets.isTerminal) return judged((await secrets.sent()).replace(/\r?\n$/, ""));
  const first = await secrets.typed(`Password of ${harmless(name)}: `);
  if (first === undefined) return { kind: "fault", message: "nothing was changed" };
  const again = await secrets.typed("Again: ");
  if (again !== first)
    return { kind: "fault", message: "the two are not the same; nothing was changed" };
  return judged(first);
}

function judged(password: string): Password {
  if (password === "") return { kind: "fault", message: "the password is empty" };
  // RFC 7617, section 2: no client could send it.
  if (/\p{Cc}/u.test(password)) {
    return { kind: "fault", message: "the password holds a control character, or a second line" };
  }
  return { kind: "text", text: password };
}
