// What a case says about content codings: that a coded body is the content after all, and that
// caches are told. RFC 9110, sections 8.4, 8.8.3.3 and 12.5.

import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { parseEntityTag } from "../http/entity-tag.ts";
import type { Claim } from "./claims.ts";

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: object) => Buffer>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** However it is coded, the content is the same. Codings we cannot read are not judged. */
export const decodes: Claim = ({ answer, facts }) => {
  const coding = answer.fields.get("content-encoding")?.toLowerCase() ?? "identity";
  const decode = DECODERS[coding];
  const { body } = facts.whole;
  if (coding !== "identity" && decode === undefined) return undefined;
  try {
    // A bomb is not unpacked: the length is known.
    const bytes = decode?.(answer.body, { maxOutputLength: body.length + 1 }) ?? answer.body;
    return bytes.equals(body) ? undefined : `the ${coding} body is another content`;
  } catch (error) {
    return `the ${coding} body cannot be decoded: ${error instanceof Error ? error.message : error}`;
  }
};

/** Coded in one of these, or not at all. */
export function codedIn(...codings: string[]): Claim {
  return ({ answer }) => {
    const coding = answer.fields.get("content-encoding")?.toLowerCase() ?? "identity";
    return coding === "identity" || codings.includes(coding) ? undefined : `coded as ${coding}`;
  };
}

export const uncoded: Claim = codedIn();

/** Caches are told that Accept-Encoding decided. */
export const variesByCoding: Claim = ({ answer }) => {
  const vary = answer.fields.get("vary")?.toLowerCase() ?? "";
  const names = vary.split(/[\t ]*,[\t ]*/);
  const isTold = names.includes("accept-encoding") || names.includes("*");
  return isTold ? undefined : `Vary: ${vary === "" ? "none" : vary}`;
};

/** Other bytes, another strong tag. */
export const tagOfItsOwn: Claim = ({ answer, facts }) => {
  const coded = answer.fields.get("etag");
  const isCoded = answer.fields.get("content-encoding") !== undefined;
  if (!isCoded || coded === undefined || parseEntityTag(coded)?.weak !== false) return undefined;
  const isShared = coded === facts.whole.fields.get("etag");
  return isShared ? `the coded bytes have the ETag of the others: ${coded}` : undefined;
};
