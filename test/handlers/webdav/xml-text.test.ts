import assert from "node:assert/strict";
import { test } from "node:test";
import { xmlTextOf } from "../../../src/handlers/webdav/xml-text.ts";

const UTF16LE = Buffer.from("<é/>", "utf16le");
const UTF16BE = Buffer.from(UTF16LE).swap16();

for (const [what, bytes, contentType, text] of [
  ["UTF-8", Buffer.from("<é/>"), undefined, "<é/>"],
  ["UTF-8 with its mark", Buffer.from("\ufeff<é/>"), "text/xml; charset=utf-16", "<é/>"],
  ["UTF-16 as the field says", UTF16BE, 'text/xml; charset="UTF-16"', "<é/>"],
  ["UTF-16 by its mark", Buffer.concat([Buffer.from([0xff, 0xfe]), UTF16LE]), undefined, "<é/>"],
  [
    "UTF-16, the other order",
    Buffer.concat([Buffer.from([0xfe, 0xff]), UTF16BE]),
    undefined,
    "<é/>",
  ],
  ["UTF-16 without a mark", UTF16LE, undefined, "<é/>"],
  ["big-endian without a mark", UTF16BE, undefined, "<é/>"],
  [
    "UTF-8 that says so",
    Buffer.from("<?xml version='1.0' encoding='UTF-8'?><a/>"),
    undefined,
    "<?xml version='1.0' encoding='UTF-8'?><a/>",
  ],
] as const) {
  test(`${what} is read`, () => assert.equal(xmlTextOf(bytes, contentType), text));
}

for (const [what, bytes, contentType] of [
  ["bytes that are no UTF-8", Buffer.from([0x3c, 0xff, 0x3e]), undefined],
  ["another encoding in the field", Buffer.from("<a/>"), "text/xml; charset=koi8-r"],
  [
    "another encoding in the document",
    Buffer.from("<?xml version='1.0' encoding='latin1'?><a/>"),
    undefined,
  ],
  ["half a character of UTF-16", UTF16LE.subarray(0, 3), undefined],
] as const) {
  test(`${what}: not read`, () => assert.equal(xmlTextOf(bytes, contentType), undefined));
}
