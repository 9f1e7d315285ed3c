// A file system that says when it was changed through us: so that answers remembered before are
// looked at again, and whoever has just changed a file sees it changed. What others change, on the
// disk or in another process, is found out by looking now and then.

import type { FileDraft, FileSystem, FileSystemWriter } from "./file-system.ts";

/** @param changed called when a change is over, whether or not it came about */
export function tellingChanges(behind: FileSystem, changed: () => void): FileSystem {
  const { writer } = behind;
  if (writer === undefined) return behind;
  return {
    stat: (path) => behind.stat(path),
    list: (path) => behind.list(path),
    open: (path) => behind.open(path),
    ...(behind.holds && { holds: (path, seen) => behind.holds?.(path, seen) ?? false }),
    glance: (path) => behind.glance?.(path),
    glanceAtNames: (directory) => behind.glanceAtNames?.(directory),
    writer: tellingWriter(writer, changed),
  };
}

function tellingWriter(writer: FileSystemWriter, changed: () => void): FileSystemWriter {
  const told = <Result>(change: Promise<Result>) => change.finally(changed);
  return {
    write: async (path) => tellingDraft(await writer.write(path), changed),
    append: (path, bytes) => told(writer.append(path, bytes)),
    makeDirectory: (path) => told(writer.makeDirectory(path)),
    remove: (path, expected) => told(writer.remove(path, expected)),
    move: (from, to, expected) => told(writer.move(from, to, expected)),
    setModified: (path, modifiedMs) => told(writer.setModified(path, modifiedMs)),
  };
}

/** Content that nobody sees is no change yet. */
function tellingDraft(draft: FileDraft, changed: () => void): FileDraft {
  return {
    write: (bytes) => draft.write(bytes),
    commit: (options) => draft.commit(options).finally(changed),
    abort: () => draft.abort(),
  };
}
