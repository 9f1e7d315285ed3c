// Every fuzz target there is.

import type { FuzzTarget } from "../target.ts";
import { chunkedTarget } from "./chunked.ts";
import { configTarget } from "./config.ts";
import { connectionTarget } from "./connection.ts";
import { davIfTarget } from "./dav-if.ts";
import { davXmlTarget } from "./dav-xml.ts";
import { headTarget } from "./head.ts";
import { pathTarget } from "./path.ts";
import { rangeTarget } from "./range.ts";
import { resourceTarget } from "./resource.ts";

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  headTarget,
  chunkedTarget,
  rangeTarget,
  pathTarget,
  configTarget,
  connectionTarget,
  davIfTarget,
  davXmlTarget,
  resourceTarget,
];
