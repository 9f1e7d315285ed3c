import assert from "node:assert/strict";
import { test } from "node:test";
import { redirectTo, redirectToHttps } from "../../src/handlers/redirect.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Request } from "../../src/http/request.ts";
import type { Response } from "../../src/http/response.ts";
import { contextOf, fieldOf, get, requestOf } from "../support/request.ts";

async function moved(prefix: string, to: string, path: string): Promise<string | undefined> {
  const handler = redirectTo({ to, status: 308, prefix });
  const response = await handler(get(path), contextOf());
  assert.equal(response.status, 308);
  return fieldOf(response, "location");
}

for (const [prefix, to, path, location] of [
  ["/old", "/new", "/old", "/new"],
  ["/old", "/new", "/old/deep/er", "/new"],
  ["/old", "/new/", "/old/x", "/new/"],
  ["/old/", "/new/", "/old/", "/new/"],
  ["/old/", "/new/", "/old/a%20b/c", "/new/a%20b/c"],
  ["/old/", "/", "/old//evil.example", "/evil.example"],
  ["/old/", "/", "/old/%5Cevil.example", "/%5Cevil.example"],
  ["/old", "/new", "/old?a=b", "/new?a=b"],
  ["/old", "/new?x=1", "/old?a=b", "/new?x=1&a=b"],
  ["/old", "/new#part", "/old?a=b", "/new?a=b#part"],
  ["/old", "https://example.org", "/old?a", "https://example.org/?a"],
  ["/old/", "https://example.org/base/", "/old/x?a", "https://example.org/base/x?a"],
  ["/old/", "https://example.org", "/old/x", "https://example.org/x"],
  ["/old", "/n\u00e9w\r\nX: y", "/old", "/n%C3%A9w%0D%0AX:%20y"],
] as const) {
  test(`${prefix} → ${JSON.stringify(to)}: ${path} leads to ${location}`, async () => {
    assert.equal(await moved(prefix, to, path), location);
  });
}

for (const to of ["//evil.example/", "/\\evil.example", "javascript:alert(1)", "new", "https://"]) {
  test(`${to} is no place to redirect to`, () => {
    assert.throws(() => redirectTo({ to, status: 301, prefix: "/" }), /redirect/);
  });
}

test("a route with blanks fills them in", async () => {
  assert.equal(
    await moved("/blog/:year/:slug", "/p/:slug?y=:year", "/blog/2024/a?b"),
    "/p/a?y=2024&b",
  );
  assert.equal(
    await moved("/docs/*", "https://docs.example.org/*", "/docs/a/b"),
    "https://docs.example.org/a/b",
  );
  assert.equal(
    await moved("/docs/*", "https://docs.example.org?from=*", "/docs/a/b"),
    "https://docs.example.org/?from=a%2Fb",
  );
});

const THE_SITE: Response = { status: 200, fields: [], body: { kind: "none" } };

async function toHttps(request: Request, port = 8443): Promise<Response> {
  const handler = redirectToHttps({
    httpsPort: () => port,
    isKnownHost: (host) => host === "localhost" || host === "[::1]",
    ownName: "own.example",
    site: () => THE_SITE,
  });
  return handler(request, contextOf());
}

for (const [target, host, location] of [
  ["/ok.txt?a=b&c=%20", "localhost", "https://localhost:8443/ok.txt?a=b&c=%20"],
  ["/", "LOCALHOST:8080", "https://localhost:8443/"],
  ["/", "[::1]", "https://[::1]:8443/"],
  ["/", "[::1]:8080", "https://[::1]:8443/"],
  ["//evil.example/x", "localhost", "https://localhost:8443//evil.example/x"],
  ["http://localhost/ok.txt?x", "localhost", "https://localhost:8443/ok.txt?x"],
  ["/%0d%0aX-Injected:1", "localhost", "https://localhost:8443/%0d%0aX-Injected:1"],
  ["/x", "evil.example", "https://own.example:8443/x"],
  ["/x", "", "https://own.example:8443/x"],
] as const) {
  test(`http ${host} ${target} leads to ${location}`, async () => {
    const response = await toHttps(get(target, { host }));
    assert.equal(response.status, 301);
    assert.equal(fieldOf(response, "location"), location);
  });
}

test("the port of https itself is left out", async () => {
  assert.equal(fieldOf(await toHttps(get("/x"), 443), "location"), "https://localhost/x");
});

test("what proxies claim changes nothing", async () => {
  const response = await toHttps(get("/x", { forwarded: "host=evil.example;proto=http" }));
  assert.equal(fieldOf(response, "location"), "https://localhost:8443/x");
});

test("a POST keeps its body on the way", async () => {
  assert.equal((await toHttps(requestOf("POST", "/x"))).status, 308);
});

test("OPTIONS * and a Host that names no host are refused", async () => {
  for (const request of [requestOf("OPTIONS", "*"), get("/", { host: "a b" })]) {
    await assert.rejects(
      toHttps(request),
      (error) => error instanceof HttpError && error.status === 400,
    );
  }
});

test("an own name that is an IPv6 address gets its brackets", async () => {
  const handler = redirectToHttps({
    httpsPort: () => 443,
    isKnownHost: () => false,
    ownName: "::1",
    site: () => THE_SITE,
  });
  const response = await handler(get("/x"), contextOf());
  assert.equal(fieldOf(response, "location"), "https://[::1]/x");
});

test("whoever speaks TLS with a trusted proxy is not sent round in a circle", async () => {
  const handler = redirectToHttps({
    httpsPort: () => 443,
    isKnownHost: () => true,
    ownName: "own.example",
    site: () => THE_SITE,
  });
  const { peer } = contextOf();
  const over = (forwardedScheme: "http" | "https") =>
    handler(get("/x"), contextOf({ peer: { ...peer, forwardedScheme } }));
  assert.equal((await over("https")).status, 200);
  assert.equal((await over("http")).status, 301);
});
