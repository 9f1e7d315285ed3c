// A folder of its own for a test, removed when the test is over, and the files in it.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What of node:test's TestContext is needed here; a suite has it too. */
export interface Cleanup {
  after(act: () => void): void;
}

/** The real path of a new, empty folder. */
export function tempFolder(test: Cleanup): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ferrox-")));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** By path relative to the folder; a path with a slash at its end is an empty directory. */
export type Tree = Readonly<Record<string, Uint8Array | string>>;

export function writeTree(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    const path = join(folder, name);
    if (name.endsWith("/")) {
      mkdirSync(path, { recursive: true });
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }
}
