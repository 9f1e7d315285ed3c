// A Config in the making: what the builders of its parts share.

import { resolve } from "node:path";
import type { CertificateSecret } from "./config.ts";
import type { KeyPath } from "./key.ts";
import type { Origins } from "./origins.ts";
import type { Words } from "./schema.ts";

export interface Draft {
  readonly words: Words;
  readonly routePlaces: readonly number[];
  readonly origins: Origins;
  /** Absolute; what relative paths count from. */
  readonly folder: string;
  /** Environment variables that words may name. */
  readonly env: Readonly<Record<string, string | undefined>>;
  error(path: KeyPath, message: string, hint?: string): void;
  warn(path: KeyPath, message: string, hint?: string): void;
  /** What the configuration takes for granted about the disk; checked later, in check-files.ts. */
  claim(claim: DiskClaim): void;
}

export type DiskClaim =
  /** To be read: must be there. */
  | { readonly kind: "folder"; readonly diskPath: string; readonly key: KeyPath }
  /** To be read and written to: must be there. */
  | { readonly kind: "writable-folder"; readonly diskPath: string; readonly key: KeyPath }
  | { readonly kind: "file"; readonly diskPath: string; readonly key: KeyPath }
  | {
      readonly kind: "users-file";
      readonly diskPath: string;
      readonly key: KeyPath;
      /** Names that rules speak of, and that must be found there. */
      readonly mentioned: readonly { readonly name: string; readonly key: KeyPath }[];
    }
  /** To be written to: made when missing. */
  | { readonly kind: "log-folder"; readonly diskPath: string; readonly key: KeyPath }
  | {
      readonly kind: "certificate";
      readonly secret?: CertificateSecret;
      readonly certPath: string;
      readonly keyPath: string;
      readonly certKey: KeyPath;
      readonly keyKey: KeyPath;
    };

export function absolutePath(draft: Draft, path: string): string {
  return resolve(draft.folder, path);
}
