// Waits for the disk without sleeping: turns of the event loop until it is so.

export async function until(isSo: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + 5000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
