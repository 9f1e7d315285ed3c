// What a listing's small forms ask for: a new directory, another name, an end. Each is one act on
// one entry of the directory that the form was sent to.

import type { FileSystem, FileSystemWriter, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { childOf, ROOT, type VfsPath } from "../vfs/path.ts";
import { moveTree, removeTree, walk } from "../vfs/tree.ts";
import { encodedName, writtenName } from "./form-names.ts";
import type { Outcome } from "./form-outcome.ts";

/** As the forms of listing-controls.ts and form-pages.ts send them. */
export type Act =
  | { readonly kind: "create"; readonly name: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  /** `version`: as the sender saw it; "" when it was a directory, or nobody knew. */
  | { readonly kind: "delete"; readonly name: string; readonly version: string };

/** To be asked about on a page of its own first. */
export type Question =
  | { readonly kind: "ask-rename"; readonly name: string }
  | { readonly kind: "ask-delete"; readonly name: string };

/** Names as typed; of entries that are there, percent-encoded. undefined: no form of ours. */
export function actOf(fields: URLSearchParams): Act | Question | "no-name" | undefined {
  const kind = ACTS.find((name) => fields.has(name));
  if (kind === undefined) return undefined;
  const value = fields.get(kind) ?? "";
  const name = kind === "create" ? writtenName(value) : encodedName(value);
  const to = writtenName(fields.get("to") ?? "");
  if (name === undefined) return "no-name";
  if (kind === "rename") return to === undefined ? "no-name" : { kind, from: name, to };
  if (kind === "delete") return { kind, name, version: fields.get("version") ?? "" };
  return { kind, name };
}

/** The field that says it holds the name it is about. */
const ACTS = ["create", "rename", "delete", "ask-rename", "ask-delete"] as const;

export interface ActPlace {
  readonly fileSystem: FileSystem;
  readonly writer: FileSystemWriter;
  readonly directory: VfsPath;
  /** Whether the sender may change what lies there; below the directory. */
  mayWrite(path: VfsPath): boolean;
  /** For whoever keeps the log: what failed, and is told to the sender in one word. */
  report(error: FsError): void;
}

/** Rejects with nothing but our own bugs. */
export async function acted(act: Act, place: ActPlace): Promise<Outcome> {
  const name = act.kind === "rename" ? act.from : act.name;
  try {
    switch (act.kind) {
      case "create":
        return await created(name, place);
      case "rename":
        return await renamed(act.from, act.to, place);
      case "delete":
        return await deleted(name, act.version, place);
      default:
        return act satisfies never;
    }
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    place.report(error);
    // What stands in the way is what the new name names.
    const subject = act.kind === "rename" && error.code === "exists" ? act.to : name;
    return { name: subject, what: error.code };
  }
}

async function created(name: string, place: ActPlace): Promise<Outcome> {
  const path = childOf(place.directory, name);
  refuseUnless(place.mayWrite(path), path);
  await place.writer.makeDirectory(path);
  return { name, what: "created" };
}

/** The old name is given up only when the new one is free. */
async function renamed(from: string, to: string, place: ActPlace): Promise<Outcome> {
  const { fileSystem, directory } = place;
  const [source, target] = [childOf(directory, from), childOf(directory, to)];
  if (from === to) return { name: to, what: "renamed" };
  const stat = await fileSystem.stat(source);
  await refuseHidden(source, stat, place);
  refuseUnless(place.mayWrite(target), target);
  try {
    await moveTree({ fileSystem, path: source }, { fileSystem, path: target });
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "changed") throw error;
    throw new FsError("exists", `${target} is there already`, error);
  }
  return { name: to, what: "renamed" };
}

async function deleted(name: string, version: string, place: ActPlace): Promise<Outcome> {
  const { fileSystem, writer, directory } = place;
  const path = childOf(directory, name);
  const stat = await fileSystem.stat(path);
  await refuseHidden(path, stat, place);
  if (stat.kind === "directory") await removeTree({ fileSystem, path });
  else await writer.remove(path, version === "" ? "something" : { version });
  return { name, what: "deleted" };
}

/** A directory goes as a whole or not at all: nothing in it may be closed to the sender. */
async function refuseHidden(path: VfsPath, stat: Stat, place: ActPlace): Promise<void> {
  refuseUnless(place.mayWrite(path), path);
  if (stat.kind !== "directory" || path === ROOT) return;
  for await (const found of walk({ fileSystem: place.fileSystem, path })) {
    if (found.kind === "entry") refuseUnless(place.mayWrite(found.path), found.path);
  }
}

function refuseUnless(isAllowed: boolean, path: VfsPath): void {
  if (!isAllowed) throw new FsError("denied", `${path} may not be changed`);
}
