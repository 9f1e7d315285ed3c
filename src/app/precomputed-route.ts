// The route of a store of answers made beforehand. It answers from the first request on; what it
// holds is read into memory beside that, as far as there is room.

import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Config, PrecomputedAction } from "../config/config.ts";
import { precomputed } from "../handlers/precomputed/handler.ts";
import { Store } from "../handlers/precomputed/store.ts";
import type { Handler } from "../http/handler.ts";
import { diskFileSystem } from "../vfs/disk.ts";
import { FsError } from "../vfs/fs-error.ts";

export interface PrecomputedMeans {
  readonly config: Pick<Config, "limits">;
  readonly clock: Clock;
  readonly log: Logger;
}

export function precomputedRoute(
  { root, mode }: PrecomputedAction,
  { config, clock, log }: PrecomputedMeans,
): Handler {
  const { cacheBytesMax: bytesMax, cacheFreshMs: freshMs } = config.limits;
  const fileSystem = diskFileSystem({ root, symlinks: "inside", dotfiles: false, clock });
  const report = (message: string) => log.error("file", `${message} (store ${root})`);
  const store = new Store({ fileSystem, freshMs, bytesMax, report });
  if (bytesMax > 0) {
    store
      .preload(() => clock.monotonicMs())
      .catch((error: unknown) => {
        if (!(error instanceof FsError)) throw error;
        // Whoever asks is told the same; nothing depends on having read it earlier.
        log.warn("file", `the store ${root} cannot be read beforehand`, { err: error });
      });
  }
  return precomputed({ store, fileSystem, mode });
}
