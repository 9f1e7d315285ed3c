// One after the other for each name: changes of one file wait for each other, those of others do
// not wait for an upload that takes an hour.

import type { VfsPath } from "../path.ts";

export class PathTurns {
  readonly #last = new Map<VfsPath, Promise<unknown>>();

  /** Acts when all that came before for this path has ended, however it ended. */
  async take<Result>(path: VfsPath, act: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(path);
    const turn = before === undefined ? act() : before.then(act);
    // Whoever took the turn is told how it ended; those behind it only wait.
    const end = turn.then(
      () => {},
      () => {},
    );
    this.#last.set(path, end);
    try {
      return await turn;
    } finally {
      if (this.#last.get(path) === end) this.#last.delete(path);
    }
  }
}
