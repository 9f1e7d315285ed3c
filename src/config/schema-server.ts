// The section `server:`: where to listen, who listens, and how the site behaves.

import { readAddress, readAddressRange, readHost } from "./addresses.ts";
import { duration, flag, type Kind, port, row, word } from "./kinds.ts";
import { expected, meant, type Reading } from "./reading.ts";
import { WAIT } from "./schema-limits.ts";
import { router } from "./schema-routes.ts";
import { type Zod, z } from "./zod.ts";

export interface ServerWords {
  readonly addr: string;
  readonly http_port: number | "off";
  readonly https_port: number | "off";
  readonly timeout: number;
  readonly router: "static" | "spa";
  readonly index: boolean;
  readonly clean_urls: boolean;
  readonly fingerprints: boolean;
  readonly guess_text: boolean;
  readonly names: readonly string[];
  readonly workers: number | "auto";
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly trusted_proxies: readonly string[];
  readonly proxy_protocol: boolean;
  readonly request_ids: boolean;
  readonly server_timing: readonly string[];
}

const WORKERS_MAX = 256;

const workers: Kind<number | "auto"> = {
  title: `number, 1 to ${WORKERS_MAX}, or auto`,
  what: `a number of processes (1 to ${WORKERS_MAX}), or auto`,
  json: { anyOf: [{ type: "integer", minimum: 1, maximum: WORKERS_MAX }, { const: "auto" }] },
  read(value) {
    if (value === "auto") return meant("auto");
    const isWhole = typeof value === "number" && Number.isInteger(value);
    if (isWhole && value >= 1 && value <= WORKERS_MAX) return meant(value);
    return expected(this.what, value);
  },
};

/** A name as useradd takes it (POSIX, 3.437), or a number. Whether it exists shows at the start. */
function readAccount(value: unknown): Reading<string> {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) {
    return meant(String(value));
  }
  const isName =
    typeof value === "string" && /^([A-Za-z_][A-Za-z0-9_.-]{0,30}\$?|[0-9]{1,10})$/.test(value);
  return isName ? meant(value) : expected("a name or a number", value);
}

const hosts = (description: string) =>
  z
    .array(row(word("host name", readHost), "A host name."))
    .meta({ title: "list of host names", description });

const ranges = (description: string) =>
  z
    .array(row(word("address range", readAddressRange), "An address, or a range of them."))
    .meta({ title: "list of addresses", description });

export const serverRows: Zod.ZodType<ServerWords> = z
  .strictObject({
    addr: row(
      { ...word("address", readAddress), what: "an IP address, localhost or unix:/path" },
      "The address to listen on: IPv4, IPv6 (with or without brackets), `localhost`, or " +
        "`unix:/path/of/socket`. `0.0.0.0` is every IPv4 address of this machine, `::` every one.",
    ).prefault("127.0.0.1"),
    http_port: row(
      port,
      "Port for plain HTTP. With TLS on, it sends clients to HTTPS. 0: any free port.",
    ).prefault(80),
    https_port: row(port, "Port for HTTPS, used when `tls.enabled`. 0: any free port.").prefault(
      443,
    ),
    timeout: row(
      duration(WAIT),
      "How long a client may take for a request head, for its next request, and for the TLS " +
        "handshake. A bare number is seconds. Each can be set by itself under `limits`.",
    ).prefault(10),
    router: row(
      router,
      "`static`: a path that does not exist is 404. `spa`: it is answered with the root's " +
        "`index.html`, for applications that route in the browser.",
    ).prefault("static"),
    index: row(flag, "Whether a directory without an index file is listed.").prefault(false),
    clean_urls: row(
      flag,
      "Whether pages are known without their `.html`: `/about` is `about.html`, and `/about.html` is " +
        "redirected there, as `/docs/index.html` is to `/docs/`. A page comes before a directory of " +
        "the same name. `.htm` and `.shtml` likewise, where nothing is before them.",
    ).prefault(false),
    fingerprints: row(
      flag,
      "Whether files whose name holds a hash of their content (`app.3f9c1a2b.js`, " +
        "`index-BkY3xQ9_.css`) may be kept for ever, unless a rule of `caching` is about them.",
    ).prefault(true),
    guess_text: row(
      flag,
      "Whether a file whose name tells no media type is looked into: `text/plain` if it begins as " +
        "UTF-8 text, `application/octet-stream` if not. Else it is always the latter, which " +
        "browsers offer to save.",
    ).prefault(false),
    names: hosts(
      "Names this server answers to, beyond those of routes and certificates; the first is its own.",
    ).prefault([]),
    workers: row(
      workers,
      "Processes that serve, all at the same addresses; `auto`: one for each processor. One that " +
        "dies is replaced. Memory file systems are each worker's own.",
    ).prefault(1),
    user: row(
      word("user", readAccount),
      "Who the server is once its doors are open: a name or a number. Needs to be started as root.",
    ).optional(),
    group: row(
      word("group", readAccount),
      "Its group; with a `user` that is a name, that user's own is the default.",
    ).optional(),
    trusted_proxies: ranges(
      "Addresses of proxies whose word about the client is believed (`Forwarded`, " +
        "`X-Forwarded-For`, `X-Forwarded-Proto`, `X-Request-Id`, the PROXY protocol). Nobody else's is.",
    ).prefault([]),
    proxy_protocol: row(
      flag,
      "Whether connections of `trusted_proxies` begin with a PROXY header, version 1 or 2. Then it " +
        "must be there; from others it is a malformed request.",
    ).prefault(false),
    request_ids: row(
      flag,
      "Whether every answer carries `X-Request-Id`, as do the logs. A trusted proxy's is kept.",
    ).prefault(false),
    server_timing: ranges(
      "Addresses of those who may ask, with `Want-Server-Timing: ?1`, how long an answer took; it " +
        "is told in `Server-Timing`.",
    ).prefault([]),
  })
  .meta({ description: "Where to listen, and how the site behaves." });
