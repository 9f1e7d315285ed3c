// Words → Config: defaults that depend on other words, paths made absolute, and the rules between
// several words. Whether the disk agrees is check-files.ts's business.

import type { CompressionOptions } from "../handlers/compressor.ts";
import { buildAuth } from "./build-auth.ts";
import { buildSites } from "./build-routes.ts";
import { buildCaching, buildHeaderRules, refuseTwins } from "./build-rules.ts";
import { buildTls } from "./build-tls.ts";
import type { Config, Limits, LogConfig, ServerConfig, TlsConfig } from "./config.ts";
import { absolutePath, type DiskClaim, type Draft } from "./draft.ts";
import type { KeyPath } from "./key.ts";
import { keyText } from "./key.ts";
import type { Origins } from "./origins.ts";
import type { Problem } from "./problem.ts";
import type { Words } from "./schema.ts";
import { webdavLimitsOf } from "./schema-webdav.ts";

export interface Surroundings {
  readonly words: Words;
  /** Where each route stands in the list as written; wrong ones were taken out. */
  readonly routePlaces: readonly number[];
  readonly origins: Origins;
  /** As the user named it; undefined: there is no file. */
  readonly file: string | undefined;
  /** Absolute; what relative paths count from. */
  readonly folder: string;
  readonly env: Draft["env"];
}

export interface Built {
  readonly config: Config;
  readonly claims: readonly DiskClaim[];
  readonly problems: readonly Problem[];
}

export function buildConfig(surroundings: Surroundings): Built {
  const { words, routePlaces, origins, file, folder, env } = surroundings;
  const problems: Problem[] = [];
  const claims: DiskClaim[] = [];
  const report =
    (severity: Problem["severity"]) => (path: KeyPath, message: string, hint?: string) => {
      problems.push({ place: origins.placeOf(path), key: keyText(path), message, hint, severity });
    };
  const draft: Draft = {
    words,
    routePlaces,
    origins,
    folder,
    env,
    error: report("error"),
    warn: report("warning"),
    claim: (claim) => claims.push(claim),
  };
  const tls = buildTls(draft);
  const { fileSystems, routes } = buildSites(draft);
  const config: Config = {
    file,
    server: buildServer(draft, tls),
    limits: buildLimits(words),
    compression: buildCompression(draft),
    tls,
    fileSystems,
    routes,
    auth: buildAuth(draft),
    headers: buildHeaders(draft),
    headerRules: buildHeaderRules(draft),
    securityHeaders: words.security_headers,
    caching: buildCaching(draft),
    mediaTypes: buildMediaTypes(draft),
    guessText: words.server.guess_text,
    errorsDir: buildErrorsDir(draft),
    log: buildLog(draft, file),
    pidFile: buildPidFile(draft),
  };
  return { config: frozen(config), claims, problems };
}

function buildServer(draft: Draft, tls: TlsConfig): ServerConfig {
  const { addr, http_port, https_port, names, workers, user, group } = draft.words.server;
  const httpPort = http_port === "off" ? undefined : http_port;
  const httpsPort = https_port === "off" || tls.kind === "off" ? undefined : https_port;
  // The words themselves: a certificate that is missing has been reported, and TLS is meant.
  const isSecure = draft.words.tls.enabled === true;
  if (isSecure && https_port === "off") {
    draft.error(["server", "https_port"], "is off, but tls.enabled is true");
  } else if (!isSecure && httpPort === undefined) {
    draft.error(["server", "http_port"], "is off, and TLS is too: there is nothing to listen on");
  } else if (isSecure && httpPort !== undefined && addr.startsWith("unix:")) {
    const message = "would share its socket with HTTPS";
    draft.error(["server", "http_port"], message, "on a Unix socket, write http_port: off");
  } else if (isSecure && httpPort === https_port && httpPort !== 0) {
    draft.error(["server", "https_port"], `is ${https_port}, as is server.http_port`);
  }
  if (workers !== 1) {
    warnOfSeparateMemories(draft);
    warnOfMissingLocks(draft);
    warnOfSeparateLogins(draft);
  }
  return { addr, httpPort, httpsPort, names, workers, user, group, ...buildProxies(draft) };
}

function warnOfSeparateMemories(draft: Draft): void {
  for (const [name, { kind }] of Object.entries(draft.words.file_systems)) {
    if (kind !== "memory") continue;
    const hint = "set server.workers to 1, or use a folder";
    draft.warn(["file_systems", name], "is not one: each worker has its own memory", hint);
  }
}

/** A lock that other workers know nothing of would be worse than none. */
function warnOfMissingLocks(draft: Draft): void {
  for (const [index, { webdav }] of (draft.words.routes ?? []).entries()) {
    if (webdav !== true) continue;
    const key = ["routes", draft.routePlaces[index] ?? index, "webdav"];
    const hint = "set server.workers to 1";
    draft.warn(key, "has no locks (class 1 only): workers would not know each other's", hint);
  }
}

/** Clients that keep their connection notice nothing, and ours log in again. */
function warnOfSeparateLogins(draft: Draft): void {
  for (const [index, { vfs_https }] of (draft.words.routes ?? []).entries()) {
    if (vfs_https === undefined) continue;
    const key = ["routes", draft.routePlaces[index] ?? index, "vfs_https"];
    const hint = "set server.workers to 1 for clients that log in once only";
    draft.warn(key, "knows a login in the worker that it was said to, and in no other", hint);
  }
}

