// The form of test/data/peers/*.json: cases of another server's tests, as facts. Checked when
// read, so that a misspelt word cannot make a case expect nothing.

import { z } from "zod";

export type PeerFields = readonly (readonly [string, string])[];

export interface Expected {
  readonly status?: number | readonly number[] | undefined;
  /** null: absent. */
  readonly fields?: Readonly<Record<string, string | null>> | undefined;
  /** First and last position of each part, in order. */
  readonly ranges?: readonly (readonly [number, number])[] | undefined;
  /** null: whatever it is. */
  readonly body?: string | null | undefined;
  readonly location?: string | null | undefined;
  /** Of a listing: the text of each link and the path it leads to, in order. */
  readonly links?: Readonly<Record<string, string>> | undefined;
}

export interface PeerCase {
  readonly id: string;
  readonly source: string;
  readonly ask: {
    readonly method?: string | undefined;
    readonly path: string;
    readonly version?: "1.0" | "1.1" | undefined;
    readonly fields?: PeerFields | undefined;
  };
  /** By the peer. */
  readonly expected: Expected;
  /** What we do instead, and the section that lets us. With a status of its own it stands alone. */
  readonly ferrox?: (Expected & { readonly why: string }) | undefined;
}

export interface PeerFile {
  readonly peer: string;
  readonly about: string;
  /** YAML at the top level, and inside `server:`. */
  readonly config?: string | undefined;
  readonly server?: string | undefined;
  readonly files: Readonly<
    Record<
      string,
      {
        readonly text?: string | undefined;
        readonly bytes?: number | undefined;
        /** Whatever Date understands. */
        readonly modified?: string | undefined;
      }
    >
  >;
  readonly cases: readonly PeerCase[];
  /** What the peer tests and Ferrox has no place for. */
  readonly leftOut: readonly string[];
}

const position = z.number().int().min(0);
const expected = {
  status: z.union([z.number(), z.array(z.number())]).optional(),
  fields: z.record(z.string(), z.string().nullable()).optional(),
  ranges: z.array(z.tuple([position, position])).optional(),
  body: z.string().nullable().optional(),
  location: z.string().nullable().optional(),
  links: z.record(z.string(), z.string()).optional(),
};

const peerCase = z.strictObject({
  id: z.string(),
  source: z.string(),
  ask: z.strictObject({
    method: z.string().optional(),
    path: z.string(),
    version: z.enum(["1.0", "1.1"]).optional(),
    fields: z.array(z.tuple([z.string(), z.string()])).optional(),
  }),
  expected: z.strictObject(expected),
  ferrox: z.strictObject({ ...expected, why: z.string() }).optional(),
});

const peerFile: z.ZodType<PeerFile> = z.strictObject({
  peer: z.string(),
  about: z.string(),
  config: z.string().optional(),
  server: z.string().optional(),
  files: z.record(
    z.string(),
    z.strictObject({
      text: z.string().optional(),
      bytes: z.number().optional(),
      modified: z.string().optional(),
    }),
  ),
  cases: z.array(peerCase).min(1),
  leftOut: z.array(z.string()),
});

/** @throws when it is anything else */
export function peerFileOf(json: unknown): PeerFile {
  const file = peerFile.parse(json);
  const ids = file.cases.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new Error(`${file.peer}: two cases of one name`);
  return file;
}
