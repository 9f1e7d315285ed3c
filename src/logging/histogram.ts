// How long things took, as counts by size: what a monitoring system needs for "99 of 100 answers
// came within …", without a single duration being kept.

/**
 * Upper bounds in seconds, the usual ones of Prometheus' clients, begun earlier: most answers here
 * take a tenth of a millisecond.
 */
export const BUCKETS_SECONDS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

const BOUNDS_MS = Float64Array.from(BUCKETS_SECONDS, (seconds) => seconds * 1000);

export class Histogram {
  /** For each bound what did not exceed it and exceeded the one before; then all that is longer. */
  readonly #counts = new Float64Array(BOUNDS_MS.length + 1);
  #sumMs = 0;

  record(durationMs: number): void {
    let at = 0;
    // From below: nearly everything is in the first buckets. Past the last bound: undefined.
    while (durationMs > (BOUNDS_MS[at] ?? Number.POSITIVE_INFINITY)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sumMs += durationMs;
  }

  get counts(): readonly number[] {
    return [...this.#counts];
  }

  get sumSeconds(): number {
    return this.#sumMs / 1000;
  }
}
