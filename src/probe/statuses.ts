// Sets of statuses as the cases write them: "200", "2xx 404", "4xx -400". What stands behind a
// minus is excepted; a set of exceptions only would be a mistake.

export function isStatusIn(set: string, status: number): boolean {
  const words = set.split(" ");
  const excepted = words.filter((word) => word.startsWith("-")).map((word) => word.slice(1));
  if (excepted.some((word) => matches(word, status))) return false;
  return words.some((word) => matches(word, status));
}

function matches(word: string, status: number): boolean {
  return word === String(status) || word === `${Math.floor(status / 100)}xx`;
}

/** "2xx 404 -400" as people read it. */
export function statusesText(set: string): string {
  const words = set.split(" ");
  const wanted = words.filter((word) => !word.startsWith("-")).join(" or ");
  const excepted = words.filter((word) => word.startsWith("-")).map((word) => word.slice(1));
  return excepted.length === 0 ? wanted : `${wanted}, but not ${excepted.join(" or ")}`;
}
