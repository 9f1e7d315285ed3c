// `ferrox rm` and `ferrox mkdir`.

import { FsError } from "../vfs/fs-error.ts";
import { ROOT } from "../vfs/path.ts";
import { makeDirectories, removeTree, statIfThere } from "../vfs/tree.ts";
import { eachOf, type RemoteWork } from "./remote-work.ts";

export async function runRm(work: RemoteWork): Promise<void> {
  const { fileSystem, options } = work;
  await eachOf(work, work.place.paths, async ({ path }) => {
    if (path === ROOT) {
      throw new FsError("denied", "/ is all there is; name what lies in it instead");
    }
    const stat = await statIfThere({ fileSystem, path });
    if (stat === undefined) {
      if (options.force) return;
      throw new FsError("not-found", `${path} not found`);
    }
    if (stat.kind === "file") await fileSystem.writer.remove(path);
    else if (options.recursive) await removeTree({ fileSystem, path });
    else throw new FsError("is-a-directory", `${path} is a directory`);
  });
}

export async function runMkdir(work: RemoteWork): Promise<void> {
  const { fileSystem, options } = work;
  await eachOf(work, work.place.paths, async ({ path }) => {
    if (options.parents) await makeDirectories({ fileSystem, path });
    else await fileSystem.writer.makeDirectory(path);
  });
}
