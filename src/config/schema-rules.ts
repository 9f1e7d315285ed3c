// The sections about what stands on answers beside their content: `caching:`, `header_rules:`,
// `security_headers:`, `cors:`.

import type { SecurityLevel } from "../handlers/security-headers.ts";
import { readHeaderName, readHeaderValue } from "./header-rules.ts";
import { duration, flag, type Kind, row, word } from "./kinds.ts";
import { isMapping } from "./overrides.ts";
import { expected, meant } from "./reading.ts";
import { readCacheControl, readFieldName, readGlob, readMethod, readOrigin } from "./rule-words.ts";
import { type Zod, z } from "./zod.ts";

export interface CachingWords {
  readonly match: string;
  readonly cache_control: string;
}

export interface HeaderRuleWords {
  readonly match: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export interface CorsWords {
  /** undefined: any. Empty: none, and no CORS at all. */
  readonly origins?: readonly string[] | undefined;
  readonly methods: readonly string[];
  readonly headers?: readonly string[] | undefined;
  readonly expose: readonly string[];
  readonly max_age: number;
}

export const fieldRows: Zod.ZodType<Readonly<Record<string, string>>> = z.record(
  row(word("header name", readHeaderName), "The name of a header field."),
  row(word("text", readHeaderValue), "The value, as text."),
);

const glob = word("glob", readGlob);

export const cachingRows: Zod.ZodType<readonly CachingWords[]> = z.array(
  z.strictObject({
    match: row(
      glob,
      "Which files: `/assets/**`, `*.css`. Compared with the file's path on the site, so the index " +
        "of `/` is `/index.html`.",
    ),
    cache_control: row(
      word("value of Cache-Control", readCacheControl),
      "What `Cache-Control` says of them: `public, max-age=3600`, `no-store`.",
    ),
  }),
);

export const headerRuleRows: Zod.ZodType<readonly HeaderRuleWords[]> = z.array(
  z.strictObject({
    match: row(
      glob,
      "Which answers: `*.html`, `/api/**`. Compared with the path that was asked for, and with that " +
        "of the file that answers.",
    ),
    headers: fieldRows
      .meta({
        title: "names and values",
        description: "Fields to add, as under `headers`; they replace those of the same name.",
      })
      .prefault({}),
    remove: z
      .array(row(word("header name", readHeaderName), "The name of a header field."))
      .meta({
        title: "list of header names",
        description: "Fields to take away, wherever they come from.",
      })
      .prefault([]),
  }),
);

export const securityLevel: Kind<SecurityLevel> = {
  title: "true, false or strict",
  what: "true, false or strict",
  json: { anyOf: [{ type: "boolean" }, { const: "strict" }] },
  read(value) {
    if (value === "strict") return meant("strict");
    const reading = flag.read(value);
    if (reading.kind === "value") return meant(reading.value ? "basic" : "off");
    return expected("true, false or strict", value, reading.hint);
  },
};

const DAY = 24 * 60 * 60 * 1000;

const CORS = "true, false, or keys and values";

/** True and false stand for the whole section with nothing said, and for nobody at all. */
export const corsRows: Zod.ZodType<CorsWords> = z
  .preprocess(
    (value, context) => {
      if (value === true) return {};
      if (value === false) return { origins: [] };
      if (isMapping(value)) return value;
      const read = flag.read(value);
      const { message, hint } = expected(
        CORS,
        value,
        read.kind === "fault" ? read.hint : undefined,
      );
      context.addIssue({ code: "custom", message, params: { hint } });
      return z.NEVER;
    },
    z.strictObject({
      origins: z
        .array(row(word("origin", readOrigin), "An origin."))
        .meta({
          title: "list of origins",
          description:
            "Sites whose pages may read answers, as browsers write them: `https://app.example.org`. " +
            "Default: any; an empty list: none.",
        })
        .optional(),
      methods: z
        .array(row(word("method", readMethod), "A method."))
        .min(1)
        .meta({ title: "list of methods", description: "Methods that such pages may use." })
        .prefault(["GET", "HEAD"]),
      headers: z
        .array(row(word("header name", readFieldName), "The name of a header field."))
        .meta({
          title: "list of header names",
          description: "Fields of requests that such pages may set. Default: any.",
        })
        .optional(),
      expose: z
        .array(row(word("header name", readFieldName), "The name of a header field."))
        .meta({
          title: "list of header names",
          description: "Fields of answers that such pages may read, beside the simplest ones.",
        })
        .prefault(["Accept-Ranges", "Content-Encoding", "Content-Range", "ETag"]),
      max_age: row(
        duration({ min: 0, max: DAY }),
        "How long browsers may remember what they were allowed (preflights).",
      ).prefault("10m"),
    }),
  )
  // For editors: what the line above lets through.
  .meta({ title: CORS, type: ["boolean", "object"] });
