// Time as an account: a peer begins with a window of it, spends it as it passes, and earns some
// with every byte. Nobody saves more than one window, so that a fast start does not pay for an hour
// of silence; whose account is empty has been waited for long enough.
//
// A deadline that every byte renews in full would let one byte every few seconds hold a connection
// for ever. Pure: whoever waits keeps the account, and knows what time it is.

export interface Earning {
  /** The most that can be saved. */
  readonly windowMs: number;
  /** Bytes a second that keep the account level; 0: any byte fills it. */
  readonly rateMin: number;
}

/**
 * What is left of `leftMs` after so many bytes. Below 0 is a debt, and stays one: who looks only now
 * and then would otherwise forgive it each time, to everybody who brings a byte in between.
 */
export function earned(leftMs: number, bytes: number, { windowMs, rateMin }: Earning): number {
  if (bytes <= 0) return leftMs;
  if (rateMin === 0) return windowMs;
  return Math.min(windowMs, leftMs + (bytes * 1000) / rateMin);
}

/** So many bytes fill an account that was empty. */
export function bytesToFill({ windowMs, rateMin }: Earning): number {
  return Math.max(1, (windowMs * rateMin) / 1000);
}
