// Flags, variables and the file → the Config to start with, in this order of weight.

import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load-config.ts";
import type { Origins } from "../config/origins.ts";
import { type Override, overridesFromEnvironment, scalarOf } from "../config/overrides.ts";
import type { Problem } from "../config/problem.ts";
import { readIdentity } from "../transport/identity.ts";
import type { ServeOptions } from "./arguments.ts";
import type { Io } from "./io.ts";

export type Start =
  | {
      readonly kind: "config";
      readonly config: Config;
      readonly warnings: readonly Problem[];
      readonly origins: Origins;
      /** When the port is taken, the next one will do: nobody wrote it down. */
      readonly mayMovePort: boolean;
    }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/** The part of Io that decides what is read. */
export type Place = Pick<Io, "cwd" | "env" | "nowMs">;

export const DEFAULT_FILE = "ferrox.yml";

/** For commands that read the configuration as `serve` would, and have no say in it. */
export const NO_FLAGS: Omit<ServeOptions, "file"> = {
  dir: undefined,
  port: undefined,
  host: undefined,
  strictPort: false,
  single: false,
  index: undefined,
  tls: false,
  open: false,
  pidFile: undefined,
  quiet: 0,
};

export function configFromArguments(options: ServeOptions, io: Place): Start {
  const isQuick = options.dir !== undefined && options.file === undefined;
  const result = loadConfig({
    file: isQuick ? undefined : (options.file ?? DEFAULT_FILE),
    cwd: io.cwd,
    env: io.env,
    overrides: [
      ...(isQuick ? QUICK : []),
      ...fromEnvironment(io),
      ...fromFlags(options, io.cwd, isQuick),
    ],
    judgeCertificate: (certPath, keyPath, secret) =>
      readIdentity({ certPath, keyPath, secret }, io.nowMs),
    hintWhenMissing:
      options.file === undefined ? "to serve this folder: ferrox serve ." : undefined,
  });
  if (result.kind === "problems") return result;
  const { config, warnings, origins } = result;
  const mayMovePort = isQuick && !options.strictPort;
  return { kind: "config", config, warnings, origins, mayMovePort };
}

/** Variables as they would count for `serve`; their paths count from where we are. */
export function fromEnvironment({ env, cwd }: Place): readonly Override[] {
  return overridesFromEnvironment(env).map((override) => {
    const { section, value } = override;
    return section === "paths" ? { ...override, value: resolve(cwd, String(value)) } : override;
  });
}

// `ferrox serve DIR`: somebody wants to see a folder, now, without asking an administrator.
const QUICK: readonly Override[] = [
  { section: "server", word: "http_port", value: 8080, origin: "default" },
  { section: "server", word: "https_port", value: 8443, origin: "default" },
  { section: "server", word: "index", value: true, origin: "default" },
];

function fromFlags(options: ServeOptions, cwd: string, isQuick: boolean): readonly Override[] {
  const { dir, port, host, single, index, tls, pidFile } = options;
  const overrides: Override[] = [];
  const set = (section: string, word: string, value: unknown, origin: string) => {
    overrides.push({ section, word, value, origin });
  };
  if (dir !== undefined) set("paths", "serve_dir", resolve(cwd, dir), "DIR");
  if (pidFile !== undefined) set("paths", "pid_file", resolve(cwd, pidFile), "--pid-file");
  if (host !== undefined) set("server", "addr", host, "--host");
  if (tls) overrides.push(...TLS);
  // One address is enough for a quick look; the redirect from HTTP would need another port.
  if (tls && isQuick) set("server", "http_port", "off", "--tls");
  if (port !== undefined) {
    set("server", tls ? "https_port" : "http_port", scalarOf(port), "--port");
  }
  if (single) set("server", "router", "spa", "--single");
  if (index !== undefined) set("server", "index", index, index ? "--index" : "--no-index");
  return overrides;
}

const TLS: readonly Override[] = [
  { section: "tls", word: "enabled", value: true, origin: "--tls" },
  {
    section: "tls",
    word: "dev",
    value: true,
    origin: "--tls",
    // A file that has a certificate means that one.
    unlessSaid: ["dev", "cert_path", "key_path", "certificates"],
  },
];
