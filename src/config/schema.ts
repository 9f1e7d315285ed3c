// Every word a ferrox.yml may hold, once: what kind of value it takes, its default, and what it is
// for. Types, messages, docs/config.md and ferrox.schema.json all come from here. Rules between
// several words (TLS needs a certificate) are in build-config.ts.

import type { SecurityLevel } from "../handlers/security-headers.ts";
import { readHost, readHostPattern } from "./addresses.ts";
import type { LogConfig } from "./config.ts";
import { readExtension, readMediaType } from "./header-rules.ts";
import { choice, diskPath, flag, row, word } from "./kinds.ts";
import { type AuthEntryWords, authListRows } from "./schema-auth.ts";
import { type CompressionWords, compressionRows } from "./schema-compression.ts";
import { type FileSystemWords, fileSystemRows, readVariable } from "./schema-file-systems.ts";
import { type LimitWords, limitRows } from "./schema-limits.ts";
import { type RouteWords, routeListRows } from "./schema-routes.ts";
import {
  type CachingWords,
  type CorsWords,
  cachingRows,
  corsRows,
  fieldRows,
  type HeaderRuleWords,
  headerRuleRows,
  securityLevel,
} from "./schema-rules.ts";
import { type ServerWords, serverRows } from "./schema-server.ts";
import { type Zod, z } from "./zod.ts";

export interface CertificateWords {
  readonly hosts: readonly string[];
  readonly cert_path: string;
  readonly key_path: string;
}

/** A file whose every word is well formed. The compiler holds it against the rows below. */
export interface Words {
  readonly server: ServerWords;
  readonly paths: {
    readonly serve_dir: string;
    readonly log_dir: string;
    readonly errors_dir?: string | undefined;
    readonly pid_file?: string | undefined;
  };
  readonly headers: Readonly<Record<string, string>>;
  readonly header_rules: readonly HeaderRuleWords[];
  readonly security_headers: SecurityLevel;
  readonly caching: readonly CachingWords[];
  readonly cors?: CorsWords | undefined;
  readonly tls: {
    readonly enabled?: boolean | undefined;
    readonly cert_path?: string | undefined;
    readonly key_path?: string | undefined;
    readonly pkcs12_path?: string | undefined;
    readonly passphrase_env?: string | undefined;
    readonly dev: boolean;
    readonly names: readonly string[];
    readonly certificates: readonly CertificateWords[];
  };
  readonly compression: CompressionWords;
  readonly limits: LimitWords;
  readonly file_systems: Readonly<Record<string, FileSystemWords>>;
  readonly routes?: readonly RouteWords[] | undefined;
  readonly auth: readonly AuthEntryWords[];
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

const pathRows = z
  .strictObject({
    serve_dir: row(diskPath("path of a folder"), "The folder that is served.").prefault("www"),
    log_dir: row(
      diskPath("path of a folder"),
      "Folder of `access.log` and `error.log`; made when missing. `-`: no files; exchanges go to " +
        "standard output and events to standard error, as containers have it.",
    ).prefault("logs"),
    errors_dir: row(
      diskPath("path of a folder"),
      "Folder of error pages: `404.html` and the like, else `error.html`, with {{CODE}} and " +
        "{{MESSAGE}} filled in. Default: a page that is built in.",
    ).optional(),
    pid_file: row(
      diskPath("path of a file"),
      "Where the number of the server's process stands while it runs; `ferrox reload` reads it.",
    ).optional(),
  })
  .meta({ description: "Folders. Relative paths count from the folder of this file." });

const headerRows = fieldRows.meta({
  description:
    "Fields added to every answer, errors and redirects included: name and value. Names that " +
    "frame the answer, such as Content-Length, are refused.",
});

/** The reasons stand beside the values, in handlers/security-headers.ts. */
const SECURITY_TEXT = `What browsers are told for a site's safety, on every answer; \`headers\` stand instead where they say the same field.

- \`X-Content-Type-Options: nosniff\`: types are believed, not guessed.
- \`Referrer-Policy\`: other sites learn which site a visitor comes from, not which page; with \`strict\` nothing.
- \`X-Frame-Options\` and \`Content-Security-Policy: frame-ancestors\`: no other site lays this one into a frame; with \`strict\` not even itself, and no plugins, no foreign \`<base>\`, no forms sent elsewhere.
- \`Cross-Origin-Opener-Policy: same-origin\`: no window is shared with pages of other sites.
- \`Permissions-Policy\`: no camera, no microphone, no whereabouts; with \`strict\` no screen, payment and USB either.
- \`Strict-Transport-Security\`: for a year by HTTPS only; with \`strict\` for all names below, too. Sent over TLS only, and not with \`tls.dev\`.`;

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
      "Its private key: PKCS #8, PKCS #1 or SEC 1.",
    ).optional(),
    pkcs12_path: row(
      diskPath("path of a PKCS #12 file"),
      "Instead of `cert_path` and `key_path`: one file with certificate, chain and key (`.p12`, `.pfx`).",
    ).optional(),
    passphrase_env: row(
      word("name of an environment variable", readVariable),
      "The environment variable that holds the passphrase of the key, or of the PKCS #12 file.",
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
    description:
      'Media types by file name extension (without its dot), before the built-in ones. `""` is for ' +
      "names that have none.",
  });

