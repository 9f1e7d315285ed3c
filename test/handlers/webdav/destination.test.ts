import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "../../../src/handlers/webdav/destination.ts";
import { contextOf, LOCAL_PEER } from "../../support/request.ts";
import { davSite, jobOf } from "./site.ts";

for (const [url, host, place] of [
  ["/dav/a/b", "h", "/a/b"],
  ["/dav/a/", "h", "/a"],
  ["/dav", "h", "/"],
  ["/dav/%C3%A9%20%26", "h", "/é &"],
  ["http://h/dav/a", "h", "/a"],
  ["http://H:80/dav/a", "h", "/a"],
  ["http://h/dav/a", "h:80", "/a"],
  ["https://h/dav/a", "h", "/a"],
  ["http://h:8080/dav/a", "h:8080", "/a"],
  ["http://h:8080/dav/a", "h", "elsewhere"],
  ["http://h/dav/a", "h:8080", "elsewhere"],
  ["http://other/dav/a", "h", "elsewhere"],
  ["http://h/dav/a", "", "elsewhere"],
  ["/davos/a", "h", "elsewhere"],
  ["/", "h", "elsewhere"],
  ["/dav/../x", "h", "elsewhere"],
  ["/dav/%2e%2e/x", "h", "elsewhere"],
  ["/../x", "h", "malformed"],
  ["/dav/%00", "h", "malformed"],
  ["/dav/a%2fb", "h", "malformed"],
  ["/dav/%", "h", "malformed"],
  ["dav/a", "h", "malformed"],
  ["ftp://h/dav/a", "h", "malformed"],
  ["http://u@h/dav/a", "h", "malformed"],
  ["/dav/a#b", "h", "malformed"],
  ["/dav/a b", "h", "malformed"],
  ["*", "h", "malformed"],
  ["", "h", "malformed"],
] as const) {
  test(`${url || "nothing"}, asked of ${host || "nobody"}: ${place}`, () => {
    const job = jobOf(davSite(), "/x", { host });
    const found = placeOf(job, url);
    assert.equal(found.kind === "path" ? found.path : found.kind, place);
  });
}

test("behind a proxy that speaks TLS, its port is the one that goes without saying", () => {
  const job = jobOf(davSite(), "/x", { host: "h" });
  const peer = { ...LOCAL_PEER, forwardedScheme: "https" } as const;
  const behind = { ...job, context: contextOf({ peer }) };
  assert.equal(placeOf(behind, "https://h:443/dav/a").kind, "path");
  assert.equal(placeOf(behind, "http://h:80/dav/a").kind, "elsewhere");
});
