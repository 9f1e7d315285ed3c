// --format of the commands about stores.

import type { StoreFormat } from "../handlers/precomputed/compile.ts";

/** undefined: there is no such form. */
export function formatOf(word: string | undefined): StoreFormat | undefined {
  if (word === undefined || word === "flatbuffers") return "flatbuffers";
  return word === "json" ? "json" : undefined;
}
