// Figures that parts of the server keep as they go, for whoever asks. Plain numbers, written by one
// and read by the metrics: keeping them costs an addition, and no part knows that it is watched.

export interface ConnectionCounts {
  /** Since the start. */
  accepted: number;
  /** Now. */
  open: number;
  /** Of those, the ones between two requests. */
  idle: number;
}

export function noConnections(): ConnectionCounts {
  return { accepted: 0, open: 0, idle: 0 };
}

export interface CacheStats {
  /** Since the cache was made. */
  hits: number;
  misses: number;
  /** Now. */
  entries: number;
  bytes: number;
}

export function emptyCache(): CacheStats {
  return { hits: 0, misses: 0, entries: 0, bytes: 0 };
}
