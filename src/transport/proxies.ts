// Peers that stand between us and the clients, as the operator has named them: what they say about
// who is at the other end is believed. Nobody else's word is.

import { type AddressSet, addressSet } from "../base/ip-address.ts";

export interface Proxies {
  readonly trusted: AddressSet;
  /** Their connections begin with a PROXY header (proxy-protocol.ts). */
  readonly sendHeader: boolean;
}

export const NO_PROXIES: Proxies = { trusted: addressSet([]), sendHeader: false };
