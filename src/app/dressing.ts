// What stands on all answers of a server, whoever gives them, and what its refusals look like.

import type { Config } from "../config/config.ts";
import {
  type ErrorTemplates,
  loadErrorTemplates,
  NO_TEMPLATES,
} from "../handlers/error-templates.ts";
import { type Dress, dressOf } from "../handlers/header-rules.ts";
import { securityFields } from "../handlers/security-headers.ts";
import { diskFileSystem } from "../vfs/disk.ts";

export type Wire = "plain" | "tls";

/** @throws FsError when they cannot be read */
export async function templatesOf({ errorsDir }: Config): Promise<ErrorTemplates> {
  if (errorsDir === undefined) return NO_TEMPLATES;
  // The operator's own folder: links may lead wherever the operator likes.
  return loadErrorTemplates(diskFileSystem({ root: errorsDir, symlinks: "any", dotfiles: false }));
}

/** What stands on answers whoever gives them. */
export function dressFor(config: Config, wire: Wire): Dress {
  const { headers, headerRules, securityHeaders } = config;
  // A certificate for development comes and goes; the promise of TLS would outlive it.
  const promisesTls = wire === "tls" && config.tls.kind === "files";
  const security = securityFields({ level: securityHeaders, promisesTls, configured: headers });
  const saysServer = headers.some(([name]) => name.toLowerCase() === "server");
  const server = saysServer ? [] : [["Server", "Ferrox"] as const];
  return dressOf({ headers: [...server, ...security, ...headers], rules: headerRules });
}
