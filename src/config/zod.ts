// zod, loaded as CommonJS: its ES modules pull in the words of sixty languages, all opened at
// once, which costs a start-up 60 ms and fails where a process may hold only 64 descriptors.

import { createRequire } from "node:module";
import type { z as Words } from "zod";

const loaded: { readonly z: typeof Words } = createRequire(import.meta.url)("zod");

export const z: typeof Words = loaded.z;
export type { Words as Zod };
