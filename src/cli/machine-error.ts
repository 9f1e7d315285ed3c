// Errors of the machine as one line that says what to do. What is not known here keeps its own
// words: better a strange message than a wrong hint.

import { codeOf } from "../base/system-error.ts";
import type { Config } from "../config/config.ts";

/** Why a door could not be opened. Node's error knows which. */
export function bindFailure(error: unknown, { file, server }: Config): string {
  const origin = file === undefined ? "" : ` (server.addr in ${file})`;
  const { code, port, host } = { ...factsOf(error), host: server.addr };
  switch (code) {
    case "EADDRINUSE":
      return port === undefined
        ? `another server listens at ${host}${origin}`
        : `port ${port} on ${host} is taken (try --port ${port + 1}, or see who has it: lsof -i :${port})`;
    case "EACCES":
      return port === undefined
        ? `may not listen at ${host}${origin}`
        : `port ${port} needs more rights than this user has (try --port 8080, or once: sudo setcap cap_net_bind_service=+ep "$(command -v node)")`;
    case "EADDRNOTAVAIL":
      return `${host} is not an address of this machine${origin}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is no host this machine knows${origin}`;
    default:
      return `cannot listen on ${host}: ${messageOf(error)}`;
  }
}

function factsOf(error: unknown): { code: string | undefined; port: number | undefined } {
  const port = error instanceof Error && "port" in error ? Number(error.port) : Number.NaN;
  return { code: codeOf(error), port: port > 0 ? port : undefined };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
