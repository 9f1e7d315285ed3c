// Permissions do not hold root back. So whoever tests them as root is nobody for that moment: in
// this very process, because nobody may not be allowed to start the program or to read its modules.

const NOBODY = 65_534;

export function asNobody<Result>(act: () => Result): Result {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(NOBODY);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}

/** The same until it has settled; nothing else should run meanwhile. */
export async function asNobodyAsync<Result>(act: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
