// Views of the beginning of one buffer, made once for each length. A view costs 50 ns to make, and
// both heads and small answers come in a few lengths only.

/** Longer ones are made anew: they are rare, and the time goes into their bytes. */
const KEPT_LENGTH_MAX = 4096;

export function viewsOf(buffer: Buffer): (length: number) => Buffer {
  const views = new Array<Buffer | undefined>(KEPT_LENGTH_MAX + 1).fill(undefined);
  return (length) => {
    const view = views[length];
    if (view !== undefined) return view;
    const made = buffer.subarray(0, length);
    if (length <= KEPT_LENGTH_MAX) views[length] = made;
    return made;
  };
}
