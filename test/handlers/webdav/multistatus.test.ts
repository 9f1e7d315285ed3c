import assert from "node:assert/strict";
import { test } from "node:test";
import {
  multistatus,
  propDocument,
  propertiesXml,
  refusal,
  statusOnlyXml,
  streamedMultistatus,
} from "../../../src/handlers/webdav/multistatus.ts";
import { bytesOf, fieldOf, textOf } from "../../support/request.ts";

const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';

test("a response for each resource, its URL escaped", async () => {
  const response = multistatus([statusOnlyXml("/a&b", 423), statusOnlyXml("/c", 403, "x")]);
  assert.equal(response.status, 207);
  assert.equal(fieldOf(response, "content-type"), "application/xml; charset=utf-8");
  assert.equal(
    await textOf(response),
    `${HEAD}<D:multistatus xmlns:D="DAV:">\n` +
      "<D:response><D:href>/a&amp;b</D:href><D:status>HTTP/1.1 423 Locked</D:status></D:response>\n" +
      "<D:response><D:href>/c</D:href><D:status>HTTP/1.1 403 Forbidden</D:status>" +
      "<D:error><D:x/></D:error></D:response>\n</D:multistatus>\n",
  );
});

test("properties stand together by what became of them", () => {
  assert.equal(
    propertiesXml("/a", [
      { status: 200, properties: ["<a/>", "<b/>"] },
      { status: 403, properties: ["<c/>"], condition: "no" },
    ]),
    "<D:response><D:href>/a</D:href>" +
      "<D:propstat><D:prop><a/><b/></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>" +
      "<D:propstat><D:prop><c/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status>" +
      "<D:error><D:no/></D:error></D:propstat></D:response>\n",
  );
});

test("a stream says the same, and sends it in pieces", async () => {
  async function* many() {
    for (let at = 0; at < 1000; at++) yield statusOnlyXml(`/${at}`, 200);
  }
  const { body } = streamedMultistatus(many());
  assert.ok(body.kind === "stream");
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) chunks.push(chunk);
  assert.ok(chunks.length > 3);
  const all: string[] = [];
  for await (const one of many()) all.push(one);
  assert.equal(Buffer.concat(chunks).toString(), (await bytesOf(multistatus(all).body)).toString());
});

test("a refusal names its condition", async () => {
  const response = refusal(423, "lock-token-submitted", "<D:href>/a</D:href>");
  assert.equal(
    await textOf(response),
    `${HEAD}<D:error xmlns:D="DAV:"><D:lock-token-submitted><D:href>/a</D:href>` +
      "</D:lock-token-submitted></D:error>\n",
  );
});

test("a property is a document of its own", async () => {
  assert.equal(
    await textOf(propDocument(200, "<D:x/>", [])),
    `${HEAD}<D:prop xmlns:D="DAV:"><D:x/></D:prop>\n`,
  );
});
