// The section `routes:`: which request gets what.

import { readAddressRange, readHost } from "./addresses.ts";
import type { HealthAction, PrecomputedAction, RedirectAction } from "./config.ts";
import { caseBlindChoice, choice, diskPath, flag, type Kind, row, size, word } from "./kinds.ts";
import {
  readFileName,
  readLanguage,
  readRedirect,
  readRoutePath,
  readTypeExtension,
} from "./paths.ts";
import { expected, meant, type Reading } from "./reading.ts";
import { type AuthWords, routeAuthRows } from "./schema-auth.ts";
import { fileSystemName } from "./schema-file-systems.ts";
import { type CorsWords, corsRows } from "./schema-rules.ts";
import { type Zod, z } from "./zod.ts";

export interface RouteWords {
  readonly host?: string | undefined;
  readonly path: string;
  readonly files?: string | undefined;
  readonly router?: "static" | "spa" | undefined;
  readonly index?: boolean | undefined;
  readonly index_names?: readonly string[] | undefined;
  readonly fallback?: string | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  readonly clean_urls?: boolean | undefined;
  readonly writable?: boolean | undefined;
  readonly webdav?: boolean | undefined;
  readonly rfsapi?: boolean | undefined;
  readonly archives?: boolean | undefined;
  readonly cors?: CorsWords | undefined;
  readonly redirect?: string | undefined;
  readonly status?: RedirectAction["status"] | undefined;
  readonly metrics?: true | undefined;
  readonly health?: HealthAction["of"] | undefined;
  readonly vfs_https?: string | undefined;
  readonly write_at?: number | undefined;
  readonly precomputed?: string | undefined;
  readonly mode?: PrecomputedAction["mode"] | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly auth?: AuthWords | undefined;
}

export const router: Kind<"static" | "spa"> = caseBlindChoice(["static", "spa"]);

const STATUSES = [301, 302, 303, 307, 308] as const;

const redirectStatus: Kind<RedirectAction["status"]> = {
  title: STATUSES.join(" | "),
  what: STATUSES.join(", "),
  json: { enum: [...STATUSES] },
  read(value): Reading<RedirectAction["status"]> {
    const found = STATUSES.find((status) => status === value);
    return found === undefined ? expected(STATUSES.join(", "), value) : meant(found);
  },
};

const onlyTrue: Kind<true> = {
  title: "true",
  what: "true",
  json: { const: true },
  read: (value) =>
    value === true ? meant(true) : expected("true", value, "leave the line out for no"),
};

/** Each route has exactly one of these. */
export const ACTIONS = [
  "files",
  "redirect",
  "metrics",
  "health",
  "vfs_https",
  "precomputed",
] as const;

