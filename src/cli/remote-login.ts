// Who we are to a server far away, and whom we trust to be that server.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { codeOf } from "../base/system-error.ts";
import { pemBlocksIn } from "../transport/pem.ts";
import type { Credentials } from "../vfs/https/session.ts";
import { dataFolder } from "./data-folder.ts";
import type { Io } from "./io.ts";
import type { Answered, Pipes } from "./pipes.ts";

export interface LoginWords {
  readonly url: URL;
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
}

/** Asks a person at most once; what was said is used again when the session has ended. */
export function loginOf(words: LoginWords, io: Io, pipes: Pipes): () => Promise<Credentials> {
  let known: Promise<Credentials> | undefined;
  return () => {
    known ??= ask(words, io, pipes);
    return known;
  };
}

async function ask(
  { url, user: named, passwordFile }: LoginWords,
  io: Io,
  pipes: Pipes,
): Promise<Credentials> {
  const at = url.host;
  const user =
    named ??
    typed(await pipes.ask(`User at ${at}: `, "shown"), {
      missing: `${at} wants a user; name one: https://USER@${at}${url.pathname}`,
      givenUp: "no user was given",
    });
  const password =
    firstLineOf(passwordFile, io) ??
    io.env.FERROX_PASSWORD ??
    typed(await pipes.ask(`Password of ${user} at ${at}: `, "hidden"), {
      missing: `${at} wants a password; set FERROX_PASSWORD or name a --password-file`,
      givenUp: "no password was given",
    });
  return { user, password };
}

/** @throws Error with one line for people */
function typed(
  answered: Answered,
  { missing, givenUp }: { readonly missing: string; readonly givenUp: string },
): string {
  if (answered.kind === "line") return answered.text;
  throw new Error(answered.kind === "given up" ? givenUp : missing);
}

function firstLineOf(file: string | undefined, io: Io): string | undefined {
  if (file === undefined) return undefined;
  return readNamed(file, io, "--password-file").split(/\r?\n/, 1)[0] ?? "";
}

/** @throws Error with one line for people */
function readNamed(file: string, io: Io, option: string): string {
  try {
    return readFileSync(resolve(io.cwd, file), "utf8");
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new Error(`${option} ${file} cannot be read (${code})`, { cause: error });
  }
}

const OURSELVES = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * PEM. On this machine, without --ca, the authority that `ferrox cert` has made.
 * @throws Error with one line for people
 */
export function authorityFor(url: URL, file: string | undefined, io: Io): string | undefined {
  if (file !== undefined) {
    const text = readNamed(file, io, "--ca");
    const certificates = pemBlocksIn(text).filter(({ label }) => label === "CERTIFICATE");
    if (certificates.length === 0) throw new Error(`--ca ${file} holds no certificate (PEM)`);
    return certificates.map(({ pem }) => pem).join("\n");
  }
  if (!OURSELVES.test(url.hostname)) return undefined;
  try {
    return readFileSync(join(dataFolder(io), "ca.pem"), "utf8");
  } catch (error) {
    // None was ever made; the server's certificate may be a real one.
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
