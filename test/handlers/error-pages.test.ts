import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { errorPages } from "../../src/handlers/error-pages.ts";
import { type ErrorTemplates, NO_TEMPLATES } from "../../src/handlers/error-templates.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { isReusable, type Response } from "../../src/http/response.ts";
import { contextOf, type FieldMap, fieldOf, get, LOCAL_PEER, textOf } from "../support/request.ts";

const NOT_FOUND = new HttpError(404, "no file <x> in file system site (ferrox.yml:12)");
const LOCAL = contextOf({ peer: LOCAL_PEER });
const WORLD = contextOf();

function pages(templates: ErrorTemplates = NO_TEMPLATES, showWhy = true) {
  return errorPages({ templates, showWhy });
}

const TEMPLATES: ErrorTemplates = {
  general: "<h1>{{CODE}} {{MESSAGE}}</h1>",
  byStatus: new Map([[404, "<h1>nothing at all</h1>"]]),
};

describe("which page", () => {
  test("the built-in one names code and message, and allows its own style only", async () => {
    const response = pages()(NOT_FOUND, get("/x"), WORLD);
    assert.equal(response.status, 404);
    assert.equal(fieldOf(response, "content-type"), "text/html; charset=utf-8");
    assert.match(fieldOf(response, "content-security-policy") ?? "", /^default-src 'none'/);
    const text = await textOf(response);
    assert.match(text, /<title>404 Not Found<\/title>/);
    assert.match(text, /<h1>Not Found<\/h1>/);
  });

  test("a template of the status beats the general one", async () => {
    const dress = pages(TEMPLATES);
    assert.equal(await textOf(dress(NOT_FOUND, get("/x"), WORLD)), "<h1>nothing at all</h1>");
    const gone = dress(new HttpError(410, ""), get("/x"), WORLD);
    assert.equal(await textOf(gone), "<h1>410 Gone</h1>");
    assert.equal(fieldOf(gone, "content-security-policy"), undefined);
  });

  test("a request's number is shown to whoever may quote it, and no page is another's", async () => {
    const dress = pages();
    const textFor = (requestId: string, fields: FieldMap = {}) =>
      textOf(dress(NOT_FOUND, get("/x", fields), contextOf({ requestId })));
    assert.match(await textFor("r-1"), /<p class="id">r-1<\/p>/);
    assert.match(await textFor("r-2"), /<p class="id">r-2<\/p>/);
    assert.doesNotMatch(await textFor(""), /class="id"/);
    const json = JSON.parse(await textFor("r-3", { accept: "application/json" }));
    assert.equal(json.requestId, "r-3");
  });

  test("what could not be understood gets a page too", async () => {
    const response = pages()(new HttpError(400, "broken"), undefined, LOCAL);
    assert.match(await textOf(response), /400/);
    assert.doesNotMatch(await textOf(response), /broken/);
  });

  test("a status without a name is no trouble", async () => {
    const response = pages()(new HttpError(499, ""), get("/"), WORLD);
    assert.match(await textOf(response), /<title>499 <\/title>/);
  });
});

describe("JSON", () => {
  for (const [accept, type] of [
    ["application/json", "application/problem+json"],
    ["application/problem+json", "application/problem+json"],
    ["text/html;q=0.5, application/json", "application/problem+json"],
    ["text/html, application/json", "text/html; charset=utf-8"],
    ["*/*", "text/html; charset=utf-8"],
    ["image/png", "text/html; charset=utf-8"],
  ] as const) {
    test(`Accept: ${accept} → ${type}`, () => {
      const response = pages()(NOT_FOUND, get("/x", { accept }), WORLD);
      assert.equal(fieldOf(response, "content-type"), type);
      assert.equal(fieldOf(response, "vary"), "Accept");
    });
  }

  test("says what RFC 9457 asks for, and why to those who may know", async () => {
    const request = get("/x", { accept: "application/json" });
    const problem = async (context: typeof LOCAL) =>
      JSON.parse(await textOf(pages()(NOT_FOUND, request, context)));
    const known = { type: "about:blank", title: "Not Found", status: 404 };
    assert.deepEqual(await problem(WORLD), known);
    assert.deepEqual(await problem(LOCAL), { ...known, detail: NOT_FOUND.reason });
  });
});

describe("why", () => {
  async function tells(fields: FieldMap, context = LOCAL, showWhy = true): Promise<boolean> {
    const response = pages(NO_TEMPLATES, showWhy)(NOT_FOUND, get("/x", fields), context);
    return (await textOf(response)).includes("ferrox.yml:12");
  }

  test("is told to visitors at this machine, escaped", async () => {
    const response = pages()(NOT_FOUND, get("/x"), LOCAL);
    assert.match(await textOf(response), /<p class="why">no file &lt;x&gt; in file system site/);
    assert.ok(!isReusable(response));
  });

  test("is told to nobody else", async () => {
    assert.equal(await tells({}), true);
    assert.equal(await tells({}, WORLD), false);
    assert.equal(await tells({ host: "example.org" }), false);
    assert.equal(await tells({ "x-forwarded-for": "203.0.113.9" }), false);
    assert.equal(await tells({}, LOCAL, false), false);
  });
});

describe("fields", () => {
  test("what the refusal must say goes along", () => {
    const error = new HttpError(405, "read only", [["Allow", "GET, HEAD"]]);
    const response = pages()(error, get("/x"), WORLD);
    assert.equal(fieldOf(response, "allow"), "GET, HEAD");
    assert.equal(fieldOf(response, "cache-control"), "no-cache");
  });
});

describe("reuse", () => {
  test("the same refusal is the same reusable value for all strangers", () => {
    const dress = pages();
    const first = dress(NOT_FOUND, get("/x"), WORLD);
    assert.ok(isReusable(first));
    assert.equal(dress(new HttpError(404, "another"), get("/y"), WORLD), first);
  });

  test("another status, another form or other fields are another value", () => {
    const dress = pages();
    const json = get("/x", { accept: "application/json" });
    const seen = new Set<Response>([
      dress(NOT_FOUND, get("/x"), WORLD),
      dress(NOT_FOUND, json, WORLD),
      dress(new HttpError(403, ""), get("/x"), WORLD),
      dress(new HttpError(404, "", [["Retry-After", "2"]]), get("/x"), WORLD),
    ]);
    assert.equal(seen.size, 4);
  });
});
