import assert from "node:assert/strict";
import { test } from "node:test";
import { patternOf } from "../../src/base/path-pattern.ts";
import { redirectFilled } from "../../src/handlers/redirect-blanks.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { assertSendable } from "../../src/http/response-fields.ts";
import { contextOf, fieldOf, get, requestOf } from "../support/request.ts";

async function moved(path: string, to: string, target: string): Promise<string | undefined> {
  const handler = redirectFilled({ pattern: patternOf(path), to, status: 308 });
  const response = await handler(get(target), contextOf());
  assert.equal(response.status, 308);
  assertSendable(response.fields);
  return fieldOf(response, "location");
}

for (const [path, to, target, location] of [
  ["/blog/:year/:slug", "/posts/:slug?y=:year", "/blog/2024/hello", "/posts/hello?y=2024"],
  [
    "/blog/:year/:slug",
    "/posts/:slug?y=:year",
    "/blog/2024/hello?p=1&q",
    "/posts/hello?y=2024&p=1&q",
  ],
  ["/blog/:year/:slug", "/:slug.html#y:year", "/blog/2024/hello?p", "/hello.html?p#y2024"],
  ["/blog/:year/:slug", "/:year/:year", "/blog/2024/hello", "/2024/2024"],
  ["/blog/:year/:slug", "/gone", "/blog/2024/hello", "/gone"],
  [
    "/docs/*",
    "https://docs.example.org/*",
    "/docs/a/b.html?q",
    "https://docs.example.org/a/b.html?q",
  ],
  ["/docs/*", "https://docs.example.org/*", "/docs", "https://docs.example.org/"],
  ["/:lang/*", "/*?lang=:lang", "/de/a/b", "/a/b?lang=de"],
  ["/old/*", "/new/*", "/old/a/", "/new/a/"],
  // In a path a captured text stays in its segment, whatever it holds.
  ["/a/:x", "/b/:x", "/a/%2F%2Fevil.example", "/b/%2F%2Fevil.example"],
  ["/a/:x", "/:x", "/a/%2Fevil.example", "/%2Fevil.example"],
  ["/a/:x", "/:x", "/a/%5C%5Cevil.example", "/%5C%5Cevil.example"],
  ["/a/:x", "/b/:x", "/a/%0D%0ASet-Cookie:%20a", "/b/%0D%0ASet-Cookie:%20a"],
  ["/a/:x", "/b/:x", "/a/%3Fq%23f", "/b/%3Fq%23f"],
  ["/a/:x", "/b/:x", "/a/100%25", "/b/100%25"],
  ["/a/:x", "/b/:x", "/a/%252e%252e", "/b/%252e%252e"],
  ["/a/:x", "/b/:x", "/a/gr%C3%BC%C3%9Fe", "/b/gr%C3%BC%C3%9Fe"],
  ["/a/:x", "/b/:x", "/a/%FF", "/b/%FF"],
  ["/a/*", "/b/*", "/a/x%2Fy/z", "/b/x%2Fy/z"],
  // In a query it stays one value.
  ["/a/:x", "/b?x=:x", "/a/1%262=3+4;5%2F6%3A7%40", "/b?x=1%262%3D3%2B4%3B5%2F6%3A7%40"],
  ["/a/:x", "/b?x=:x", "/a/%0D%0AX:y", "/b?x=%0D%0AX%3Ay"],
  ["/a/*", "/b?x=*", "/a/b/c", "/b?x=b%2Fc"],
  ["/a/:x", "/b#:x", "/a/%23%0A", "/b#%23%0A"],
  // An empty rest leaves no host behind.
  ["/old/*", "/*/evil.example", "/old/", "/evil.example"],
  ["/old/*", "/*/evil.example", "/old/x", "/x/evil.example"],
  ["/old/*", "/*", "/old//evil.example", "/evil.example"],
] as const) {
  test(`${path} → ${to}: ${target} leads to ${location}`, async () => {
    assert.equal(await moved(path, to, target), location);
  });
}

function refusal(status: number) {
  return (error: unknown) => error instanceof HttpError && error.status === status;
}

test("a path that would be redirected to itself is not there", async () => {
  await assert.rejects(moved("/:a/:b", "/:b/:a", "/x/x?q"), refusal(404));
  assert.equal(await moved("/:a/:b", "/:b/:a", "/x/y"), "/y/x");
});

test("a path that does not fit, and OPTIONS *, are refused", async () => {
  await assert.rejects(moved("/a/:x", "/b/:x", "/a/b/c"), refusal(404));
  const handler = redirectFilled({ pattern: patternOf("/*"), to: "/x/*", status: 301 });
  assert.throws(() => handler(requestOf("OPTIONS", "*"), contextOf()), refusal(400));
});

test("a name that captures nothing is a mistake of the configuration", () => {
  const redirect = (to: string) => () =>
    redirectFilled({ pattern: patternOf("/a/:x"), to, status: 301 });
  assert.throws(redirect("/b/:y"), /nothing is captured as y/);
  assert.throws(redirect("/b/*"), /nothing is captured as \*/);
});

test("what was filled in is told to whoever asks", async () => {
  const notes: string[] = [];
  const trace = { note: (where: string, decision: string) => notes.push(`${where}: ${decision}`) };
  const handler = redirectFilled({ pattern: patternOf("/a/:x"), to: "/b/:x", status: 301 });
  await handler(get("/a/c"), contextOf({ trace }));
  assert.deepEqual(notes, ["handlers/redirect: /a/c → 301 /b/c"]);
});