function buildProxies(
  draft: Draft,
): Pick<ServerConfig, "trustedProxies" | "proxyProtocol" | "requestIds" | "serverTiming"> {
  const { trusted_proxies, proxy_protocol, request_ids, server_timing } = draft.words.server;
  if (proxy_protocol && trusted_proxies.length === 0) {
    const hint = "say whose header is believed: server.trusted_proxies";
    draft.error(["server", "proxy_protocol"], "is true, but no proxy is trusted", hint);
  }
  return {
    trustedProxies: trusted_proxies,
    proxyProtocol: proxy_protocol,
    requestIds: request_ids,
    serverTiming: server_timing,
  };
}

function buildLimits({ limits, server }: Words): Limits {
  return {
    http1: {
      requestLineBytesMax: limits.request_line_bytes,
      headBytesMax: limits.header_bytes,
      fieldCountMax: limits.header_count,
      bodyBytesMax: limits.body_bytes,
      uploadBytesMax: limits.upload_bytes,
      drainBytesMax: limits.drain_bytes,
      headTimeoutMs: limits.head_timeout ?? server.timeout,
      keepAliveMs: limits.keep_alive ?? server.timeout,
      bodyIdleMs: limits.body_idle,
      chunkLineBytesMax: limits.chunk_line_bytes,
      chunkOverheadBytesMax: limits.chunk_overhead_bytes,
      requestsMax: limits.requests_per_connection,
      receiveRateMin: limits.receive_rate,
      bandwidthMax: limits.bandwidth,
    },
    transport: {
      connectionsMax: limits.connections,
      connectionsPerAddressMax: limits.connections_per_ip,
      handshakeTimeoutMs: limits.handshake_timeout ?? server.timeout,
      lingerMs: limits.linger,
      sendRateMin: limits.send_rate,
    },
    drainMs: limits.drain,
    drainDelayMs: limits.drain_delay,
    requestRateMax: limits.request_rate,
    requestBurstMax: limits.request_burst,
    authFailuresMax: limits.auth_failures,
    authWindowMs: limits.auth_window,
    authChecksMax: limits.auth_checks,
    webdav: webdavLimitsOf(limits),
    archivesMax: limits.archives,
    archiveEntriesMax: limits.archive_entries,
    listingEntriesMax: limits.listing_entries,
    formFilesMax: limits.form_files,
    cacheBytesMax: limits.cache_bytes,
    cacheFreshMs: limits.cache_fresh,
    vfsHttps: {
      commandBytesMax: limits.vfs_command_bytes,
      readBytesMax: limits.vfs_read_bytes,
      sessionsMax: limits.vfs_sessions,
      sessionIdleMs: limits.vfs_session_idle,
    },
  };
}

function buildCompression(draft: Draft): CompressionOptions | undefined {
  const { enabled, min_bytes, max_bytes, codings } = draft.words.compression;
  if (min_bytes > max_bytes) {
    draft.error(["compression", "min_bytes"], "is more than compression.max_bytes");
  }
  return enabled ? { bytesMin: min_bytes, bytesMax: max_bytes, codings } : undefined;
}

function buildHeaders(draft: Draft): readonly (readonly [string, string])[] {
  refuseTwins(draft, ["headers"], Object.keys(draft.words.headers));
  return Object.entries(draft.words.headers);
}

function buildMediaTypes(draft: Draft): ReadonlyMap<string, string> {
  refuseTwins(draft, ["media_types"], Object.keys(draft.words.media_types));
  const types = Object.entries(draft.words.media_types);
  return new Map(types.map(([extension, type]) => [extension.toLowerCase(), type]));
}

function buildErrorsDir(draft: Draft): string | undefined {
  const { errors_dir } = draft.words.paths;
  if (errors_dir === undefined) return undefined;
  const diskPath = absolutePath(draft, errors_dir);
  draft.claim({ kind: "folder", diskPath, key: ["paths", "errors_dir"] });
  return diskPath;
}

function buildPidFile(draft: Draft): string | undefined {
  const { pid_file } = draft.words.paths;
  return pid_file === undefined ? undefined : absolutePath(draft, pid_file);
}

/** As `log_dir`: the standard streams, which whoever started the server collects. */
const STREAMS = "-";

/** Without a file, nobody asked for a folder of logs: none is made where people happen to be. */
function buildLog(draft: Draft, file: string | undefined): LogConfig {
  const { logging, paths } = draft.words;
  const key = ["paths", "log_dir"];
  const { access, level } = logging;
  if (paths.log_dir === STREAMS) return { dir: undefined, isOnStreams: true, access, level };
  if (file === undefined && !draft.origins.isSaid(key)) {
    return { dir: undefined, isOnStreams: false, access, level };
  }
  const dir = absolutePath(draft, paths.log_dir);
  draft.claim({ kind: "log-folder", diskPath: dir, key });
  return { dir, isOnStreams: false, access, level };
}

/** Objects and arrays all the way down; a Map cannot be frozen, its type must do. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const parts = value instanceof Map ? value.values() : Object.values(value);
  for (const part of parts) frozen(part);
  return Object.freeze(value);
}