export const configSchema: Zod.ZodType<Words> = z
  .strictObject({
    server: serverRows.prefault({}),
    paths: pathRows.prefault({}),
    headers: headerRows.prefault({}),
    header_rules: headerRuleRows.prefault([]).meta({
      description:
        "Fields of some answers only: files, listings and redirects; errors have those of `headers`. " +
        "Every rule that fits is applied, in this order, after `headers`. `match` is a glob: `*` is " +
        "anything within one segment of the path, `?` one character, `**` any number of segments, " +
        "`{a,b}` either. A leading `/` is the root of the site; without it a glob may begin at any " +
        "segment. Letter case counts.",
    }),
    security_headers: row(securityLevel, SECURITY_TEXT).prefault(false),
    caching: cachingRows.prefault([]).meta({
      description:
        "For how long files may be kept without asking. The first rule that fits counts; without one " +
        "it is `no-cache` (keep it, but ask), and `public, max-age=31536000, immutable` for names with " +
        "a hash in them (`server.fingerprints`). `match` is a glob, as in `header_rules`. What is no " +
        "file (errors, listings) is always asked for again.",
    }),
    cors: corsRows
      .meta({
        description:
          "Whether pages of other sites may read answers (CORS). `cors: true` is any site, without " +
          "credentials. For all routes; each may say otherwise.",
      })
      .optional(),
    tls: tlsRows.prefault({}),
    compression: compressionRows.prefault({}).meta({
      description: "Compression of text on the fly, for clients that accept it.",
    }),
    limits: limitRows.prefault({}).meta({
      description:
        "What one client, and all of them together, may cost. Times: `500ms`, `5s`, `2m`, `1h`, " +
        "a bare number is seconds. Sizes: `8KiB`, `1MiB`, `10kB`, a bare number is bytes.",
    }),
    file_systems: fileSystemRows.prefault({}).meta({
      description:
        "Named places where files live, for `routes`, and file systems made of others, by their names.",
    }),
    routes: routeListRows.optional().meta({
      description:
        "Which request gets what: the host's own routes before those without a host, then the " +
        "longest path. Each has exactly one of `files`, `redirect`, `metrics` and `health`. Without routes, or when " +
        "`paths.serve_dir` is given and no route is for `/` of any host, that folder is served at `/`.",
    }),
    auth: authListRows.prefault([]).meta({
      description:
        "Who may do what, by path; routes may say it too. The rules of the host that was asked for " +
        "count before those without a host; among them the deepest path that fits decides. Where no " +
        "rule fits, anyone may do anything that the route allows. `ferrox check --auth` prints what " +
        "follows from it.",
    }),
    logging: loggingRows.prefault({}),
    media_types: mediaTypeRows.prefault({}),
  })
  .meta({ title: "ferrox.yml", description: "Configuration of the Ferrox web server." });
