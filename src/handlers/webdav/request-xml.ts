// The body of a request as XML. Its length is refused before anything of it is read: whoever waits
// for 100 (Continue) then never sends it.

import { HttpError } from "../../http/http-error.ts";
import type { IncomingBody } from "../../http/request.ts";
import type { DavJob, WebdavOptions } from "./job.ts";
import { parseXml, type XmlElement } from "./xml.ts";
import { DEFAULT_XML_LIMITS } from "./xml-guard.ts";
import { xmlTextOf } from "./xml-text.ts";
import { isNamed } from "./xml-write.ts";

/**
 * undefined: there is no body.
 * @param name of the root that is understood
 * @throws HttpError 400 for what is no such document, 413 for what is too long
 */
export async function xmlBody(
  { request, options }: DavJob,
  name: string,
): Promise<XmlElement | undefined> {
  const bytes = await bodyBytes(request.body, options);
  if (bytes.length === 0) return undefined;
  const text = xmlTextOf(bytes, request.fields.get("content-type"));
  if (text === undefined) throw new HttpError(400, "the body is neither UTF-8 nor UTF-16");
  const parsed = parseXml(text, DEFAULT_XML_LIMITS);
  if (parsed.kind === "malformed") throw new HttpError(400, `the body is no XML: ${parsed.reason}`);
  if (!isNamed(parsed.root, name)) throw new HttpError(400, `the body is no ${name} of DAV:`);
  return parsed.root;
}

async function bodyBytes(body: IncomingBody, options: WebdavOptions): Promise<Buffer> {
  const bytesMax = options.limits.xmlBytesMax;
  if (body.length === 0) return Buffer.alloc(0);
  if ((body.length ?? 0) > bytesMax) throw tooLong(options);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > bytesMax) throw tooLong(options);
    // Borrowed: the next read may write over it.
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

function tooLong({ limits, watch }: WebdavOptions): HttpError {
  watch.hit("dav_xml_bytes");
  return new HttpError(413, `XML of more than ${limits.xmlBytesMax} bytes (limits.dav_xml_bytes)`);
}
