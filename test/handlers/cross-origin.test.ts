import assert from "node:assert/strict";
import { test } from "node:test";
import { type CrossOriginPolicy, crossOrigin } from "../../src/handlers/cross-origin.ts";
import type { Handler } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { isReusable, NO_BODY, type Response, reusable } from "../../src/http/response.ts";
import { contextOf, type FieldMap, fieldOf, get, requestOf } from "../support/request.ts";

const EVERYBODY: CrossOriginPolicy = {
  origins: "any",
  methods: ["GET", "HEAD"],
  headers: "any",
  expose: ["ETag", "Content-Range"],
  maxAgeMs: 600_000,
};
const FRIENDS: CrossOriginPolicy = {
  ...EVERYBODY,
  origins: ["https://a.example", "http://localhost:5173"],
  headers: ["Range", "X-Tool"],
  expose: [],
};
const FILE: Response = reusable({
  status: 200,
  fields: [
    ["ETag", '"x"'],
    ["Vary", "Accept-Encoding"],
  ],
  body: NO_BODY,
});
const METHODS: Response = { status: 204, fields: [["Allow", "GET, HEAD, PUT"]], body: NO_BODY };

const files: Handler = ({ method }) => (method === "OPTIONS" ? METHODS : FILE);

async function answer(
  policy: CrossOriginPolicy,
  fields: FieldMap,
  method = "GET",
  handler: Handler = files,
): Promise<Response> {
  return crossOrigin(handler, policy)(requestOf(method, "/x", fields), contextOf());
}

test("to everybody the same is said, whether or not somebody asked", async () => {
  for (const fields of [{}, { origin: "https://a.example" }, { origin: "null" }]) {
    assert.deepEqual((await answer(EVERYBODY, fields)).fields, [
      ["ETag", '"x"'],
      ["Vary", "Accept-Encoding"],
      ["Access-Control-Allow-Origin", "*"],
      ["Access-Control-Expose-Headers", "ETag, Content-Range"],
    ]);
  }
});

test("an origin of the list is named, and caches are told that others get another answer", async () => {
  assert.deepEqual((await answer(FRIENDS, { origin: "http://localhost:5173" })).fields, [
    ["ETag", '"x"'],
    ["Access-Control-Allow-Origin", "http://localhost:5173"],
    ["Vary", "Accept-Encoding, Origin"],
  ]);
});

for (const [what, fields] of [
  ["no origin", {}],
  ["null", { origin: "null" }],
  ["an empty origin", { origin: "" }],
  ["a stranger", { origin: "https://b.example" }],
  ["another scheme", { origin: "http://a.example" }],
  ["another port", { origin: "https://a.example:444" }],
  ["a name that begins alike", { origin: "https://a.example.evil.example" }],
  ["a name that ends alike", { origin: "https://evil-a.example" }],
  ["other letters", { origin: "https://A.example" }],
  ["two origins", { origin: ["https://a.example", "https://b.example"] }],
  ["two origins in one line", { origin: "https://a.example, https://b.example" }],
  ["a word of the language", { origin: "__proto__" }],
] as const) {
  test(`${what} is not on the list, and the answer still varies`, async () => {
    assert.deepEqual((await answer(FRIENDS, fields)).fields, [
      ["ETag", '"x"'],
      ["Vary", "Accept-Encoding, Origin"],
    ]);
  });
}

test("the same reusable answer stays the same for each origin", () => {
  const handler = crossOrigin(files, FRIENDS);
  const from = (origin: string) => handler(get("/x", { origin }), contextOf());
  const first = from("https://a.example");
  assert.ok(!(first instanceof Promise) && isReusable(first));
  assert.equal(from("https://a.example"), first);
  assert.notEqual(from("http://localhost:5173"), first);
  assert.equal(from("https://b.example"), from("https://c.example"));
});

const PREFLIGHT = { origin: "https://a.example", "access-control-request-method": "GET" };

