// How reloads went. Apart from the other figures, because with workers it is the primary that
// judges a configuration, and it has nothing else to tell.

import type { Clock } from "../base/clock.ts";
import { one, type Samples } from "./snapshot.ts";

export type ReloadResult = "ok" | "failed";

export class ReloadCounts {
  readonly #clock: Clock;
  readonly #counts: Record<ReloadResult, number> = { ok: 0, failed: 0 };
  #readWallMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#readWallMs = clock.wallMs();
  }

  reloaded(result: ReloadResult): void {
    this.#counts[result]++;
    if (result === "ok") this.#readWallMs = this.#clock.wallMs();
  }

  samples(): Samples {
    return {
      ferrox_reloads_total: [one(this.#counts.ok, "ok"), one(this.#counts.failed, "failed")],
      ferrox_config_last_success_timestamp_seconds: [one(this.#readWallMs / 1000)],
    };
  }
}
