// A page that was written just now, compressed if the client likes: a listing of ten thousand
// names is two megabytes. It is made anew for each request, so nothing of it is remembered.

import { preferredCoding } from "../http/negotiation.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { Compressor } from "./compressor.ts";

/** @param page without validators; its Vary, if any, in one field */
export async function codedPage(
  request: Request,
  page: Response,
  compressor: Compressor,
): Promise<Response> {
  const { body } = page;
  const [, mediaType = ""] = page.fields.find(([name]) => name === "Content-Type") ?? [];
  if (body.kind !== "bytes") return page;
  const codings = compressor.codingsFor(mediaType, body.bytes.length);
  if (codings.length === 0) return page;
  const varying = { ...page, fields: withVary(page.fields) };
  const coding = preferredCoding(request.fields.get("accept-encoding"), codings);
  if (coding === "identity" || coding === "none") return varying;
  const bytes = await compressor.encodedOnce(coding, body.bytes);
  if (bytes === undefined) return varying;
  const fields = [...varying.fields, ["Content-Encoding", coding] as const];
  return { ...page, fields, body: { kind: "bytes", bytes } };
}

function withVary(fields: Response["fields"]): Response["fields"] {
  const others = fields.filter(([name]) => name !== "Vary");
  const before = fields.filter(([name]) => name === "Vary").map(([, value]) => value);
  return [...others, ["Vary", [...before, "Accept-Encoding"].join(", ")]];
}
