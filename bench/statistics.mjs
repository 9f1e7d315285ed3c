// Medians, and ratios round by round. A machine is never the same twice, but two servers that had
// their turns within the same few seconds had nearly the same machine: so what is compared is
// always two turns of one round, and the median is taken of the ratios.

/** undefined when there are none. */
export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function medianOf(samples, word) {
  return median(samples.map((sample) => sample?.[word]));
}

/** Ratios of `ours` to `theirs` for each round that both took part in. */
export function ratios(ours, theirs, word) {
  return ours
    .map((sample, round) => sample?.[word] / theirs[round]?.[word])
    .filter((ratio) => Number.isFinite(ratio) && ratio > 0);
}
