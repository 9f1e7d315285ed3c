import assert from "node:assert/strict";
import { test } from "node:test";
import { oneVary, withFields } from "../../src/handlers/extra-fields.ts";
import type { Field } from "../../src/http/fields.ts";
import { isReusable, NO_BODY, type Response, reusable } from "../../src/http/response.ts";

function response(fields: readonly Field[], status = 200): Response {
  return { status, fields, body: NO_BODY };
}

test("a configured field is added", () => {
  const dress = withFields([["X-Frame-Options", "DENY"]]);
  assert.deepEqual(dress(response([["ETag", '"a"']])).fields, [
    ["ETag", '"a"'],
    ["X-Frame-Options", "DENY"],
  ]);
});

test("a configured field replaces the handler's, whatever its case", () => {
  const dress = withFields([["cache-control", "max-age=60"]]);
  assert.deepEqual(dress(response([["Cache-Control", "no-cache"]])).fields, [
    ["cache-control", "max-age=60"],
  ]);
});

test("an error keeps its own Cache-Control", () => {
  const dress = withFields([["Cache-Control", "max-age=31536000"]]);
  assert.deepEqual(dress(response([["Cache-Control", "no-cache"]], 404)).fields, [
    ["Cache-Control", "no-cache"],
  ]);
});

test("what the handler says about this very answer stands", () => {
  const own: readonly Field[] = [
    ["Content-Type", "text/css"],
    ["ETag", '"a"'],
    ["Location", "/x"],
  ];
  const dress = withFields([
    ["content-type", "text/html"],
    ["etag", '"b"'],
    ["location", "https://elsewhere.example"],
  ]);
  assert.deepEqual(dress(response(own)).fields, own);
});

test("Vary holds the names of both sides, each once", () => {
  const dress = withFields([["Vary", "Origin, accept"]]);
  assert.deepEqual(dress(response([["Vary", "Accept, Accept-Encoding"]])).fields, [
    ["Vary", "accept, Accept-Encoding, Origin"],
  ]);
});

test("a Vary that nobody configured stays as it is", () => {
  const dress = withFields([["X-A", "b"]]);
  assert.deepEqual(dress(response([["Vary", "Accept"]])).fields, [
    ["Vary", "Accept"],
    ["X-A", "b"],
  ]);
});

test("the same reusable response in gives the same reusable response out", () => {
  const dress = withFields([["X-A", "b"]]);
  const page = reusable(response([]));
  const dressed = dress(page);
  assert.ok(isReusable(dressed));
  assert.equal(dress(page), dressed);
  assert.notEqual(dressed, page);
});

test("a response for one use does not become reusable", () => {
  assert.ok(!isReusable(withFields([["X-A", "b"]])(response([]))));
});

test("without configured fields every response is passed on untouched", () => {
  const once = response([]);
  assert.equal(withFields([])(once), once);
});

for (const name of ["Content-Length", "transfer-encoding", "Connection", "Date"]) {
  test(`${name} cannot be configured`, () => {
    assert.throws(() => withFields([[name, "5"]]), new RegExp(name));
  });
}

test("fields are taken away, whatever their case, before others are added", () => {
  const dress = withFields([["X-A", "new"]], ["etag", "X-a"]);
  const page = reusable(
    response([
      ["ETag", '"a"'],
      ["x-A", "old"],
      ["X-B", "b"],
    ]),
  );
  assert.deepEqual(dress(page).fields, [
    ["X-B", "b"],
    ["X-A", "new"],
  ]);
  assert.equal(dress(page), dress(page));
});

for (const [name, value] of [
  ["X-A", "b\r\nX-C: d"],
  ["X-A\r\nX-B", "c"],
  ["X A", "b"],
] as const) {
  test(`${JSON.stringify([name, value])} could end its line early, and is refused at once`, () => {
    assert.throws(() => withFields([[name, value]]), /cannot be sent/);
  });
}

test("several lines of Vary become one", () => {
  assert.deepEqual(
    oneVary([
      ["Vary", "Accept"],
      ["ETag", '"a"'],
      ["vary", "Origin, accept"],
    ]),
    [
      ["ETag", '"a"'],
      ["Vary", "accept, Origin"],
    ],
  );
  assert.deepEqual(oneVary([["Vary", "Accept, *"]]), [["Vary", "*"]]);
  assert.deepEqual(oneVary([["ETag", '"a"']]), [["ETag", '"a"']]);
});

test("nothing is added to an answer that was made elsewhere, and nothing taken away", () => {
  const made: Response = { ...response([["ETag", '"a"']]), verbatim: true };
  assert.equal(withFields([["Server", "x"]], ["etag"])(made), made);
});
