// What the commands on files far away have in common: what they work with, and how they go on when
// one of several things could not be done.

import { FsError } from "../vfs/fs-error.ts";
import type { HttpsFileSystem } from "../vfs/https/client.ts";
import { isLoginFailure } from "../vfs/https/session.ts";
import type { Io } from "./io.ts";
import type { Pipes } from "./pipes.ts";
import type { RemotePlace } from "./remote-place.ts";

export interface RemoteOptions {
  readonly operands: readonly string[];
  readonly ca: string | undefined;
  readonly passwordFile: string | undefined;
  readonly long: boolean;
  readonly recursive: boolean;
  readonly force: boolean;
  readonly parents: boolean;
}

/** What a command has to work with. */
export interface RemoteWork {
  readonly fileSystem: HttpsFileSystem;
  readonly place: RemotePlace;
  readonly options: RemoteOptions;
  readonly io: Io;
  readonly pipes: Pipes;
  /** Says in one line what could not be done; the command goes on. */
  failed(error: FsError): void;
}

/** Does one thing after the other; what fails is told, and the rest is still done. */
export async function eachOf<Item>(
  work: Pick<RemoteWork, "failed">,
  items: Iterable<Item> | AsyncIterable<Item>,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  for await (const item of items) {
    try {
      await act(item);
    } catch (error) {
      // Nobody to ask any more, or not by us: it would only be said again and again.
      if (!(error instanceof FsError) || isForAll(error)) throw error;
      work.failed(error);
    }
  }
}

function isForAll(error: FsError): boolean {
  return error.code === "unavailable" || isLoginFailure(error);
}
