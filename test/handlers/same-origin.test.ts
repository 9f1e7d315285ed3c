import assert from "node:assert/strict";
import { test } from "node:test";
import type { Peer } from "../../src/base/peer.ts";
import { formSender } from "../../src/handlers/same-origin.ts";
import { type FieldMap, requestOf, STRANGER } from "../support/request.ts";

const TLS: Peer = {
  ...STRANGER,
  tls: { version: "TLSv1.3", cipher: "x", serverName: undefined, alpn: undefined },
};

for (const [fields, peer, kind] of [
  [{ "sec-fetch-site": "same-origin" }, STRANGER, "own"],
  [{ "sec-fetch-site": "same-origin", origin: "https://proxy.example" }, STRANGER, "own"],
  [{ "sec-fetch-site": "same-site" }, STRANGER, "other"],
  [{ "sec-fetch-site": "cross-site", origin: "http://a.example:8080" }, STRANGER, "other"],
  [{ "sec-fetch-site": "none" }, STRANGER, "other"],
  [{ "sec-fetch-site": ["same-origin", "same-origin"] }, STRANGER, "other"],
  [{ origin: "http://a.example:8080" }, STRANGER, "own"],
  [{ origin: "http://A.EXAMPLE:8080" }, STRANGER, "own"],
  [{ origin: "http://a.example" }, STRANGER, "other"],
  [{ origin: "http://a.example:8081" }, STRANGER, "other"],
  [{ origin: "https://a.example:8080" }, STRANGER, "other"],
  [{ origin: "https://a.example:8080" }, TLS, "own"],
  [{ origin: "http://a.example:8080" }, TLS, "other"],
  [{ origin: "https://a.example:8080" }, { ...STRANGER, forwardedScheme: "https" }, "own"],
  [{ origin: "https://a.example", host: "a.example:443" }, TLS, "own"],
  [{ origin: "http://a.example:80", host: "a.example" }, STRANGER, "own"],
  [{ origin: "null" }, STRANGER, "other"],
  [{ origin: "http://a.example:8080.evil.example" }, STRANGER, "other"],
  [{ origin: "http://a.example:8080@evil.example" }, STRANGER, "other"],
  [{ origin: "null", referer: "http://a.example:8080/" }, STRANGER, "other"],
  [{ referer: "http://a.example:8080/dir/?x" }, STRANGER, "own"],
  [{ referer: "http://evil.example/http://a.example:8080/" }, STRANGER, "other"],
  [{ referer: "http://evil.example" }, STRANGER, "other"],
  [{}, STRANGER, "other"],
] as readonly (readonly [FieldMap, Peer, string])[]) {
  const tls = peer.tls !== undefined || peer.forwardedScheme === "https" ? " over TLS" : "";
  test(`${JSON.stringify(fields)}${tls}: ${kind}`, () => {
    const request = requestOf("POST", "/", { host: "a.example:8080", ...fields });
    assert.equal(formSender(request, { peer }).kind, kind);
  });
}
