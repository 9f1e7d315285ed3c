// "Did you mean …?": the known word nearest to one that is not known.

/**
 * undefined when nothing is near enough: a wild guess helps less than none. One slip for every
 * three letters counts as near; letter case does not count.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const slipsMax = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestSlips = slipsMax + 1;
  for (const candidate of known) {
    // Cheap, and keeps absurdly long words away from the table below.
    if (Math.abs(candidate.length - word.length) > slipsMax) continue;
    const slips = slipsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (slips < bestSlips) {
      best = candidate;
      bestSlips = slips;
    }
  }
  return best;
}

/** The same as a hint for a Problem. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const found = nearest(word, known);
  return found === undefined ? undefined : `did you mean ${found}?`;
}

/**
 * Letters left out, added, changed, or swapped with their neighbour (the "optimal string
 * alignment" distance): one row of the table per letter of `from`, three rows kept.
 */
function slipsBetween(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let slips = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) slips = Math.min(slips, at(beforeLast, column - 2) + 1);
      current.push(slips);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