test("a preflight is told what is allowed, and Allow is kept", async () => {
  const response = await answer(FRIENDS, PREFLIGHT, "OPTIONS");
  assert.equal(response.status, 204);
  assert.deepEqual(response.fields, [
    ["Allow", "GET, HEAD, PUT"],
    ["Access-Control-Allow-Origin", "https://a.example"],
    ["Access-Control-Allow-Methods", "GET, HEAD"],
    ["Access-Control-Allow-Headers", "Range, X-Tool"],
    ["Access-Control-Max-Age", "600"],
    ["Vary", "Origin"],
  ]);
});

test("a preflight for everybody does not repeat what it was asked", async () => {
  const fields = { ...PREFLIGHT, "access-control-request-headers": "x-evil, x-other" };
  const response = await answer(EVERYBODY, fields, "OPTIONS");
  assert.equal(fieldOf(response, "access-control-allow-origin"), "*");
  assert.equal(fieldOf(response, "access-control-allow-headers"), "*");
  assert.equal(fieldOf(response, "vary"), undefined);
  assert.equal(fieldOf(response, "access-control-allow-credentials"), undefined);
});

test("a stranger's preflight is answered without leave", async () => {
  const response = await answer(FRIENDS, { ...PREFLIGHT, origin: "https://b.example" }, "OPTIONS");
  assert.equal(response.status, 204);
  assert.deepEqual(response.fields, [
    ["Allow", "GET, HEAD, PUT"],
    ["Vary", "Origin"],
  ]);
});

test("OPTIONS that is no preflight is answered as any other request", async () => {
  for (const fields of [
    { origin: "https://a.example" },
    { "access-control-request-method": "GET" },
  ]) {
    const response = await answer(EVERYBODY, fields, "OPTIONS");
    assert.equal(fieldOf(response, "access-control-allow-methods"), undefined);
    assert.equal(fieldOf(response, "access-control-allow-origin"), "*");
  }
});

test("a preflight is never redirected; what follows it is, with leave", async () => {
  const moved: Handler = () => ({ status: 308, fields: [["Location", "/y"]], body: NO_BODY });
  const preflight = await answer(FRIENDS, PREFLIGHT, "OPTIONS", moved);
  assert.equal(preflight.status, 204);
  assert.equal(fieldOf(preflight, "allow"), "GET, HEAD, OPTIONS");
  assert.equal(fieldOf(preflight, "location"), undefined);
  assert.equal(fieldOf(preflight, "access-control-allow-origin"), "https://a.example");
  const response = await answer(FRIENDS, PREFLIGHT, "GET", moved);
  assert.equal(response.status, 308);
  assert.equal(fieldOf(response, "access-control-allow-origin"), "https://a.example");
});

for (const [how, handler] of [
  [
    "at once",
    () => {
      throw new HttpError(416, "no such range", [["Content-Range", "bytes */5"]]);
    },
  ],
  [
    "later",
    () => Promise.reject(new HttpError(416, "no such range", [["Content-Range", "bytes */5"]])),
  ],
] as const satisfies readonly (readonly [string, Handler])[]) {
  test(`a refusal that comes ${how} is marked too`, async () => {
    await assert.rejects(
      answer(FRIENDS, { origin: "https://a.example" }, "GET", handler),
      (error) => {
        assert.ok(error instanceof HttpError);
        assert.equal(error.status, 416);
        assert.equal(error.reason, "no such range");
        assert.deepEqual(error.fields, [
          ["Content-Range", "bytes */5"],
          ["Access-Control-Allow-Origin", "https://a.example"],
          ["Vary", "Origin"],
        ]);
        return true;
      },
    );
  });
}

test("what is no refusal passes as it is", async () => {
  const bug = new TypeError("a bug");
  const handler = () => Promise.reject(bug);
  await assert.rejects(answer(EVERYBODY, {}, "GET", handler), (error) => error === bug);
});
