// Does the disk agree with the configuration? Everything it takes for granted is looked at once,
// before anything is opened, so that a typing error in a path is told with the line it stands in,
// not by the first visitor. Nothing is made or changed.

import { accessSync, constants, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../base/system-error.ts";
import { usersFileProblems } from "./check-users.ts";
import type { CertificateSecret } from "./config.ts";
import type { DiskClaim } from "./draft.ts";
import { type KeyPath, keyText } from "./key.ts";
import type { Origins } from "./origins.ts";
import type { Problem } from "./problem.ts";

/** What somebody who knows certificates says of a pair of files. */
export type CertificateOpinion =
  | { readonly kind: "certificate"; readonly warnings: readonly string[] }
  | {
      readonly kind: "problems";
      readonly problems: readonly {
        readonly file: "certificate" | "key";
        readonly message: string;
        readonly hint: string;
      }[];
    };

export type CertificateJudge = (
  certPath: string,
  keyPath: string,
  secret?: CertificateSecret,
) => CertificateOpinion;

export interface FileCheck {
  readonly claims: readonly DiskClaim[];
  readonly origins: Origins;
  readonly judgeCertificate: CertificateJudge;
}

export function checkFiles({ claims, origins, judgeCertificate }: FileCheck): readonly Problem[] {
  const problemAt = (key: KeyPath, remark: Remark): Problem => ({
    place: origins.placeOf(key),
    key: keyText(key),
    message: remark.message,
    hint: remark.hint,
    severity: remark.severity ?? "error",
  });
  return claims.flatMap((claim) => {
    if (claim.kind === "certificate") {
      const opinion = judgeCertificate(claim.certPath, claim.keyPath, claim.secret);
      return certificateRemarks(claim, opinion).map(({ key, ...rest }) => problemAt(key, rest));
    }
    if (claim.kind === "users-file") {
      const remark = fileRemark(claim.diskPath);
      return remark === undefined
        ? usersFileProblems(claim, origins)
        : [problemAt(claim.key, { ...remark, hint: remark.hint ?? USERS_HINT })];
    }
    const remark = REMARKS[claim.kind](claim.diskPath);
    return remark === undefined ? [] : [problemAt(claim.key, remark)];
  });
}

const USERS_HINT = "ferrox user add FILE NAME makes one";

const REMARKS: Readonly<
  Record<
    Exclude<DiskClaim["kind"], "certificate" | "users-file">,
    (diskPath: string) => Remark | undefined
  >
> = {
  folder: folderRemark,
  "writable-folder": (diskPath) => folderRemark(diskPath) ?? writableRemark(diskPath),
  "log-folder": logFolderRemark,
  file: fileRemark,
};

interface Remark {
  readonly message: string;
  readonly hint: string | undefined;
  readonly severity?: Problem["severity"];
}

function certificateRemarks(
  { certKey, keyKey }: Extract<DiskClaim, { kind: "certificate" }>,
  opinion: CertificateOpinion,
): readonly (Remark & { readonly key: KeyPath })[] {
  if (opinion.kind === "certificate") {
    return opinion.warnings.map((message) => ({
      key: certKey,
      message,
      hint: undefined,
      severity: "warning",
    }));
  }
  return opinion.problems.map(({ file, message, hint }) => ({
    key: file === "key" ? keyKey : certKey,
    message,
    hint,
  }));
}

function folderRemark(diskPath: string): Remark | undefined {
  const found = look(diskPath);
  if (found.kind === "refused") return remarkOf(found.code, diskPath);
  if (!found.stats.isDirectory())
    return { message: `not a directory: ${diskPath}`, hint: undefined };
  // To list it, and to reach what is in it.
  const code = accessCode(diskPath, constants.R_OK | constants.X_OK);
  return code === undefined ? undefined : remarkOf(code, diskPath);
}

function writableRemark(diskPath: string): Remark | undefined {
  const code = accessCode(diskPath, constants.W_OK | constants.X_OK);
  if (code === undefined) return undefined;
  const hint = "let the user that runs ferrox write there, or say writable: false";
  return { message: `may not be written to (${code}): ${diskPath}`, hint };
}

function fileRemark(diskPath: string): Remark | undefined {
  const found = look(diskPath);
  if (found.kind === "refused") {
    return found.code === "ENOENT"
      ? { message: `no such file: ${diskPath}`, hint: undefined }
      : remarkOf(found.code, diskPath);
  }
  if (!found.stats.isFile()) return { message: `not a file: ${diskPath}`, hint: undefined };
  const code = accessCode(diskPath, constants.R_OK);
  return code === undefined ? undefined : remarkOf(code, diskPath);
}

/** It may be missing: then its nearest existing parent must let us make it. */
function logFolderRemark(diskPath: string): Remark | undefined {
  const found = look(diskPath);
  if (found.kind === "refused") {
    const parent = dirname(diskPath);
    if (found.code !== "ENOENT" || parent === diskPath) return remarkOf(found.code, diskPath);
    return logFolderRemark(parent);
  }
  if (!found.stats.isDirectory())
    return { message: `not a directory: ${diskPath}`, hint: undefined };
  const code = accessCode(diskPath, constants.W_OK | constants.X_OK);
  if (code === undefined) return undefined;
  const hint = "let the user that runs ferrox write there";
  return { message: `logs cannot be written in ${diskPath} (${code})`, hint };
}

type Look =
  | { readonly kind: "found"; readonly stats: Stats }
  | { readonly kind: "refused"; readonly code: string };

function look(diskPath: string): Look {
  try {
    return { kind: "found", stats: statSync(diskPath) };
  } catch (error) {
    return { kind: "refused", code: systemCodeOf(error) };
  }
}

function accessCode(diskPath: string, mode: number): string | undefined {
  try {
    accessSync(diskPath, mode);
    return undefined;
  } catch (error) {
    return systemCodeOf(error);
  }
}

/** @throws what did not come from the operating system */
export function systemCodeOf(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return code;
}

function remarkOf(code: string, diskPath: string): Remark {
  switch (code) {
    case "ENOENT":
      return { message: `no such directory: ${diskPath}`, hint: undefined };
    case "ENOTDIR":
      return { message: `a part of ${diskPath} is not a directory`, hint: undefined };
    case "EACCES":
    case "EPERM": {
      const hint = "let the user that runs ferrox read it";
      return { message: `may not be read: ${diskPath}`, hint };
    }
    default:
      return { message: `cannot be read (${code}): ${diskPath}`, hint: undefined };
  }
}
