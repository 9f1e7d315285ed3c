import assert from "node:assert/strict";
import { test } from "node:test";
import { type Route, routesOf } from "../../src/handlers/routes.ts";
import type { Handler } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Request } from "../../src/http/request.ts";
import { NO_BODY, type Response } from "../../src/http/response.ts";
import { contextOf, type FieldMap, fieldOf, get, requestOf } from "../support/request.ts";

/** A route that answers with its own name. */
function route(path: string, host?: string): Route {
  const name = `${host ?? ""}${path}`;
  const handler = () => ({ status: 200, fields: [["X-Route", name]] as const, body: NO_BODY });
  return { host, path, origin: `ferrox.yml:${name.length}`, name, handler };
}

async function answer(routes: readonly Route[], request: Request): Promise<Response> {
  return routesOf(routes)(request, contextOf());
}

async function chosen(routes: readonly Route[], path: string, fields: FieldMap = {}) {
  return fieldOf(await answer(routes, get(path, fields)), "x-route");
}

function refusal(status: number, ...mentions: readonly string[]) {
  return (error: unknown) =>
    error instanceof HttpError &&
    error.status === status &&
    mentions.every((mention) => error.reason.includes(mention));
}

const PREFIXES = [route("/"), route("/up/"), route("/up/deep/"), route("/api")];

for (const [path, expected] of [
  ["/", "/"],
  ["/x", "/"],
  ["/up/", "/up/"],
  ["/up/x", "/up/"],
  ["/up/deep/x", "/up/deep/"],
  ["/upper", "/"],
  ["/up%2Fx", "/"], // an encoded slash ends no prefix
  ["//up//x", "/up/"], // repeated slashes do not lead around a route
  ["/x/../up/y", "/up/"],
  ["/api", "/api"],
  ["/api/", "/api"],
  ["/api/v1", "/api"],
  ["/apis", "/"],
] as const) {
  test(`${path} is answered by ${expected}`, async () => {
    assert.equal(await chosen(PREFIXES, path), expected);
  });
}

test("a prefix without its slash is redirected, and the query kept", async () => {
  const response = await answer(PREFIXES, get("/up/deep?a=b&c=d"));
  assert.equal(response.status, 301);
  assert.equal(fieldOf(response, "location"), "/up/deep/?a=b&c=d");
});

test("a POST is redirected in a way that keeps its body", async () => {
  const response = await answer(PREFIXES, requestOf("POST", "/up"));
  assert.equal(response.status, 308);
  assert.equal(fieldOf(response, "location"), "/up/");
});

test("a route without the slash beats the redirect of the one with it", async () => {
  const routes = [route("/up/"), route("/up")];
  assert.equal(await chosen(routes, "/up"), "/up");
  assert.equal(await chosen(routes, "/up/x"), "/up/");
});

const BLANKS = [
  route("/"),
  route("/blog/"),
  route("/blog/:year/:slug"),
  route("/blog/:year/index"),
  route("/blog/2024/"),
  route("/docs/*"),
  route("/:lang/home"),
  route("/tools/*"),
  route("/tools"),
];

for (const [path, expected] of [
  ["/blog/2023/hello", "/blog/:year/:slug"],
  ["/blog/2023/index", "/blog/:year/index"],
  ["/blog/2023/", "/blog/"],
  ["/blog/2023/hello/more", "/blog/"],
  ["/blog/2024/hello", "/blog/2024/"], // longer before its first blank
  ["/docs/a/b", "/docs/*"],
  ["/docs/", "/docs/*"],
  ["/docs", "/docs/*"], // not redirected to "/docs/": it is answered at once
  ["/docsx", "/"],
  ["/de/home", "/:lang/home"],
  ["/de/home/", "/"],
  ["/tools", "/tools"],
  ["/tools/x", "/tools/*"],
  ["/blog/%2E%2E/x", "/"],
  ["/blog/a%2Fb/c", "/blog/:year/:slug"], // an encoded slash stays in its segment
] as const) {
  test(`among paths with blanks, ${path} is answered by ${expected}`, async () => {
    assert.equal(await chosen(BLANKS, path), expected);
  });
}

const HOSTS = [route("/"), route("/up/"), route("/", "a.example"), route("/only/", "b.example")];

for (const [host, path, expected] of [
  ["a.example", "/", "a.example/"],
  ["A.Example:8080", "/", "a.example/"],
  ["a.example.", "/", "a.example/"],
  ["a.example", "/up/x", "a.example/"], // the host's own routes come first
  ["b.example", "/only/x", "b.example/only/"],
  ["b.example", "/x", "/"], // none of its own fits
  ["c.example", "/up/x", "/up/"],
  ["", "/x", "/"],
] as const) {
  test(`host "${host}", ${path} is answered by ${expected}`, async () => {
    assert.equal(await chosen(HOSTS, path, { host }), expected);
  });
}

test("no route is 404", async () => {
  await assert.rejects(answer([route("/up/")], get("/x")), refusal(404, "/x", "localhost"));
});

test("a method that nobody knows is 501, wherever it is sent", async () => {
  await assert.rejects(answer(HOSTS, requestOf("BREW", "/")), refusal(501, "BREW"));
  await assert.rejects(answer(HOSTS, requestOf("get", "/")), refusal(501, "get"));
});

test("OPTIONS * speaks for the server", async () => {
  const response = await answer([], requestOf("OPTIONS", "*"));
  assert.equal(response.status, 204);
  assert.equal(fieldOf(response, "allow"), "GET, HEAD, OPTIONS");
});

test("the choice and where it is configured are told to whoever asks", async () => {
  const notes: string[] = [];
  const trace = { note: (where: string, decision: string) => notes.push(`${where}: ${decision}`) };
  await routesOf(HOSTS)(get("/up/x"), contextOf({ trace }));
  assert.deepEqual(notes, ["handlers/routes: host localhost, prefix /up/ → ferrox.yml:4"]);
});

test("what stands around a route stands around its own redirect too", async () => {
  const around = (inner: Handler): Handler => {
    return async (request, context) => {
      const response = await inner(request, context);
      return { ...response, fields: [...response.fields, ["X-Around", "yes"]] };
    };
  };
  const handler: Handler = () => ({ status: 204, fields: [], body: { kind: "none" } });
  const route = { host: undefined, path: "/up/", origin: "test", name: "/up/", handler, around };
  const response = await routesOf([route])(get("/up"), contextOf());
  assert.equal(response.status, 301);
  assert.equal(fieldOf(response, "x-around"), "yes");
});
