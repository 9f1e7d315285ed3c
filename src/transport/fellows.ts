// What the processes of one server have in common, as a port: they accept at the same doors, and
// some limits are those of all of them together. How they hear of each other is not known here.

import type { SharedCounts } from "../base/shared-counts.ts";
import type { SharedSpending } from "../base/shared-spending.ts";
import type { ListenAddress } from "./listener.ts";
import type { Handle } from "./node-handle.ts";

export interface Fellows {
  /**
   * To accept at, bound by whoever holds it for all (shared-door.ts); a new one each time, to be
   * closed like any other. @throws the error of bind
   */
  handleFor(address: ListenAddress): Promise<Handle>;
  /** Open connections, by what Admission counts them as. */
  readonly connections: SharedCounts;
  /** Requests that clients were allowed. */
  readonly requests: SharedSpending;
}
