// `ferrox ls`, `cat`, `put`, `rm` and `mkdir`: files on a server that lends them over HTTPS. What is
// the same for all of them: who is asked, as whom, and how it is told that something went wrong.

import { harmless } from "../config/reading.ts";
import { FsError } from "../vfs/fs-error.ts";
import { type HttpsFileSystem, httpsFileSystem } from "../vfs/https/client.ts";
import { isNoLender, isTrustFailure } from "../vfs/https/failure.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import type { RemoteName } from "./options.ts";
import type { Pipes } from "./pipes.ts";
import { runCat } from "./remote-cat.ts";
import { runMkdir, runRm } from "./remote-change.ts";
import { authorityFor, loginOf } from "./remote-login.ts";
import { runLs } from "./remote-ls.ts";
import { type RemotePlace, remotePlaceOf } from "./remote-place.ts";
import { runPut } from "./remote-put.ts";
import type { RemoteOptions, RemoteWork } from "./remote-work.ts";

const COMMANDS: Readonly<Record<RemoteName, (work: RemoteWork) => Promise<void>>> = {
  ls: runLs,
  cat: runCat,
  put: runPut,
  rm: runRm,
  mkdir: runMkdir,
};

export async function runRemote(
  name: RemoteName,
  options: RemoteOptions,
  { io, pipes }: { readonly io: Io; readonly pipes: Pipes },
): Promise<ExitCode> {
  const say = (text: string) => io.err(`ferrox ${name}: ${harmless(text)}\n`);
  const place = remotePlaceOf(name, options.operands);
  if (typeof place === "string") {
    say(place);
    return EXIT_USAGE;
  }
  const opened = openFileSystem(place, options, { io, pipes });
  if (typeof opened === "string") {
    say(opened);
    return EXIT_USAGE;
  }
  const interruption = pipes.onInterrupt(() => opened.close());
  let failures = 0;
  const failed = (error: FsError) => {
    failures++;
    say(error.message + adviceFor(error, name));
  };
  try {
    await COMMANDS[name]({ fileSystem: opened, place, options, io, pipes, failed });
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    failed(error);
  } finally {
    opened.close();
    interruption.settle();
  }
  return failures === 0 ? EXIT_FINE : EXIT_FAILED;
}

/** A text: why it cannot be asked. */
function openFileSystem(
  { url, user }: RemotePlace,
  { ca, passwordFile }: RemoteOptions,
  { io, pipes }: { readonly io: Io; readonly pipes: Pipes },
): HttpsFileSystem | string {
  let authority: string | undefined;
  try {
    authority = authorityFor(url, ca, io);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const credentials = loginOf({ url, user, passwordFile }, io, pipes);
  return httpsFileSystem({ url, ca: authority, credentials });
}

/** What to do about it, where we know. */
function adviceFor(error: FsError, name: RemoteName): string {
  if (isTrustFailure(error)) return " (--ca FILE: whom to trust)";
  if (isNoLender(error)) return " (the path there is a word of its own: URL PATH)";
  switch (error.code) {
    case "is-a-directory":
      return { rm: " (-r: with all in it)", cat: " (ferrox ls shows it)" }[String(name)] ?? "";
    case "not-empty":
      return name === "rm" ? " (-r: with all in it)" : "";
    case "exists":
      return name === "mkdir" ? " (-p minds nothing that is there)" : "";
    case "not-found":
      return name === "mkdir" ? " (-p makes those above too)" : "";
    default:
      return "";
  }
}
