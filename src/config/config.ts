// What a configuration means once it has been read: every word checked, every default filled in,
// every path absolute, every time in milliseconds. Frozen. app.ts builds the server from this and
// nothing else; where the values came from is config/read-config.ts's business.

import type { AuthRule } from "../handlers/auth-rules.ts";
import type { Caching } from "../handlers/caching.ts";
import type { CompressionOptions } from "../handlers/compressor.ts";
import type { CrossOriginPolicy } from "../handlers/cross-origin.ts";
import type { HeaderRule } from "../handlers/header-rules.ts";
import type { ChoiceMode } from "../handlers/precomputed/choose.ts";
import type { SecurityLevel } from "../handlers/security-headers.ts";
import type { VfsHttpsLimits } from "../handlers/vfs-https.ts";
import type { WebdavLimits } from "../handlers/webdav/limits.ts";
import type { Http1Limits } from "../http1/limits.ts";
import type { TransportLimits } from "../transport/limits.ts";

/** Where a value stands, for people: "ferrox.yml:12", "--port", "default". */
export type Origin = string;

export interface ServerConfig {
  /** Doors that somebody else has opened for us: descriptors. Then no others are opened. */
  readonly inherited?: {
    readonly http: number | undefined;
    readonly https: number | undefined;
  };
  /** IP address, "localhost", or "unix:/absolute/path". */
  readonly addr: string;
  /** 0: any free port. undefined: do not listen. */
  readonly httpPort: number | undefined;
  /** Only used when TLS is on. */
  readonly httpsPort: number | undefined;
  /** Host names of this server beyond those of routes and certificates; the first is its own name. */
  readonly names: readonly string[];
  /** Processes that serve; "auto": one for each processor. */
  readonly workers: number | "auto";
  /** Names or numbers; who the server is once its doors are open. undefined: as it was started. */
  readonly user: string | undefined;
  readonly group: string | undefined;
  /** Address ranges whose word about a client's address is believed (base/ip-address.ts). */
  readonly trustedProxies: readonly string[];
  /** Connections of trusted proxies begin with a PROXY header. */
  readonly proxyProtocol: boolean;
  /** Every answer carries X-Request-Id. */
  readonly requestIds: boolean;
  /** Address ranges that may ask how long an answer took. */
  readonly serverTiming: readonly string[];
}

/** How files are opened that are more than plain PEM. */
export interface CertificateSecret {
  /** pkcs12: both paths are the same, of one file that holds key and chain. */
  readonly form: "pem" | "pkcs12";
  readonly passphrase: string;
}

export interface CertificateFiles {
  readonly certPath: string;
  readonly keyPath: string;
  readonly secret?: CertificateSecret;
  readonly origin: Origin;
}

export type TlsConfig =
  | { readonly kind: "off" }
  /** A leaf for localhost and `names`, made by a local certificate authority. */
  | { readonly kind: "dev"; readonly names: readonly string[] }
  | {
      readonly kind: "files";
      /** For clients that name no host, or one that no other certificate covers. */
      readonly main: CertificateFiles;
      /** Chosen by SNI: by `hosts` ("*.example.org" matches one label). */
      readonly others: readonly (CertificateFiles & { readonly hosts: readonly string[] })[];
    };

export type SymlinkPolicy = "inside" | "never" | "any";

export type FileSystemConfig = FileSystemSource & { readonly origin: Origin };

/** Names are keys of Config.fileSystems; they never lead in a circle. */
type FileSystemSource =
  | {
      readonly kind: "disk";
      readonly root: string;
      readonly symlinks: SymlinkPolicy;
      /** Serve names that start with a dot; ".well-known" is always served (RFC 8615). */
      readonly dotfiles: boolean;
      readonly writable: boolean;
    }
  | { readonly kind: "memory"; readonly writable: boolean; readonly bytesMax: number }
  /** `upper` is writable. */
  | { readonly kind: "overlay"; readonly upper: string; readonly lower: readonly string[] }
  | { readonly kind: "subtree"; readonly of: string; readonly path: string }
  | { readonly kind: "read-only"; readonly of: string }
  | { readonly kind: "mounts"; readonly at: ReadonlyMap<string, string> }
  | {
      readonly kind: "https";
      readonly url: string;
      /** Of a PEM file. */
      readonly caPath: string | undefined;
      readonly credentials: { readonly user: string; readonly password: string } | undefined;
      readonly writable: boolean;
    };

export interface FilesAction {
  readonly kind: "files";
  /** A key of Config.fileSystems. */
  readonly fileSystem: string;
  readonly router: "static" | "spa";
  /** Directory listings. */
  readonly listing: boolean;
  /** Tried in order for a directory. */
  readonly indexNames: readonly string[];
  /** The file a `spa` router falls back to, relative to the file system's root. */
  readonly fallback: string;
  /** Tags in file names ("page.de.html"); the first is for those whom none suits. */
  readonly languages: readonly string[];
  /** Extensions of files to send instead of one of another type: "avif", "webp". */
  readonly types: readonly string[];
  /** Pages are known by their names without ".html". */
  readonly cleanUrls: boolean;
  readonly changes: Changes;
  /** WebDAV, classes 1 and 2. */
  readonly webdav: boolean;
  /** Facts about files and directories as JSON, for programs. */
  readonly rfsapi: boolean;
  /** Directories as one file, for those who ask. */
  readonly archives: boolean;
}

