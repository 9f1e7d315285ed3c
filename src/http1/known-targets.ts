// Targets that come again are the same values again: found by their bytes, before any text is
// made of them. It saves 0.2 us a request (text, parsing, garbage), and whoever keeps something
// beside a target (routes.ts, cached.ts) finds it by identity, without making a key.
//
// One table for all connections, bounded, and no way for a visitor to fill it with what nobody
// asks for (base/recent-table.ts).

import { RecentTable } from "../base/recent-table.ts";
import { parseTarget, type Target, type TargetParse } from "../http/target.ts";
import type { RequestHead } from "./head-parser.ts";

type Parsed = Extract<TargetParse, { kind: "target" }>;

/** With 32,768 places 10,000 targets find room, all but a few hundred of them at any time. */
const TARGETS_MAX = 32_768;
/** Together at most 8 MiB of names. */
const NAME_BYTES_MAX = 256;

const KNOWN = new RecentTable<Parsed>(TARGETS_MAX);

export function targetOf(head: RequestHead, method: string): TargetParse {
  // To the others a target may mean something else (OPTIONS *), and they are rare.
  const isCommon = method === "GET" || method === "HEAD";
  const known = isCommon ? knownTarget(head) : undefined;
  if (known !== undefined) return known;
  const { bytes, start, targetStart, targetEnd } = head;
  const parsed = parseTarget(
    bytes.toString("latin1", start + targetStart, start + targetEnd),
    method,
  );
  return isCommon ? remembered(parsed, head) : parsed;
}

function knownTarget(head: RequestHead): Parsed | undefined {
  const first = KNOWN.first(head.targetHash);
  if (first !== undefined && isWrittenIn(head, first)) return first;
  const second = KNOWN.second(head.targetHash);
  return second !== undefined && isWrittenIn(head, second) ? second : undefined;
}

function isWrittenIn(
  { bytes, start, targetStart, targetEnd }: RequestHead,
  { target }: Parsed,
): boolean {
  if (target.kind !== "path" || target.raw.length !== targetEnd - targetStart) return false;
  const { raw } = target;
  const from = start + targetStart;
  for (let at = 0; at < raw.length; at++) {
    if (bytes[from + at] !== raw.charCodeAt(at)) return false;
  }
  return true;
}

/** Only plain paths: the absolute form says more than its target. */
function remembered(
  parsed: TargetParse,
  { targetHash, targetStart, targetEnd }: RequestHead,
): TargetParse {
  if (parsed.kind !== "target" || parsed.target.kind !== "path") return parsed;
  if (parsed.authority !== undefined || targetEnd - targetStart > NAME_BYTES_MAX) return parsed;
  if (!KNOWN.recurs(targetHash)) return parsed;
  const { raw, path, query } = parsed.target;
  const target: Target = { kind: "path", raw, path, query, isLasting: true };
  const lasting: Parsed = { kind: "target", target, authority: undefined };
  return KNOWN.put(targetHash, lasting) ? lasting : parsed;
}
