// How many there are of something in all processes of a server together, as a port: a limit that
// is said to be the server's asks here what the others have. Their word comes a little late
// (cli/workers/gossip.ts); whoever is alone has no others.

export interface SharedCounts {
  /** Of all keys, in the other processes together. */
  others(): number;
  /** Of one key. */
  othersOf(key: string): number;
  /** There are now `own` of this key in this process. */
  changed(key: string, own: number): void;
}

export const ALONE: SharedCounts = {
  others: () => 0,
  othersOf: () => 0,
  changed() {},
};
