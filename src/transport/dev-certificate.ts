// A certificate for development, for no more than asking: a leaf for localhost and the given
// names, signed by the local authority (dev-authority.ts) and kept beside it until it is old or
// another name is wanted. Trusting the authority is left to people; nothing here does it for them.

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { join } from "node:path";
import { codeOf } from "../base/system-error.ts";
import { namesOf } from "./certificate-names.ts";
import {
  type DevAuthority,
  freshPair,
  settledAuthority,
  settledKey,
  TURNS_MAX,
  UnsettledError,
  type UsablePair,
} from "./dev-authority.ts";
import {
  isTemporary,
  makeFolder,
  PUBLIC,
  readIfThere,
  removeIfThere,
  writeFirst,
  writeOver,
} from "./dev-folder.ts";
import { issueLeaf } from "./dev-issue.ts";
import { type DevName, devNameOf } from "./dev-names.ts";
import type { KeyPair } from "./tls-context.ts";

export interface DevCertificateWish {
  /** Made when missing, for its owner only. */
  readonly dir: string;
  /** Beyond localhost, 127.0.0.1 and ::1. */
  readonly names: readonly string[];
  readonly nowMs: number;
  /** A new leaf and key, even when those of before would do. The authority stays. */
  readonly renew?: boolean;
}

export interface DevCertificate extends KeyPair {
  readonly kind: "certificate";
  readonly certPath: string;
  readonly keyPath: string;
  readonly names: readonly string[];
  readonly validFromMs: number;
  readonly validToMs: number;
  /** SHA-256, "AB:CD:…". */
  readonly fingerprint: string;
  /** Not there before this call. */
  readonly isNew: boolean;
  readonly authority: DevAuthority;
}

export interface DevProblem {
  readonly about: "name" | "folder";
  readonly message: string;
  readonly hint: string;
}

export type DevCertificateOutcome =
  | DevCertificate
  | { readonly kind: "problems"; readonly problems: readonly DevProblem[] };

export async function devCertificate(wish: DevCertificateWish): Promise<DevCertificateOutcome> {
  const names = [...ALWAYS, ...wish.names].map(devNameOf);
  const problems = names.flatMap(nameProblems);
  if (problems.length > 0) return { kind: "problems", problems };

  const { dir, nowMs } = wish;
  const wanted = [...new Set(names.flatMap((it) => (it.kind === "unusable" ? [] : [it.name])))];
  try {
    await makeFolder(dir);
    if (wish.renew === true) {
      await removeIfThere(dir, CERT);
      await removeIfThere(dir, KEY);
    }
    const authority = await settledAuthority(dir, nowMs);
    return await settledLeaf(dir, { authority, wanted, nowMs });
  } catch (error) {
    return { kind: "problems", problems: [folderProblem(error, dir)] };
  }
}

const ALWAYS = ["localhost", "127.0.0.1", "::1"];
const CERT = "localhost.pem";
const KEY = "localhost-key.pem";

interface LeafNeeds {
  readonly authority: DevAuthority;
  readonly wanted: readonly string[];
  readonly nowMs: number;
}

async function settledLeaf(dir: string, needs: LeafNeeds): Promise<DevCertificate> {
  const { authority, nowMs } = needs;
  const certPath = join(dir, CERT);
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const key = await settledKey(dir, KEY);
    const present = await readIfThere(certPath);
    const good = present === undefined ? undefined : goodLeaf(present, key, needs);
    if (good !== undefined) {
      const { warnings: _, ...pair } = good;
      return { ...pair, certPath, keyPath: join(dir, KEY), isNew: turn > 0, authority };
    }
    const names = namesToIssue(present, needs);
    const addresses = names.filter((name) => isIP(name) !== 0);
    const dnsNames = names.filter((name) => isIP(name) === 0);
    const made = await issueLeaf({ key, dnsNames, addresses, authority, nowMs });
    const write = present === undefined ? writeFirst : writeOver;
    await write(dir, CERT, made, PUBLIC);
  }
  throw new UnsettledError(certPath);
}

function goodLeaf(cert: string, key: string, needs: LeafNeeds): UsablePair | undefined {
  const pair = freshPair(cert, key, needs.nowMs);
  if (pair === undefined || !isSignedBy(pair.cert, needs.authority)) return undefined;
  return needs.wanted.every((name) => pair.names.includes(name)) ? pair : undefined;
}

function isSignedBy(cert: string, authority: KeyPair): boolean {
  const leaf = new X509Certificate(cert);
  const issuer = new X509Certificate(authority.cert);
  return leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey);
}

const NAMES_MAX = 100;

/** With the names of the leaf before: two projects that take turns do not undo each other's. */
function namesToIssue(present: string | undefined, needs: LeafNeeds): readonly string[] {
  const all = [...new Set([...needs.wanted, ...namesOfOurs(present, needs.authority)])];
  return all.length <= NAMES_MAX ? all : needs.wanted;
}

function namesOfOurs(present: string | undefined, authority: KeyPair): readonly string[] {
  try {
    if (present === undefined || !isSignedBy(present, authority)) return [];
    return namesOf(new X509Certificate(present));
  } catch {
    // Damaged: it has no names, and is about to be written over.
    return [];
  }
}

function nameProblems(name: DevName): DevProblem[] {
  if (name.kind !== "unusable") return [];
  return [{ about: "name", message: name.message, hint: name.hint }];
}

/** @throws what is no fault of the folder */
function folderProblem(error: unknown, dir: string): DevProblem {
  if (error instanceof UnsettledError) {
    return { about: "folder", message: error.message, hint: "try again" };
  }
  const code = codeOf(error);
  if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
  const touched = error instanceof Error && "path" in error ? String(error.path) : dir;
  const path = isTemporary(touched) ? dir : touched;
  const hint = "keep development certificates in another folder: ferrox cert --dir DIR";
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return { about: "folder", message: `${path} may not be read or written`, hint };
    case "ENOTDIR":
    case "EEXIST":
      return { about: "folder", message: `${path} is not a folder`, hint };
    default:
      return { about: "folder", message: `${path} cannot be used: ${code}`, hint };
  }
}
