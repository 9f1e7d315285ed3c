// `ferrox ls`: names, one a line, in order. A terminal gets no characters that it would obey;
// programs get names as they are.

import { harmless } from "../config/reading.ts";
import type { Entry, Stat } from "../vfs/file-system.ts";
import { nameOf, relativeTo, type VfsPath } from "../vfs/path.ts";
import { walk } from "../vfs/tree.ts";
import { eachOf, type RemoteWork } from "./remote-work.ts";

export async function runLs(work: RemoteWork): Promise<void> {
  const { paths } = work.place;
  const shown = paths.length === 1 ? "" : "\n";
  let isFirst = true;
  await eachOf(work, paths, async ({ path }) => {
    const rows = await rowsOf(work, path);
    const title = shown === "" ? "" : `${isFirst ? "" : "\n"}${path}:\n`;
    isFirst = false;
    work.io.out(title + textOf(rows, work));
  });
}

interface Row {
  readonly name: string;
  readonly stat: Stat;
}

async function rowsOf(work: RemoteWork, path: VfsPath): Promise<readonly Row[]> {
  const { fileSystem, options } = work;
  const stat = await fileSystem.stat(path);
  if (stat.kind === "file") return [{ name: nameOf(path), stat }];
  const rows: Row[] = [];
  if (options.recursive) {
    for await (const found of walk({ fileSystem, path })) {
      if (found.kind === "error") work.failed(found.error);
      else rows.push({ name: relativeTo(path, found.path).slice(1), stat: found.stat });
    }
  } else {
    for await (const entry of fileSystem.list(path)) rows.push(rowOf(entry));
  }
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function rowOf({ name, stat }: Entry): Row {
  return { name, stat };
}

function textOf(rows: readonly Row[], { options, io }: RemoteWork): string {
  const sizes = rows.map(({ stat }) => (stat.kind === "file" ? String(stat.size) : "-"));
  const width = Math.max(0, ...sizes.map((size) => size.length));
  const lines = rows.map(({ name, stat }, at) => {
    const isDirectory = stat.kind === "directory";
    const shown = `${io.isTerminal ? harmless(name) : name}${isDirectory ? "/" : ""}`;
    return options.long
      ? `${isDirectory ? "d" : "-"}  ${(sizes[at] ?? "").padStart(width)}  ${shown}\n`
      : `${shown}\n`;
  });
  return lines.join("");
}
