// The end of a switch that has named every case.
// The compiler proves that it is never called; if a case is added and forgotten, it says where.

/** @throws always: reaching it is our own bug. */
export function unreachable(value: never): never {
  throw new Error(`a case was forgotten: ${JSON.stringify(value)}`);
}
