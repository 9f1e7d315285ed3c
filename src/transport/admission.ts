// How many connections are open, in all and for each client; says no when it would be too many.
// Shared by all listeners of a server. Of IPv6 a client is a network of /64 (limitKeyOf).

import { limitKeyOf, UNIX } from "../base/ip-address.ts";
import { type LimitWatch, nobodyWatches } from "../base/limit-watch.ts";
import { ALONE, type SharedCounts } from "../base/shared-counts.ts";
import type { TransportLimits } from "./limits.ts";
import { NO_PROXIES, type Proxies } from "./proxies.ts";

export class Admission {
  #limits: TransportLimits;
  #proxies: Proxies;
  readonly #watch: LimitWatch;
  /** What the other processes of this server have open. */
  readonly #fellows: SharedCounts;
  readonly #byClient: Map<string, number> = new Map();
  #open = 0;

  constructor(
    limits: TransportLimits,
    watch: LimitWatch = nobodyWatches,
    proxies: Proxies = NO_PROXIES,
    fellows: SharedCounts = ALONE,
  ) {
    this.#limits = limits;
    this.#watch = watch;
    this.#fellows = fellows;
    this.#proxies = proxies;
  }

  get open(): number {
    return this.#open;
  }

  /** From now on. Whoever is counted in stays, even when it would be too many. */
  limitBy(limits: TransportLimits, proxies: Proxies): void {
    this.#limits = limits;
    this.#proxies = proxies;
  }

  /** Counts a connection in; false: there is no room, and nothing was counted. */
  admit(address: string): boolean {
    if (this.#open + this.#fellows.others() >= this.#limits.connectionsMax) {
      this.#watch.hit("connections");
      return false;
    }
    if (!this.#join(address)) return false;
    this.#open += 1;
    return true;
  }

  /** One that was admitted turns out to come from elsewhere; false: that client has enough. */
  move(from: string, to: string): boolean {
    if (limitKeyOf(from) === limitKeyOf(to)) return true;
    if (!this.#join(to)) return false;
    this.#part(from);
    return true;
  }

  /** One that was admitted is closed. */
  release(address: string): void {
    this.#open -= 1;
    this.#part(address);
  }

  #join(address: string): boolean {
    const client = limitKeyOf(address);
    const count = this.#byClient.get(client) ?? 0;
    const most = this.#limits.connectionsPerAddressMax;
    const isMuch = most > 0 && count + this.#fellows.othersOf(client) >= most;
    if (isMuch && !this.#isForMany(address)) {
      this.#watch.hit("connections_per_ip");
      return false;
    }
    this.#byClient.set(client, count + 1);
    this.#fellows.changed(client, count + 1);
    return true;
  }

  #part(address: string): void {
    const client = limitKeyOf(address);
    const left = (this.#byClient.get(client) ?? 1) - 1;
    if (left > 0) this.#byClient.set(client, left);
    else this.#byClient.delete(client);
    this.#fellows.changed(client, left);
  }

  /** All who come over a Unix socket have the same address, as do those behind a proxy. */
  #isForMany(address: string): boolean {
    return address === UNIX || this.#proxies.trusted.has(address);
  }
}
