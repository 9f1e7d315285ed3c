// The users file, by way of the folder that it lies in: which version it is, and what it says.

import { USER_LIST_BYTES_MAX } from "../base/user-list.ts";
import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { childOf, ROOT } from "../vfs/path.ts";
import { readUpTo } from "./file-answer.ts";
import type { UsersFile } from "./users.ts";

export function usersFileIn(folder: FileSystem, name: string): UsersFile {
  const path = childOf(ROOT, name);
  return {
    version: async () => versionOf(await folder.stat(path)),
    async text() {
      const file = await folder.open(path);
      try {
        if (file.stat.size > USER_LIST_BYTES_MAX) {
          throw new FsError("unavailable", `${name} is longer than ${USER_LIST_BYTES_MAX} bytes`);
        }
        return Buffer.from(await readUpTo(file, file.stat.size)).toString("utf8");
      } finally {
        await file.close();
      }
    },
  };
}

function versionOf({ version, modifiedMs, size }: Stat): string {
  return version ?? `${modifiedMs} ${size}`;
}
