// The fields of a representation, frozen when it was made: lines of "Name: value" and an empty line.
// They go out as they stand there, name by name and byte by byte; what would break the answer (a
// status line, framing, a line that is no field) makes the representation unusable instead.

import type { Field } from "../../http/fields.ts";
import { assertSendable } from "../../http/response-fields.ts";
import { BadResource } from "./resource.ts";

const CRLF = "\r\n";

/** All of it but the empty line. */
export function linesIn(block: Uint8Array): string {
  return latin1(block).slice(0, -CRLF.length);
}

function latin1(block: Uint8Array): string {
  return Buffer.from(block.buffer, block.byteOffset, block.length).toString("latin1");
}

/**
 * @param block up to and with the empty line
 * @throws BadResource
 */
export function fieldsIn(block: Uint8Array): readonly Field[] {
  const text = latin1(block);
  if (text !== CRLF && !text.endsWith(CRLF + CRLF)) {
    throw new BadResource("header_length does not lead behind an empty line");
  }
  const lines = text === CRLF ? [] : text.slice(0, -2 * CRLF.length).split(CRLF);
  const fields = lines.map(fieldIn);
  try {
    assertSendable(fields);
  } catch (error) {
    if (error instanceof TypeError) throw new BadResource(error.message);
    throw error;
  }
  return fields;
}

function fieldIn(line: string): Field {
  const colon = line.indexOf(":");
  if (colon === -1) throw new BadResource(`no field: ${JSON.stringify(line.slice(0, 60))}`);
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

export function fieldValue(fields: readonly Field[], name: string): string | undefined {
  return fields.find(([other]) => other.toLowerCase() === name)?.[1];
}
