// How many connections are open, in all and for each address; says no when it would be too many.
// Shared by all listeners of a server.

import type { TransportLimits } from "./limits.ts";

export class Admission {
  readonly #limits: TransportLimits;
  readonly #byAddress: Map<string, number> = new Map();
  #open = 0;

  constructor(limits: TransportLimits) {
    this.#limits = limits;
  }

  get open(): number {
    return this.#open;
  }

  /** Counts a connection in; false: there is no room, and nothing was counted. */
  admit(address: string): boolean {
    if (this.#open >= this.#limits.connectionsMax) return false;
    const ofAddress = this.#byAddress.get(address) ?? 0;
    const most = this.#limits.connectionsPerAddressMax;
    // All who come over a Unix socket have the same address: usually one proxy, for everybody.
    if (most > 0 && ofAddress >= most && address !== "unix") return false;
    this.#open += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return true;
  }

  /** One that was admitted is closed. */
  release(address: string): void {
    this.#open -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
