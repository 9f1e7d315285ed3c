// Sockets that somebody else has opened for us (systemd's socket activation, sd_listen_fds(3)):
// descriptors from 3 on, counted in LISTEN_FDS, for the process that LISTEN_PID names, and named,
// if at all, in LISTEN_FDNAMES. Whoever holds them open while we start anew loses no connection.

import { fstatSync } from "node:fs";
import type { Config, ServerConfig } from "../config/config.ts";

export type InheritedSockets = NonNullable<ServerConfig["inherited"]>;

export type Inheritance =
  | { readonly kind: "none" }
  | { readonly kind: "sockets"; readonly sockets: InheritedSockets }
  /** One sentence. */
  | { readonly kind: "problem"; readonly message: string };

type Variables = Readonly<Record<string, string | undefined>>;

const LISTEN_VARIABLES = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] as const;
const FIRST_DESCRIPTOR = 3;

/**
 * The variables as this process may believe them: sockets that were meant for another process are
 * not in it. From `own`, those of the process, all of them are taken out: nobody whom we start
 * shall take the sockets for theirs.
 */
export function takeVariables(own: Record<string, string | undefined>, pid: number): Variables {
  const variables = { ...own };
  const isForeign = own.LISTEN_PID !== String(pid);
  for (const name of LISTEN_VARIABLES) {
    delete own[name];
    if (isForeign) delete variables[name];
  }
  return variables;
}

/** @param isSocket looks at a descriptor */
export function inheritedSockets(
  { LISTEN_FDS = "0", LISTEN_FDNAMES = "" }: Variables,
  hasTls: boolean,
  isSocket: (descriptor: number) => boolean = isOpenSocket,
): Inheritance {
  if (LISTEN_FDS === "0") return { kind: "none" };
  if (!/^[1-9][0-9]{0,2}$/.test(LISTEN_FDS)) return problem("LISTEN_FDS is no number of sockets");
  const count = Number(LISTEN_FDS);
  const descriptors = Array.from({ length: count }, (_, index) => FIRST_DESCRIPTOR + index);
  const foreign = descriptors.find((descriptor) => !isSocket(descriptor));
  if (foreign !== undefined) return problem(`descriptor ${foreign} is handed over, but no socket`);
  const sockets = byName(descriptors, LISTEN_FDNAMES.split(":")) ?? byOrder(descriptors, hasTls);
  if (sockets === undefined) {
    return problem(
      `of ${count} sockets that are handed over it is not said which is for http and which for ` +
        "https (FileDescriptorName=); there can be one for each",
    );
  }
  const isSecure = sockets.https !== undefined;
  if (isSecure === hasTls) return { kind: "sockets", sockets };
  return problem(
    isSecure
      ? "a socket for https is handed over, but tls.enabled is false"
      : "tls.enabled is true, but no socket for https is handed over",
  );
}

/** With doors that are open already; then no others are opened, whatever ports are written. */
export function withInherited(config: Config, sockets: InheritedSockets): Config {
  const { server } = config;
  const httpPort = sockets.http === undefined ? undefined : (server.httpPort ?? 0);
  return { ...config, server: { ...server, httpPort, inherited: sockets } };
}

/** undefined: other names than ours, a name twice, or none. */
function byName(
  descriptors: readonly number[],
  names: readonly string[],
): InheritedSockets | undefined {
  const called = (name: string) => descriptors.filter((_, index) => names[index] === name);
  const [[http, ...moreHttp], [https, ...moreHttps]] = [called("http"), called("https")];
  if (moreHttp.length > 0 || moreHttps.length > 0) return undefined;
  const known = [http, https].filter((descriptor) => descriptor !== undefined);
  return known.length === descriptors.length ? { http, https } : undefined;
}

/**
 * HTTP first. A single one is for the door where people are served, which with TLS is that of
 * HTTPS: plain HTTP that arrives there is redirected anyhow.
 */
function byOrder(descriptors: readonly number[], hasTls: boolean): InheritedSockets | undefined {
  const [first, second, third] = descriptors;
  if (third !== undefined) return undefined;
  if (!hasTls) return second === undefined ? { http: first, https: undefined } : undefined;
  return second === undefined ? { http: undefined, https: first } : { http: first, https: second };
}

function isOpenSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false; // not even open
  }
}

function problem(message: string): Inheritance {
  return { kind: "problem", message };
}
