// The `limits:` section. Every limit has a default and two bounds. The defaults are those of
// http1/limits.ts and transport/limits.ts, written again because this folder knows only the types
// of others; a test holds both equal.

import { count, duration, row, size } from "./kinds.ts";
import { type WebdavLimitWords, webdavLimitRows } from "./schema-webdav.ts";
import { type Zod, z } from "./zod.ts";

export interface LimitWords extends WebdavLimitWords {
  readonly request_line_bytes: number;
  readonly header_bytes: number;
  readonly header_count: number;
  readonly body_bytes: number;
  readonly upload_bytes: number;
  readonly drain_bytes: number;
  readonly chunk_line_bytes: number;
  readonly chunk_overhead_bytes: number;
  readonly connections: number;
  readonly connections_per_ip: number;
  /** These three fall back to server.timeout. */
  readonly head_timeout?: number | undefined;
  readonly keep_alive?: number | undefined;
  readonly handshake_timeout?: number | undefined;
  readonly body_idle: number;
  readonly linger: number;
  readonly drain: number;
  readonly drain_delay: number;
  readonly receive_rate: number;
  readonly send_rate: number;
  readonly bandwidth: number;
  readonly request_rate: number;
  readonly request_burst: number;
  readonly requests_per_connection: number;
  readonly auth_failures: number;
  readonly auth_window: number;
  readonly auth_checks: number;
  readonly archives: number;
  readonly archive_entries: number;
  readonly listing_entries: number;
  readonly form_files: number;
  readonly cache_bytes: number;
  readonly cache_fresh: number;
  readonly vfs_command_bytes: number;
  readonly vfs_read_bytes: number;
  readonly vfs_sessions: number;
  readonly vfs_session_idle: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Zero would refuse everybody; more than an hour is a slip of the finger. */
export const WAIT: { readonly min: number; readonly max: number } = { min: 1, max: HOUR };

const TIMEOUT_NOTE = "Default: what `server.timeout` says.";

export const limitRows: Zod.ZodType<LimitWords> = z.strictObject({
  request_line_bytes: row(
    size({ min: 64, max: MIB }),
    "The request line: method, target and version. A longer one is answered 414.",
  ).prefault("8KiB"),
  header_bytes: row(
    size({ min: 64, max: MIB }),
    "All header fields of a request together. More is answered 431.",
  ).prefault("8KiB"),
  header_count: row(
    count({ min: 1, max: 10_000 }),
    "Header fields of a request. More is answered 431.",
  ).prefault(100),
  body_bytes: row(
    size({ min: 0, max: 1024 * GIB }),
    "The body of one request. A larger one is answered 413.",
  ).prefault("100MiB"),
  upload_bytes: row(
    size({ min: 0, max: 1024 * GIB }),
    "The same of `PUT`, whose body becomes a file.",
  ).prefault("10GiB"),
  drain_bytes: row(
    size({ min: 0, max: GIB }),
    "How much of a body that nobody wants is read and dropped to keep the connection; with more " +
      "to come it is closed.",
  ).prefault("64KiB"),
  chunk_line_bytes: row(
    size({ min: 64, max: MIB }),
    "One line of a chunked body's packing: a size with its extensions, or a trailer field. " +
      "A longer one is answered 400.",
  ).prefault("4KiB"),
  chunk_overhead_bytes: row(
    size({ min: KIB, max: GIB }),
    "All packing of a chunked body beyond twice its content. More is answered 413.",
  ).prefault("16KiB"),
  connections: row(
    count({ min: 1, max: 1_000_000 }),
    "Open connections of all clients; beyond that, new ones are refused.",
  ).prefault(10_000),
  connections_per_ip: row(
    count({ min: 0, max: 1_000_000 }),
    "Open connections of one address (of IPv6, of one /64 network). 0: no limit.",
  ).prefault(0),
  head_timeout: row(
    duration(WAIT),
    `From the first byte of a request to the end of its head. Then 408. ${TIMEOUT_NOTE}`,
  ).optional(),
  keep_alive: row(
    duration(WAIT),
    `How long a connection may wait for its next request. ${TIMEOUT_NOTE}`,
  ).optional(),
  handshake_timeout: row(
    duration(WAIT),
    `From accepting a connection to the end of its TLS handshake. ${TIMEOUT_NOTE}`,
  ).optional(),
  body_idle: row(
    duration(WAIT),
    "A request body that makes no progress, or a reader that takes nothing, for so long is given up.",
  ).prefault("15s"),
  linger: row(
    duration({ min: 0, max: 60 * SECOND }),
    "How long a connection we closed still listens, so that the client can read the last answer.",
  ).prefault("2s"),
  drain: row(
    duration({ min: 0, max: HOUR }),
    "How long answers under way may take once the server was asked to stop.",
  ).prefault("10s"),
  drain_delay: row(
    duration({ min: 0, max: HOUR }),
    "How long connections are still accepted before that, while a route with `health: ready` " +
      "already answers 503: time for load balancers to look elsewhere.",
  ).prefault("0s"),
  receive_rate: row(
    size({ min: 0, max: GIB }),
    "Bytes a second that a request body must bring on the average. Every byte gains time, up to " +
      "`body_idle`; when the time is used up, the answer is 408. 0: any progress will do.",
  ).prefault("500B"),
  send_rate: row(
    size({ min: 0, max: GIB }),
    "Bytes a second that a reader must take on the average, counted likewise; else its connection " +
      "is closed. 0: any progress will do.",
  ).prefault("500B"),
  bandwidth: row(
    size({ min: 0, max: 64 * GIB }),
    "Bytes a second that one response is sent with, at most. 0: as fast as it goes.",
  ).prefault(0),
  request_rate: row(
    count({ min: 0, max: 1_000_000 }),
    "Requests a second of one address (of IPv6, of one /64 network) on the average. More are " +
      "answered 429. 0: no limit.",
  ).prefault(0),
  request_burst: row(
    count({ min: 1, max: 1_000_000 }),
    "With `request_rate`: how many may come at once before the average counts.",
  ).prefault(100),
  requests_per_connection: row(
    count({ min: 0, max: 1_000_000_000 }),
    "Requests on one connection before it is closed. 0: no limit.",
  ).prefault(0),
  auth_failures: row(
    count({ min: 1, max: 1_000_000 }),
    "Wrong passwords of one address (of IPv6, of one /64 network). After that it must wait, a second " +
      "at first and twice as long after each further one, and is answered 429 meanwhile.",
  ).prefault(10),
  auth_window: row(
    duration({ min: 1000, max: 24 * HOUR }),
    "The longest of these waits; after so long without a wrong password all are forgotten.",
  ).prefault("15m"),
  auth_checks: row(
    count({ min: 1, max: 64 }),
    "Passwords that are checked at the same time: each takes 16 MiB and a part of a second of one " +
      "processor. Sixty-four times as many may wait; more are answered 503.",
  ).prefault(2),
  archives: row(
    count({ min: 1, max: 10_000 }),
    "Archives made at a time, of all routes with `archives` (each worker by itself); more are " +
      "answered 503.",
  ).prefault(4),
  archive_entries: row(
    count({ min: 1, max: 1_000_000 }),
    "Files and directories in one archive. With more, it ends there, and the connection is cut.",
  ).prefault(50_000),
  listing_entries: row(count({ min: 1, max: 1_000_000 }), "Entries shown of a directory.").prefault(
    10_000,
  ),
  form_files: row(
    count({ min: 1, max: 1_000_000 }),
    "Files in one form of a listing, which browsers without JavaScript send. More are answered 413.",
  ).prefault(1000),
  cache_bytes: row(
    size({ min: 0, max: 64 * GIB }),
    "Memory for small files that are asked for often, and as much again for compressed ones. " +
      "0: none are kept.",
  ).prefault("128MiB"),
  cache_fresh: row(
    duration({ min: 0, max: HOUR }),
    "How long such a file is given without asking the disk whether it has changed.",
  ).prefault("1s"),
  vfs_command_bytes: row(
    size({ min: KIB, max: GIB }),
    "With `vfs_https`: one command, as JSON. A longer one is answered 413; so is one of more than " +
      "64 KiB of a client that may change nothing.",
  ).prefault("8MiB"),
  vfs_read_bytes: row(
    size({ min: KIB, max: GIB }),
    "With `vfs_https`: what one Read gives at most; whoever wants more asks again.",
  ).prefault("1MiB"),
  vfs_sessions: row(
    count({ min: 1, max: 1_000_000 }),
    "With `vfs_https`: logins that are remembered, of all clients of a route; then the one unused " +
      "for longest ends.",
  ).prefault(10_000),
  vfs_session_idle: row(
    duration({ min: SECOND, max: 24 * HOUR }),
    "With `vfs_https`: a login that nobody has used for so long ends.",
  ).prefault("15m"),
  ...webdavLimitRows,
});
