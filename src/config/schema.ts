// Every word a ferrox.yml may hold, once: what kind of value it takes, its default, and what it is
// for. Types, messages, docs/config.md and ferrox.schema.json all come from here. Rules between
// several words (TLS needs a certificate) are in build-config.ts.

import { readAddress, readHost, readHostPattern } from "./addresses.ts";
import type { LogConfig } from "./config.ts";
import { readExtension, readHeaderName, readHeaderValue, readMediaType } from "./header-rules.ts";
import { choice, diskPath, duration, flag, port, row, word } from "./kinds.ts";
import { type LimitWords, limitRows, WAIT } from "./schema-limits.ts";
import {
  type FileSystemWords,
  fileSystemRows,
  type RouteWords,
  routeListRows,
  router,
} from "./schema-routes.ts";
import { type Zod, z } from "./zod.ts";

export interface CertificateWords {
  readonly hosts: readonly string[];
  readonly cert_path: string;
  readonly key_path: string;
}

/** A file whose every word is well formed. The compiler holds it against the rows below. */
export interface Words {
  readonly server: {
    readonly addr: string;
    readonly http_port: number | "off";
    readonly https_port: number | "off";
    readonly timeout: number;
    readonly router: "static" | "spa";
    readonly index: boolean;
    readonly names: readonly string[];
  };
  readonly paths: {
    readonly serve_dir: string;
    readonly log_dir: string;
    readonly errors_dir?: string | undefined;
  };
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: {
    readonly enabled?: boolean | undefined;
    readonly cert_path?: string | undefined;
    readonly key_path?: string | undefined;
    readonly dev: boolean;
    readonly names: readonly string[];
    readonly certificates: readonly CertificateWords[];
  };
  readonly limits: LimitWords;
  readonly file_systems: Readonly<Record<string, FileSystemWords>>;
  readonly routes?: readonly RouteWords[] | undefined;
  readonly logging: {
    readonly access: LogConfig["access"];
    readonly level: LogConfig["level"];
  };
  readonly media_types: Readonly<Record<string, string>>;
}

const hosts = (description: string) =>
  z
    .array(row(word("host name", readHost), "A host name."))
    .meta({ title: "list of host names", description });

const serverRows = z
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
    names: hosts(
      "Names this server answers to, beyond those of routes and certificates; the first is its own.",
    ).prefault([]),
  })
  .meta({ description: "Where to listen, and how the site behaves." });

const pathRows = z
  .strictObject({
    serve_dir: row(diskPath("path of a folder"), "The folder that is served.").prefault("www"),
    log_dir: row(
      diskPath("path of a folder"),
      "Folder of `access.log` and `error.log`; made when missing.",
    ).prefault("logs"),
    errors_dir: row(
      diskPath("path of a folder"),
      "Folder of error pages: `404.html` and the like, else `error.html`, with {{CODE}} and " +
        "{{MESSAGE}} filled in. Default: a page that is built in.",
    ).optional(),
  })
  .meta({ description: "Folders. Relative paths count from the folder of this file." });

const headerRows = z
  .record(
    row(word("header name", readHeaderName), "The name of a header field."),
    row(word("text", readHeaderValue), "The value, as text."),
  )
  .meta({
    description:
      "Fields added to every answer, errors and redirects included: name and value. Names that " +
      "frame the answer, such as Content-Length, are refused.",
  });

const certificateRows = z.strictObject({
  hosts: z
    .array(row(word("host name", readHostPattern), "A host name."))
    .min(1)
    .meta({
      title: "list of host names",
      description: "Names to use it for; `*.example.org` stands for one label.",
    }),
  cert_path: row(diskPath("path of a PEM file"), "The certificate and its chain."),
  key_path: row(diskPath("path of a PEM file"), "Its private key."),
});

const tlsRows = z
  .strictObject({
    enabled: row(flag, "Whether HTTPS is served. Must be said when `tls` is there.").optional(),
    cert_path: row(
      diskPath("path of a PEM file"),
      "The certificate, followed by its chain. Not looked at unless `enabled`.",
    ).optional(),
    key_path: row(
      diskPath("path of a PEM file"),
      "Its private key: PKCS #8, PKCS #1 or SEC 1, without a passphrase.",
    ).optional(),
    dev: row(
      flag,
      "Use a certificate for localhost made on this machine, instead of files. For development.",
    ).prefault(false),
    names: hosts("With `dev`: further hosts the certificate should be good for.").prefault([]),
    certificates: z
      .array(certificateRows)
      .meta({
        title: "list of certificates",
        description: "Further certificates, chosen by the host that the client asks for (SNI).",
      })
      .prefault([]),
  })
  .meta({ description: "HTTPS." });

const loggingRows = z
  .strictObject({
    access: row(
      choice<LogConfig["access"]>(["combined", "json", "off"]),
      "The form of `access.log`: the combined log format, or one JSON object a line.",
    ).prefault("combined"),
    level: row(
      choice<LogConfig["level"]>(["debug", "info", "warn", "error"]),
      "The least important event that is still written.",
    ).prefault("info"),
  })
  .meta({ description: "What is written down." });

const mediaTypeRows = z
  .record(
    row(word("extension", readExtension), "The extension of file names, without its dot."),
    row(word("media type", readMediaType), "A media type."),
  )
  .meta({
    description: "Media types by file name extension (without its dot), before the built-in ones.",
  });

export const configSchema: Zod.ZodType<Words> = z
  .strictObject({
    server: serverRows.prefault({}),
    paths: pathRows.prefault({}),
    headers: headerRows.prefault({}),
    tls: tlsRows.prefault({}),
    limits: limitRows.prefault({}).meta({
      description:
        "What one client, and all of them together, may cost. Times: `500ms`, `5s`, `2m`, `1h`, " +
        "a bare number is seconds. Sizes: `8KiB`, `1MiB`, `10kB`, a bare number is bytes.",
    }),
    file_systems: fileSystemRows.prefault({}).meta({
      description: "Named places where files live, for `routes`.",
    }),
    routes: routeListRows.optional().meta({
      description:
        "Which request gets what: the host's own routes before those without a host, then the " +
        "longest path. Each has exactly one of `files` and `redirect`. Without routes, or when " +
        "`paths.serve_dir` is given and no route is for `/` of any host, that folder is served at `/`.",
    }),
    logging: loggingRows.prefault({}),
    media_types: mediaTypeRows.prefault({}),
  })
  .meta({ title: "ferrox.yml", description: "Configuration of the Ferrox web server." });
