// `ferrox probe`: asks a running server, ours or anybody's, how well it keeps the rules of HTTP.
// Only servers on this machine, unless somebody says that they own the other one: some of what is
// sent looks like an attack, because it is what attackers send.

import { systemClock } from "../base/clock.ts";
import { codeOf } from "../base/system-error.ts";
import { harmless } from "../config/reading.ts";
import { parseAuthority } from "../http/authority.ts";
import type { Group } from "../probe/case.ts";
import { GROUPS } from "../probe/cases/all.ts";
import { listText } from "../probe/list.ts";
import { reportText } from "../probe/report.ts";
import { reportObject } from "../probe/report-object.ts";
import { DEFAULT_PROBE_LIMITS, type ProbeOutcome, runProbe } from "../probe/run.ts";
import { selected } from "../probe/select.ts";
import { tally } from "../probe/tally.ts";
import { addressesOf, type DialOptions, dial } from "../transport/dial.ts";
import { isLoopback } from "../transport/peer-of.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { messageOf } from "./machine-error.ts";
import { isColoured } from "./report-problems.ts";

export interface ProbeOptions {
  /** HOST:PORT as written; undefined: none. */
  readonly server: string | undefined;
  readonly path: string;
  readonly tls: boolean;
  readonly insecure: boolean;
  readonly only: string | undefined;
  readonly json: boolean;
  readonly strict: boolean;
  readonly owned: boolean;
  readonly list: boolean;
}

export async function runProbeCommand(options: ProbeOptions, io: Io): Promise<ExitCode> {
  const groups = selected(GROUPS, options.only);
  if (typeof groups === "string") return refuse(groups, io);
  if (options.list) {
    io.out(options.json ? `${JSON.stringify(listObject(groups))}\n` : listText(groups, io.columns));
    return EXIT_FINE;
  }
  const target = await targetOf(options);
  if (typeof target === "string") return refuse(target, io);
  const startedMs = systemClock.monotonicMs();
  const outcome = await probed(target, groups, options, io);
  if (typeof outcome === "string") return refuse(outcome, io);
  if (outcome.kind === "nothing") return refuse(harmless(outcome.why), io);
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
  const report = { url: target.url, groups, outcome, seconds, isStrict: options.strict };
  io.out(
    options.json
      ? `${JSON.stringify(reportObject(report))}\n`
      : reportText(report, { isColoured: isColoured(io), columns: io.columns }),
  );
  return tally(outcome, options.strict).passed ? EXIT_FINE : EXIT_FAILED;
}

function refuse(why: string, io: Io): ExitCode {
  io.err(`ferrox probe: ${why}\n`);
  return EXIT_USAGE;
}

function listObject(groups: readonly Group[]): object[] {
  return groups.flatMap(({ name, cases }) =>
    cases.map(({ id, level, section, rule }) => ({ id: `${name}/${id}`, level, section, rule })),
  );
}

interface Target {
  /** As in Host. */
  readonly host: string;
  readonly url: string;
  readonly dialing: DialOptions;
}

/** A text: why it is not asked. */
async function targetOf(options: ProbeOptions): Promise<Target | string> {
  const { server, path, tls, insecure, owned } = options;
  if (server === undefined) return "which server? ferrox probe HOST:PORT";
  const shown = harmless(server);
  if (server.includes("//")) return `${shown} is a URL; write HOST:PORT, --path and --tls instead`;
  const authority = parseAuthority(server);
  if (authority?.port === undefined) return `${shown} is not HOST:PORT`;
  if (!/^\/[!-~]*$/.test(path) || path.includes("#")) {
    return `${harmless(path)} is no path; it begins with / and is percent-encoded where needed`;
  }
  const name = authority.host.replace(/^\[|\]$/g, "");
  const addresses = await addressesFor(name);
  if (typeof addresses === "string") return addresses;
  const stranger = addresses.find((one) => !isLoopback(one));
  if (stranger !== undefined && !owned) {
    const is = stranger === name ? "is" : `is ${stranger}, which is`;
    return `${name} ${is} not this machine; probing looks like an attack, so say --yes-i-own-it if you do`;
  }
  const host = `${authority.host}:${authority.port}`;
  return {
    host,
    url: `${tls ? "https" : "http"}://${host}${path}`,
    dialing: {
      // The addresses that were judged, not the name: it may mean others the next time.
      addresses,
      port: authority.port,
      timeoutMs: DEFAULT_PROBE_LIMITS.answerMs,
      ...(tls ? { tls: { name, insecure } } : {}),
    },
  };
}

async function addressesFor(name: string): Promise<readonly string[] | string> {
  try {
    return await addressesOf(name);
  } catch (error) {
    const code = codeOf(error);
    const isUnknown = code === "ENOTFOUND" || code === "EAI_AGAIN";
    return isUnknown ? `${name} is no host this machine knows` : `${name}: ${messageOf(error)}`;
  }
}

/** A text: why nothing could be asked. */
async function probed(
  { host, url, dialing }: Target,
  groups: readonly Group[],
  { path, tls, json }: ProbeOptions,
  io: Io,
): Promise<ProbeOutcome | string> {
  const erase = io.isTerminal && !json ? "\r\x1b[K" : "";
  try {
    return await runProbe({
      dial: () => dial(dialing),
      place: { host, path, isSecure: tls },
      groups,
      limits: DEFAULT_PROBE_LIMITS,
      clock: systemClock,
      progress(done, total, id) {
        const text = `  ${done} of ${total}  ${id}`.slice(0, io.columns - 1);
        if (erase !== "") io.out(erase + text);
      },
    });
  } catch (error) {
    return connectFailure(error, url);
  } finally {
    if (erase !== "") io.out(erase);
  }
}

/** Why nobody could be asked. */
function connectFailure(error: unknown, url: string): string {
  const code = codeOf(error) ?? "";
  if (code === "ECONNREFUSED") return `nobody listens at ${url}`;
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return `no TLS is spoken at ${url}`;
  const isTrust = /CERT|SELF_SIGNED|VERIFY|ISSUER|ALTNAME/.test(code);
  const hint = isTrust ? " (--insecure: any certificate will do)" : "";
  return `no connection to ${url}: ${harmless(messageOf(error))}${hint}`;
}
