// One answer of a site as a representation of a store: its fields frozen, a strong tag made of its
// content, and the content beside them in a file, or, when it is a short text and nothing is to be
// chosen, in the resource itself.

import { parseDate } from "../../http/date.ts";
import type { Field } from "../../http/fields.ts";
import { fieldValue } from "./header-block.ts";
import type { StoredRepresentation } from "./resource.ts";
import type { Leaf } from "./site-contents.ts";
import { extensionOf } from "./site-targets.ts";
import type { StoreFiles } from "./store-files.ts";

export interface Placing {
  readonly target: string;
  /** Nothing else answers the target. */
  readonly isOnly: boolean;
  readonly files: StoreFiles;
}

const INLINE_BYTES_MAX = 4096;

export async function representationOf(
  leaf: Leaf,
  placing: Placing,
): Promise<StoredRepresentation> {
  const { answered, hash, size } = leaf;
  const etag = answered.status === 200 ? `"${hash}"` : undefined;
  const fields = fieldsOf(leaf, etag);
  const text = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const block = Buffer.from(`${text}\r\n`, "latin1");
  const modifiedMs = parseDate(fieldValue(fields, "last-modified") ?? "", 0);
  const facts = {
    status: answered.status,
    headerLength: block.length,
    etag,
    lastModified: modifiedMs === undefined ? undefined : Math.floor(modifiedMs / 1000),
  };
  const inline = await inlined(leaf, block, placing);
  if (inline !== undefined) return { ...facts, source: { kind: "inline", contents: inline } };
  const { target, files } = placing;
  const pieces = () => leaf.pieces();
  const name = await files.putBody({ block, hash, size, pieces, ending: endingOf(leaf, target) });
  return { ...facts, source: { kind: "file", name } };
}

/** undefined: it belongs into a file. */
async function inlined(
  leaf: Leaf,
  block: Uint8Array,
  { isOnly }: Placing,
): Promise<Uint8Array | undefined> {
  if (!isOnly || leaf.size > INLINE_BYTES_MAX) return undefined;
  const parts = [block];
  for await (const piece of leaf.pieces()) parts.push(Buffer.from(piece));
  const contents = Buffer.concat(parts);
  return isText(contents) ? contents : undefined;
}

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** As the site has said them, but for its own tag, and with the coding that was made. */
function fieldsOf({ answered, coding }: Leaf, etag: string | undefined): readonly Field[] {
  const fields: Field[] = [];
  for (const [name, value] of answered.fields) {
    if (name.toLowerCase() !== "etag") fields.push([name, value]);
    else if (etag !== undefined) fields.push([name, etag]);
  }
  if (etag !== undefined && fieldValue(fields, "etag") === undefined) fields.push(["ETag", etag]);
  if (coding !== undefined) {
    const after = fields.findIndex(([name]) => name.toLowerCase() === "content-type") + 1;
    fields.splice(after, 0, ["Content-Encoding", coding]);
  }
  const others = answered.vary.filter((name) => !NEGOTIATED.has(name));
  if (others.length > 0) fields.push(["Vary", others.join(", ")]);
  return fields;
}

/** What a store negotiates by, it says itself. */
const NEGOTIATED: ReadonlySet<string> = new Set(["accept", "accept-encoding", "accept-language"]);

const CODING_ENDINGS: Readonly<Record<string, string>> = { br: ".br", gzip: ".gz", zstd: ".zst" };

/** For people who look into the store. */
function endingOf({ answered, coding }: Leaf, target: string): string {
  const extension = extensionOf(target);
  const own = extension === "" ? (EXTENSIONS[answered.type] ?? "") : `.${extension}`;
  const coded = coding ?? fieldValue(answered.fields, "content-encoding") ?? "";
  return own + (CODING_ENDINGS[coded] ?? "");
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "text/html": ".html",
  "application/json": ".json",
};
