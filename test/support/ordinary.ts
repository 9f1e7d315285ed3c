// The program as an ordinary user, for whom permissions count. Root without the right to override
// them is one, and may still start the program wherever it lies.

import type { ProgramOptions } from "./program.ts";

export const ordinary: Pick<ProgramOptions, "launcher"> =
  process.geteuid?.() === 0
    ? { launcher: ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] }
    : {};
