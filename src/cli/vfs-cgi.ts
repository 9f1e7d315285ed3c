// `ferrox vfs-cgi`: one command of a file system over HTTPS, answered under a web server that starts
// a program for each request (CGI). The same handler as in a server of ours; what is different is
// what a process that ends at once cannot do: remember logins, and slow down who guesses.

import { closeSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { authorityOf, guardsOf } from "../app/authority.ts";
import { fileSystemsOf } from "../app/file-systems.ts";
import { lending } from "../app/vfs-https-route.ts";
import type { Clock } from "../base/clock.ts";
import { addressSet } from "../base/ip-address.ts";
import type { Logger } from "../base/logger.ts";
import type { Config, RouteConfig, VfsHttpsAction } from "../config/config.ts";
import { harmless } from "../config/reading.ts";
import { allowed } from "../handlers/allowed.ts";
import type { Doorkeeper } from "../handlers/authorization.ts";
import { signedSessions } from "../handlers/signed-sessions.ts";
import type { Sessions } from "../handlers/vfs-sessions.ts";
import type { Context, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { NO_BODY, type Response } from "../http/response.ts";
import { cgiAnswer } from "./cgi-answer.ts";
import { type CgiRequest, cgiRequest, isCgi } from "./cgi-request.ts";
import { configFromArguments, NO_FLAGS } from "./config-from-arguments.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import type { Pipes } from "./pipes.ts";
import { openPlain } from "./plain-file.ts";
import { pages } from "./report-problems.ts";

export interface VfsCgiOptions {
  readonly file: string | undefined;
  /** Its path; undefined: there is one only. */
  readonly route: string | undefined;
  /** What seals logins; undefined: the password comes with every command. */
  readonly key: string | undefined;
}

export interface VfsCgiPorts {
  readonly io: Io;
  readonly pipes: Pick<Pipes, "input" | "write">;
  readonly clock: Clock;
}

export async function runVfsCgi(options: VfsCgiOptions, ports: VfsCgiPorts): Promise<ExitCode> {
  const { io, pipes } = ports;
  if (!isCgi(io.env)) {
    io.err("ferrox vfs-cgi: a web server starts this, and says in variables what was asked for\n");
    return EXIT_USAGE;
  }
  const prepared = prepare(options, io);
  if (typeof prepared === "string") {
    // The web server's own log gets the reason, the client none of it.
    io.err(prepared);
    await pipes.write(cgiAnswer(empty(500)));
    return EXIT_FAILED;
  }
  await pipes.write(cgiAnswer(await answered(prepared, ports)));
  return EXIT_FINE;
}

interface Prepared {
  readonly config: Config;
  readonly route: RouteConfig;
  readonly action: VfsHttpsAction;
  readonly key: Buffer | undefined;
}

/** Text: what is wrong, for the web server's log. */
function prepare({ file, route: path, key: keyFile }: VfsCgiOptions, io: Io): Prepared | string {
  const start = configFromArguments({ ...NO_FLAGS, file }, io);
  if (start.kind === "problems") return pages(start.problems, io);
  const { config } = start;
  const lent = config.routes.flatMap((route) =>
    route.action.kind === "vfs_https" ? [{ route, action: route.action }] : [],
  );
  const meant = lent.filter(({ route }) => path === undefined || route.path === path);
  const [found] = meant;
  if (found === undefined || meant.length > 1) {
    return `ferrox vfs-cgi: ${meant.length} routes with vfs_https fit; name one: --route PATH\n`;
  }
  if (config.fileSystems.get(found.action.fileSystem)?.kind === "memory") {
    return "ferrox vfs-cgi: files in memory would be gone after each request\n";
  }
  const key = keyFile === undefined ? undefined : keyIn(resolve(io.cwd, keyFile));
  if (typeof key === "string") return `ferrox vfs-cgi: ${harmless(keyFile ?? "")} ${key}\n`;
  return { config, ...found, key };
}

const KEY_BYTES_MIN = 32;

/** Text: why it is of no use. */
function keyIn(path: string): Buffer | string {
  const opened = openPlain(path);
  if (opened.kind === "absent") return `is not there: head -c ${KEY_BYTES_MIN} /dev/urandom > FILE`;
  if (opened.kind === "refused") return opened.reason;
  const { descriptor, stats } = opened;
  try {
    if ((stats.mode & 0o077) !== 0) return "may be read by others: chmod 600";
    const key = readFileSync(descriptor);
    return key.length < KEY_BYTES_MIN ? `is too short: at least ${KEY_BYTES_MIN} bytes` : key;
  } finally {
    closeSync(descriptor);
  }
}

function empty(status: number): Response {
  return { status, fields: [], body: NO_BODY };
}

async function answered(prepared: Prepared, ports: VfsCgiPorts): Promise<Response> {
  const { io, pipes } = ports;
  try {
    const cgi = cgiRequest(io.env, pipes.input());
    const handler = await handlerFor(prepared, cgi, ports);
    return await handler(cgi.request, contextOf(cgi, ports));
  } catch (error) {
    // What the handler refuses it answers itself; this is what never reached it.
    if (error instanceof HttpError) return empty(error.status);
    io.err(`ferrox vfs-cgi: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    return empty(500);
  }
}

async function handlerFor(
  { config, route, action, key }: Prepared,
  { place, remoteUser }: CgiRequest,
  ports: VfsCgiPorts,
): Promise<Handler> {
  const { io, clock } = ports;
  const log = logTo(io);
  const fileSystems = await fileSystemsOf(config, clock);
  const authority = await authorityOf(config, guardsOf(config, { clock }, undefined), {
    clock,
    log,
  });
  const sessionsFor = ({ stampOf }: Doorkeeper): Sessions => {
    if (remoteUser !== undefined) return ofOne(remoteUser);
    if (key === undefined) return NEVER_REMEMBERED;
    const idleSeconds = config.limits.vfsHttps.sessionIdleMs / 1000;
    return signedSessions({
      key,
      nowSeconds: Math.floor(clock.wallMs() / 1000),
      idleSeconds,
      stampOf,
    });
  };
  const means = { config, fileSystems: fileSystems.byName, authority, sessionsFor };
  const handler = lending(action, { ...route, prefix: place }, means);
  return route.allow === undefined ? handler : allowed(handler, addressSet(route.allow));
}

/** The web server has asked for the password, and knows that it is right. */
function ofOne(user: string): Sessions {
  const session = { id: "", isNew: false, user };
  return { find: async () => session, authorise: async () => session };
}

/** No id is given that would mean nothing to the next process. */
const NEVER_REMEMBERED: Sessions = {
  find: async () => ({ id: "", isNew: false, user: undefined }),
  authorise: async (session, user) => ({ ...session, user }),
};

/** The web server keeps what a program says on standard error. */
function logTo(io: Io): Logger {
  const say = (_: unknown, message: string) => io.err(`ferrox vfs-cgi: ${harmless(message)}\n`);
  return { debug() {}, info() {}, warn: say, error: say };
}

function contextOf({ peer }: CgiRequest, { io, clock }: VfsCgiPorts): Context {
  const { signal } = new AbortController();
  return {
    peer,
    clock,
    log: logTo(io),
    signal,
    route: "",
    requestId: "",
    viaProxy: false,
    cache: undefined,
  };
}