/**
 * Whether files may be changed on a route. refused: they might be, but a switch is off (403 says
 * which); none: nobody ever spoke of changing them (405).
 */
export type Changes = "allowed" | "refused" | "none";

export interface RedirectAction {
  readonly kind: "redirect";
  /** A path ("/new") or a URL, with the route's blanks in it. */
  readonly to: string;
  readonly status: 301 | 302 | 303 | 307 | 308;
}

/** How the server is, in Prometheus' text format. */
export interface MetricsAction {
  readonly kind: "metrics";
}

/** "live": 200 while the process runs. "ready": 503 once it was asked to stop. */
export interface HealthAction {
  readonly kind: "health";
  readonly of: "live" | "ready";
}

/** A file system lent over HTTPS, in the commands of vfs/https/messages.ts. */
export interface VfsHttpsAction {
  readonly kind: "vfs_https";
  /** A key of Config.fileSystems. */
  readonly fileSystem: string;
  /** Write honours where in files of at most so many bytes; undefined: it only adds. */
  readonly writeAtBytesMax: number | undefined;
}

/** A store of answers made beforehand. */
export interface PrecomputedAction {
  readonly kind: "precomputed";
  /** Absolute. */
  readonly root: string;
  readonly mode: ChoiceMode;
}

export interface RouteConfig {
  /** Lower case, without port; undefined: any host. */
  readonly host: string | undefined;
  /** Starts with "/"; of redirects it may have blanks: "/blog/:year/:slug", "/docs/*". */
  readonly path: string;
  readonly action:
    | FilesAction
    | RedirectAction
    | MetricsAction
    | HealthAction
    | VfsHttpsAction
    | PrecomputedAction;
  /** Address ranges of those who may ask; undefined: everybody. */
  readonly allow: readonly string[] | undefined;
  /** undefined: pages of other sites may not read its answers. */
  readonly cors: CrossOriginPolicy | undefined;
  readonly origin: Origin;
}

export interface LogConfig {
  /** undefined: no log files. Errors go to standard error, exchanges nowhere. */
  readonly dir: string | undefined;
  /** Without a folder: exchanges go to standard output after all (`log_dir: "-"`). */
  readonly isOnStreams: boolean;
  readonly access: "combined" | "json" | "off";
  readonly level: "debug" | "info" | "warn" | "error";
}

export interface Limits {
  readonly http1: Http1Limits;
  readonly transport: TransportLimits;
  /** How long answers under way may take once the server was asked to stop. */
  readonly drainMs: number;
  /** How long connections are still accepted then, so that load balancers see it coming. */
  readonly drainDelayMs: number;
  /** Requests a second of one client, on the average; 0: no limit. */
  readonly requestRateMax: number;
  /** How many may come at once before the average counts. */
  readonly requestBurstMax: number;
  /** Wrong passwords of one address before it must wait. */
  readonly authFailuresMax: number;
  /** The longest wait; after so long without a failure they are forgotten. */
  readonly authWindowMs: number;
  /** Passwords checked at the same time. */
  readonly authChecksMax: number;
  readonly webdav: WebdavLimits;
  /** Archives made at a time. */
  readonly archivesMax: number;
  /** Files and directories in one archive. */
  readonly archiveEntriesMax: number;
  /** Entries shown of a directory. */
  readonly listingEntriesMax: number;
  /** Files in one form of a listing. */
  readonly formFilesMax: number;
  /** Bytes of small files kept in memory. 0: none. */
  readonly cacheBytesMax: number;
  /** How long they are given without asking whether they have changed. */
  readonly cacheFreshMs: number;
  readonly vfsHttps: VfsHttpsLimits;
}

export interface Config {
  /** The file, as named by the user; undefined when there was none. */
  readonly file: string | undefined;
  readonly server: ServerConfig;
  readonly limits: Limits;
  /** undefined: nothing is compressed on the fly. */
  readonly compression: CompressionOptions | undefined;
  readonly tls: TlsConfig;
  readonly fileSystems: ReadonlyMap<string, FileSystemConfig>;
  readonly routes: readonly RouteConfig[];
  /** Who may do what; none: anyone anything. */
  readonly auth: readonly AuthRule[];
  /** Added to every response. Never framing fields. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Applied in this order, after `headers`. */
  readonly headerRules: readonly HeaderRule[];
  readonly securityHeaders: SecurityLevel;
  readonly caching: Caching;
  /** Media types by extension without dot, lower case. */
  readonly mediaTypes: ReadonlyMap<string, string>;
  /** Whether files whose names tell no media type are looked into. */
  readonly guessText: boolean;
  /** Folder of error page templates; undefined: the built-in page. */
  readonly errorsDir: string | undefined;
  readonly log: LogConfig;
  /** Where the process number stands while the server runs; undefined: nowhere. */
  readonly pidFile: string | undefined;
}
