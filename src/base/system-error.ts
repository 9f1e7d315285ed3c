// What the system, or Node, calls an error: "ENOENT", "EADDRINUSE". Asked for at the borders, where
// such errors are translated into our own words or outcomes.

/**
 * undefined: it has no such name, and so is more likely a fault of ours. As is an argument that Node
 * refuses, whatever it calls that: it would hide among peers that went away.
 */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof TypeError || error instanceof RangeError) return undefined;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
