// The `compression:` section: what is compressed on the fly, for whoever accepts it.

import type { Coding } from "../http/negotiation.ts";
import { choice, flag, row, size } from "./kinds.ts";
import { type Zod, z } from "./zod.ts";

export interface CompressionWords {
  readonly enabled: boolean;
  readonly min_bytes: number;
  readonly max_bytes: number;
  readonly codings: readonly Coding[];
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const compressionRows: Zod.ZodType<CompressionWords> = z.strictObject({
  enabled: row(
    flag,
    "Whether text is compressed for clients that accept it. Files with `.br`, `.zst` or `.gz` " +
      "beside them are sent in these, whatever stands here.",
  ).prefault(true),
  min_bytes: row(
    size({ min: 0, max: MIB }),
    "Smaller files are sent as they are: there is little to gain.",
  ).prefault("1KiB"),
  max_bytes: row(
    size({ min: KIB, max: 64 * MIB }),
    "Larger files are sent as they are: a file is compressed in memory, whole. Compress them " +
      "beforehand instead.",
  ).prefault("4MiB"),
  codings: z
    .array(row(choice<Coding>(["br", "zstd", "gzip"]), "A content coding."))
    .min(1)
    .meta({
      title: "list of br, zstd, gzip",
      description:
        "What is offered; the first wins where the client does not care. `zstd` needs Node 22.15 " +
        "and is passed over where it is missing.",
    })
    .prefault(["br", "zstd", "gzip"]),
});
