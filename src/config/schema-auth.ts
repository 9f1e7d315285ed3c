// The words about who may do what: the section `auth:`, and `auth` of a route, which says the same
// of the route's path.

import { parsePasswordHash } from "../base/password-hash.ts";
import { userNameFault } from "../base/user-list.ts";
import { readHost } from "./addresses.ts";
import { diskPath, flag, type Kind, row, word } from "./kinds.ts";
import { isMapping } from "./overrides.ts";
import { readRoutePath } from "./paths.ts";
import { expected, fault, meant, type Reading } from "./reading.ts";
import { type Zod, z } from "./zod.ts";

export type WhoWords = "anyone" | "users" | "nobody" | readonly string[];

export interface AuthWords {
  readonly users?: Readonly<Record<string, string>> | undefined;
  readonly users_file?: string | undefined;
  readonly realm?: string | undefined;
  readonly read?: WhoWords | undefined;
  readonly list?: WhoWords | undefined;
  readonly write?: WhoWords | undefined;
  readonly insecure?: boolean | undefined;
}

export interface AuthEntryWords extends AuthWords {
  readonly host?: string | undefined;
  readonly path: string;
}

const WHO = "anyone, users, nobody, or a list of names";

const who: Kind<WhoWords> = {
  title: WHO,
  what: WHO,
  json: {
    anyOf: [{ enum: ["anyone", "users", "nobody"] }, { type: "array", items: { type: "string" } }],
  },
  read(value) {
    if (value === "anyone" || value === "users" || value === "nobody") return meant(value);
    if (typeof value === "string")
      return expected(WHO, value, `one user is a list too: [${value}]`);
    if (!Array.isArray(value) || value.length === 0) return expected(WHO, value);
    const names: string[] = [];
    for (const name of value) {
      const read = readUserName(name);
      if (read.kind === "fault") return read;
      names.push(read.value);
    }
    return meant(names);
  },
};

export function readUserName(value: unknown): Reading<string> {
  if (typeof value !== "string") return expected("the name of a user", value, "write quotes");
  const name = value.normalize("NFC");
  const wrong = userNameFault(name);
  return wrong === undefined ? meant(name) : fault(wrong);
}

/** A password itself is refused, and not repeated: what stands in a file is read by many. */
function readHash(value: unknown): Reading<string> {
  const text = typeof value === "string" ? value : "";
  const parsed = parsePasswordHash(text);
  if (parsed.kind === "hash") return meant(text);
  const hint = "ferrox user add FILE NAME makes hashes; never write a password itself here";
  return fault(parsed.message, hint);
}

function readRealm(value: unknown): Reading<string> {
  const isPlain = typeof value === "string" && /^[\x20-\x7e]{1,100}$/.test(value);
  return isPlain ? meant(value) : expected("at most 100 characters of ASCII", value);
}

const authRows = {
  users: z
    .record(
      row(word("name", readUserName), "The name of a user."),
      row(word("hash", readHash), "The hash of a password, of scrypt or bcrypt."),
    )
    .meta({
      title: "names and hashes",
      description:
        "Who is known: names, and hashes of their passwords (scrypt, or bcrypt). They count before " +
        "those of `users_file`. Default for both: as the rule above.",
    })
    .optional(),
  users_file: row(
    diskPath("path of a file"),
    "A file of users, as `ferrox user add` and `htpasswd -B` make it: `name:hash` on each line. " +
      "Read again when it changes.",
  ).optional(),
  realm: row(
    word("text", readRealm),
    "What browsers are told that the password is for. Default: as the rule above, else `Ferrox`.",
  ).optional(),
  read: row(
    who,
    "Who may read: `anyone`, `users` (all who are known), `nobody`, or some of them: " +
      "`[alice, bob]`. Default: as the rule above, else `users`.",
  ).optional(),
  list: row(
    who,
    "Who may see what a directory holds. Default: as the rule above, else as `read`.",
  ).optional(),
  write: row(
    who,
    "Who may change things: every method but GET, HEAD, OPTIONS, COPY, PROPFIND, REPORT and " +
      "SEARCH; for COPY and MOVE also where `Destination` leads. Default: as the rule above, else " +
      "`users`.",
  ).optional(),
  insecure: row(
    flag,
    "Take passwords in clear, too. Else only over TLS, with us or with a trusted proxy, and from " +
      "this machine; others are answered 403. Default: as the rule above, else false.",
  ).optional(),
};

const OPEN = { read: "anyone", list: "anyone", write: "anyone" } as const;
const ROUTE = "none, or keys and values";

/** Of a route; `none` opens what lies at and below it. */
export const routeAuthRows: Zod.ZodType<AuthWords> = z
  .preprocess((value, context) => {
    if (value === "none") return OPEN;
    if (isMapping(value)) return value;
    const { message, hint } = expected(ROUTE, value);
    context.addIssue({ code: "custom", message, params: { hint } });
    return z.NEVER;
  }, z.strictObject(authRows))
  // For editors: what the line above lets through.
  .meta({ title: ROUTE, type: ["string", "object"] });

export const authListRows: Zod.ZodType<readonly AuthEntryWords[]> = z.array(
  z.strictObject({
    host: row(word("host name", readHost), "Only requests for this host.").optional(),
    path: row(
      word("path", readRoutePath),
      "About this path and what lies below it; the deepest path that fits decides.",
    ),
    ...authRows,
  }),
);
