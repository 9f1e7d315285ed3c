// What many configurations do not need: changes, WebDAV, archives, lent file systems, stores, users. Each is
// loaded when a route asks for it, before anything listens: a server that only shows files is up a
// third sooner, and a process that may hold few descriptors comes up at all (Node opens all
// modules of a level at once). Never while a request waits: by then the files of a new version
// may lie where ours were.

import type { Config } from "../config/config.ts";

type Module<Loaded> = Loaded | undefined;

export interface Extras {
  readonly writes: Module<typeof import("../handlers/file-writes.ts")>;
  readonly forms: Module<typeof import("../handlers/listing-forms.ts")>;
  readonly script: Module<typeof import("../handlers/listing-script/script.ts")>;
  readonly webdav: Module<typeof import("../handlers/webdav/handler.ts")>;
  readonly archives: Module<typeof import("../handlers/archive.ts")>;
  readonly rfsapi: Module<typeof import("../handlers/rfsapi.ts")>;
  readonly vfsHttps: Module<typeof import("./vfs-https-route.ts")>;
  readonly precomputed: Module<typeof import("./precomputed-route.ts")>;
}

export async function extrasFor({ routes }: Pick<Config, "routes">): Promise<Extras> {
  const actions = routes.map(({ action }) => action);
  const files = actions.filter((action) => action.kind === "files");
  const hasForms = files.some(({ changes, listing }) => changes === "allowed" && listing);
  return {
    writes: await when(
      files.some(({ changes }) => changes !== "none"),
      () => import("../handlers/file-writes.ts"),
    ),
    forms: await when(hasForms, () => import("../handlers/listing-forms.ts")),
    script: await when(hasForms, () => import("../handlers/listing-script/script.ts")),
    webdav: await when(
      files.some(({ webdav }) => webdav),
      () => import("../handlers/webdav/handler.ts"),
    ),
    archives: await when(
      files.some(({ archives }) => archives),
      () => import("../handlers/archive.ts"),
    ),
    rfsapi: await when(
      files.some(({ rfsapi }) => rfsapi),
      () => import("../handlers/rfsapi.ts"),
    ),
    vfsHttps: await when(
      actions.some(({ kind }) => kind === "vfs_https"),
      () => import("./vfs-https-route.ts"),
    ),
    precomputed: await when(
      actions.some(({ kind }) => kind === "precomputed"),
      () => import("./precomputed-route.ts"),
    ),
  };
}

async function when<Loaded>(
  isNeeded: boolean,
  load: () => Promise<Loaded>,
): Promise<Module<Loaded>> {
  return isNeeded ? load() : undefined;
}

/** @throws Error for one that extrasFor() did not see the need of: our bug */
export function loaded<Loaded>(module: Module<Loaded>): Loaded {
  if (module === undefined) throw new Error("a route needs a module that was not loaded");
  return module;
}
