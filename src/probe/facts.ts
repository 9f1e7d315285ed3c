// What must be known of a server before it can be asked anything clever: what it gives for the
// path, for a path that does not exist, for a part, and for whoever takes coded answers. Nine in
// ten cases compare with one of these.

import type { Clock } from "../base/clock.ts";
import { converse, type Patience } from "./conversation.ts";
import { MISSING, type Place } from "./filling.ts";
import type { Answer } from "./response-reader.ts";
import type { Dial } from "./wire.ts";

export interface Facts {
  readonly place: Place;
  /** 200, to GET without conditions. */
  readonly whole: Answer;
  readonly missing: Answer;
  /** With a content coding; undefined: nothing is coded here. */
  readonly coded: Answer | undefined;
  /** Asked twice, answered with the same bytes. */
  readonly isStable: boolean;
  readonly hasRanges: boolean;
}

export type Discovery =
  | { readonly kind: "facts"; readonly facts: Facts }
  /** A sentence on why there is nothing to judge here. */
  | { readonly kind: "nothing"; readonly why: string };

export async function discover(
  dial: Dial,
  place: Place,
  patience: Patience,
  clock: Clock,
): Promise<Discovery> {
  const { host, path } = place;
  const ask = async (target: string, ...fields: string[]): Promise<Answer | string> => {
    const lines = [`GET ${target} HTTP/1.1`, `Host: ${host}`, ...fields, "Connection: close"];
    const steps = [`${lines.join("\r\n")}\r\n\r\n`];
    const script = { steps, methods: ["GET"], expect: { answers: ["2xx"] }, followUp: "" };
    const { reading } = await converse(await dial(), script, patience, clock);
    const [answer] = reading.answers;
    return answer ?? `GET ${target}: ${reading.fault ?? "no whole answer"}`;
  };

  const whole = await ask(path);
  if (typeof whole === "string") return { kind: "nothing", why: whole };
  if (whole.status !== 200) return { kind: "nothing", why: notWhole(path, whole) };
  const again = await ask(path);
  const missing = await ask(MISSING);
  const part = await ask(path, "Range: bytes=0-0");
  const coded = await ask(path, "Accept-Encoding: gzip, br");
  if (typeof missing === "string") return { kind: "nothing", why: missing };
  return {
    kind: "facts",
    facts: {
      place,
      whole,
      missing,
      coded: typeof coded !== "string" && isCoded(coded) ? coded : undefined,
      isStable: typeof again !== "string" && again.body.equals(whole.body),
      hasRanges: typeof part !== "string" && part.status === 206,
    },
  };
}

function isCoded({ status, fields }: Answer): boolean {
  const coding = fields.get("content-encoding")?.toLowerCase();
  return status === 200 && coding !== undefined && coding !== "identity";
}

function notWhole(path: string, { status, fields }: Answer): string {
  const location = fields.get("location");
  const to = location === undefined ? "" : ` to ${JSON.stringify(location.slice(0, 200))}`;
  const hint = location?.startsWith("https:") === true ? ", or --tls" : "";
  return `GET ${path} is answered with ${status}${to}; name a path that gives 200: --path /…${hint}`;
}
