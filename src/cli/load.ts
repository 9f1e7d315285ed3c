// Everything a server is started from, and everything a reload brings: the configuration and the
// keys it asks for, read and judged. Nothing is applied here: with workers one process judges, and
// the others are told.

import type { Config } from "../config/config.ts";
import type { Origins } from "../config/origins.ts";
import type { Problem } from "../config/problem.ts";
import type { KeyPairs } from "../transport/tls-context.ts";
import type { ServeOptions } from "./arguments.ts";
import { configFromArguments, type Place } from "./config-from-arguments.ts";
import { dataFolder } from "./data-folder.ts";
import { inheritedSockets, withInherited } from "./inherited-sockets.ts";
import type { Io } from "./io.ts";
import { keyPairsOf } from "./key-pairs.ts";

/** All that a serving process needs to be told. */
export interface Charge {
  readonly config: Config;
  /** undefined: TLS is off. */
  readonly keys: KeyPairs | undefined;
  /** What seals sessions, when several processes must agree; undefined: whatever is at hand. */
  readonly ticketKeys?: Buffer | undefined;
}

export interface Loaded extends Charge {
  readonly origins: Origins;
  readonly warnings: readonly Problem[];
  /** When the port is taken, the next one will do: nobody wrote it down. */
  readonly mayMovePort: boolean;
}

export type Loading =
  | { readonly kind: "loaded"; readonly loaded: Loaded }
  /** Of the configuration. */
  | { readonly kind: "problems"; readonly problems: readonly Problem[] }
  /** Of keys, certificates, and sockets that were handed over; each in one line. */
  | { readonly kind: "no means"; readonly messages: readonly string[] };

export async function load(
  options: ServeOptions,
  place: Place & Pick<Io, "platform" | "home">,
): Promise<Loading> {
  const start = configFromArguments(options, place);
  if (start.kind === "problems") return start;
  const keys = await keyPairsOf(start.config.tls, dataFolder(place), place.nowMs);
  if (keys.kind === "problems") return { kind: "no means", messages: keys.messages };
  const inheritance = inheritedSockets(place.env, start.config.tls.kind !== "off");
  if (inheritance.kind === "problem") return { kind: "no means", messages: [inheritance.message] };
  const pairs = keys.kind === "pairs" ? keys.pairs : undefined;
  const { origins, warnings, mayMovePort } = start;
  const config =
    inheritance.kind === "none" ? start.config : withInherited(start.config, inheritance.sockets);
  return { kind: "loaded", loaded: { config, origins, warnings, mayMovePort, keys: pairs } };
}