const routeRows: Zod.ZodType<RouteWords> = z
  .strictObject({
    host: row(
      word("host name", readHost),
      "Only requests for this host. Without it: requests for any host that has no route of its own.",
    ).optional(),
    path: row(
      word("path", readRoutePath),
      "Requests whose path is this or lies below it; the longest fitting path wins. Of redirects it " +
        "may have blanks: `:name` is one segment, `*` at the end the rest, and such a path means " +
        "whole paths only: `/blog/:year/:slug`, `/docs/*`.",
    ),
    files: row(
      fileSystemName,
      "Serve files of this file system: a key of `file_systems`, or `site` for `paths.serve_dir`.",
    ).optional(),
    router: row(router, "As `server.router`, which is the default.").optional(),
    index: row(flag, "As `server.index`, which is the default.").optional(),
    index_names: z
      .array(row(word("file name", readFileName), "A file name."))
      .meta({
        title: "list of file names",
        description:
          "Files that answer for their directory; the first that exists. Default: `index.html`.",
      })
      .optional(),
    fallback: row(
      word("file name", readFileName),
      "The file that a `spa` answers with for paths that do not exist. Default: `index.html`.",
    ).optional(),
    languages: z
      .array(row(word("language tag", readLanguage), "A language tag."))
      .meta({
        title: "list of language tags",
        description:
          "With `[en, de]`, `page.en.html` or `page.de.html` is sent for `/page.html` and `/page`, " +
          "by the client's `Accept-Language`; the first that exists to whom none suits. `page.html` " +
          "stands for the first language where that has no file of its own.",
      })
      .optional(),
    types: z
      .array(
        row(word("extension", readTypeExtension), "The extension of file names, without its dot."),
      )
      .meta({
        title: "list of extensions",
        description:
          "With `[avif, webp]`, `a.avif` is sent for `/a.jpg` to clients whose `Accept` names its " +
          "type. Only for files of the same kind: pictures for pictures.",
      })
      .optional(),
    clean_urls: row(flag, "As `server.clean_urls`, which is the default.").optional(),
    writable: row(
      flag,
      "Whether files may be changed here: `PUT`, `DELETE`, `MKCOL`. Default: what their file system " +
        "says; `false` lends them to be read only.",
    ).optional(),
    webdav: row(
      flag,
      "Speak WebDAV, classes 1 and 2 (RFC 4918): the folder can be mounted by Windows, macOS, GNOME, " +
        "KDE, davfs2 and rclone. Locks are kept in memory, what clients say of files in the folder " +
        "`.ferrox-dav` of a `disk`, else in memory. Default: false.",
    ).optional(),
    rfsapi: row(
      flag,
      "Tell programs what is here as JSON when they ask with `X-Raw-Filesystem-API: 1`: RFSAPI, as " +
        "the server `http` has it. Directories too, whatever `index` says. Default: false.",
    ).optional(),
    archives: row(
      flag,
      "Send a directory, or a file, as one archive to those who ask with `?archive=zip` or " +
        "`?archive=tar`, or whose `Accept` names the type of one. Default: false.",
    ).optional(),
    cors: corsRows
      .meta({ description: "As `cors`, which is the default, for this route alone." })
      .optional(),
    redirect: row(
      word("path or URL", readRedirect),
      "Send the client elsewhere: a path of this site, or a URL. The blanks of `path` are filled in " +
        "wherever they stand behind the host: `/posts/:slug?y=:year`. The query is kept.",
    ).optional(),
    status: row(redirectStatus, "How `redirect` says it. Default: 308.").optional(),
    metrics: row(
      onlyTrue,
      "Answer with figures about the server, in the text format of Prometheus. Unless `allow` says " +
        "otherwise, only to this machine.",
    ).optional(),
    health: row(
      choice<HealthAction["of"]>(["live", "ready"]),
      "Answer 200 while all is well: `live` as long as the server runs, `ready` until it was asked " +
        "to stop; then 503.",
    ).optional(),
    vfs_https: row(
      fileSystemName,
      "Lend this file system to programs, over HTTPS: commands POSTed to `path`, for another Ferrox " +
        "(`kind: https`) or the Rust library `vfs-https`. Needs an `auth` of its own.",
    ).optional(),
    write_at: row(
      size({ min: 1, max: 1024 * 1024 * 1024 }),
      "With `vfs_https`: Write puts bytes where it says, in files of at most so many bytes. Without " +
        "it Write only adds to the end, as clients of `vfs-https` expect.",
    ).optional(),
    precomputed: row(
      diskPath("path of a folder"),
      "Serve a store: a folder of answers made beforehand, as `ferrox compile` and flashd's tools " +
        "make it. Nothing is added to them but Date, Connection, Content-Length and Vary.",
    ).optional(),
    mode: row(
      choice<PrecomputedAction["mode"]>(["documented", "rfc"]),
      "With `precomputed`: how an answer is chosen. `documented`: as flashd's schema says; `rfc`: " +
        "the same, and who does not mention `identity` in `Accept-Encoding` takes what is not coded, " +
        "as the last choice (RFC 9110). Default: documented.",
    ).optional(),
    allow: z
      .array(row(word("address range", readAddressRange), "An address, or a range of them."))
      .meta({
        title: "list of addresses",
        description:
          "Only clients with these addresses are answered, others with 403: `192.0.2.7`, " +
          "`10.0.0.0/8`, `2001:db8::/32`, or `unix` for whoever comes over a Unix socket.",
      })
      .optional(),
    auth: routeAuthRows
      .meta({
        description:
          "Who may do what here, as in an entry of `auth`; it is about the route's path. `auth: none` " +
          "opens what lies at and below it to everybody.",
      })
      .optional(),
  })
  .meta({ oneOf: ACTIONS.map((action) => ({ required: [action] })) });

export const routeListRows: Zod.ZodType<readonly RouteWords[]> = z.array(routeRows);
