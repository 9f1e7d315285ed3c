// All groups, in the order of the report: from the first line of a request to what its answer
// means.

import type { Group } from "../case.ts";
import { ANSWERS } from "./answers.ts";
import { CHUNKED_BODY } from "./chunked.ts";
import { CODING } from "./coding.ts";
import { DATES } from "./dates.ts";
import { DELIVERY } from "./delivery.ts";
import { ENCODING } from "./encoding.ts";
import { EXPECTATION } from "./expectation.ts";
import { FIELDS } from "./fields.ts";
import { FRAMING } from "./framing.ts";
import { HOST } from "./host.ts";
import { LIMITS } from "./limits.ts";
import { METHODS } from "./methods.ts";
import { PERSISTENCE } from "./persistence.ts";
import { PIPELINING } from "./pipelining.ts";
import { RANGES } from "./ranges.ts";
import { REQUEST_LINE } from "./request-line.ts";
import { TAGS } from "./tags.ts";
import { TARGET } from "./target.ts";
import { VERSION } from "./version.ts";

export const GROUPS: readonly Group[] = [
  REQUEST_LINE,
  VERSION,
  TARGET,
  HOST,
  FIELDS,
  FRAMING,
  CODING,
  CHUNKED_BODY,
  PERSISTENCE,
  PIPELINING,
  EXPECTATION,
  LIMITS,
  DELIVERY,
  METHODS,
  ANSWERS,
  TAGS,
  DATES,
  RANGES,
  ENCODING,
];
