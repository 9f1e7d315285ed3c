import assert from "node:assert/strict";
import { test } from "node:test";
import { cgiRequest, isCgi, type Variables } from "../../src/cli/cgi-request.ts";

async function* input(...pieces: readonly string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const GET: Variables = { GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: "GET" };

function read(more: Variables, ...pieces: readonly string[]) {
  return cgiRequest({ ...GET, ...more }, input(...pieces));
}

async function bodyOf(more: Variables, ...pieces: readonly string[]): Promise<string> {
  const { request } = read({ REQUEST_METHOD: "POST", ...more }, ...pieces);
  let text = "";
  for await (const piece of request.body) text += piece.toString();
  return text;
}

test("only what a web server has started is CGI", () => {
  assert.equal(isCgi(GET), true);
  assert.equal(isCgi({ REQUEST_METHOD: "GET" }), false);
  assert.equal(isCgi({}), false);
});

test("fields are variables: names in capitals, with underscores", () => {
  const { fields } = read({
    HTTP_COOKIE: "session=x",
    HTTP_X_TWO_WORDS: "caf\u00e9",
    NOT_HTTP: "1",
  }).request;
  assert.deepEqual(
    [...fields],
    [
      ["cookie", "session=x"],
      // One character a byte, as fields are.
      ["x-two-words", "caf\u00c3\u00a9"],
    ],
  );
});

test("credentials that Apache passes on by a rewrite rule are found", () => {
  const hidden = { REDIRECT_HTTP_AUTHORIZATION: "Basic a" };
  assert.equal(read(hidden).request.fields.get("authorization"), "Basic a");
  const both = { ...hidden, HTTP_AUTHORIZATION: "Basic b" };
  assert.equal(read(both).request.fields.get("authorization"), "Basic b");
});

for (const [variables, place, path] of [
  [{}, "/", "/"],
  [{ SCRIPT_NAME: "/cgi-bin/files" }, "/cgi-bin/files", "/cgi-bin/files"],
  [{ SCRIPT_NAME: "/files", PATH_INFO: "/a b" }, "/files", "/files/a b"],
  [{ SCRIPT_NAME: "", PATH_INFO: "/" }, "/", "/"],
] as const) {
  test(`${JSON.stringify(variables)} is ${path}`, () => {
    const cgi = read(variables);
    assert.equal(cgi.place, place);
    assert.equal(cgi.request.target.kind === "path" && cgi.request.target.path, path);
  });
}

test("who asks, and how safely, is what the web server says", () => {
  const near = read({ REMOTE_ADDR: "127.0.0.1", HTTPS: "on", REMOTE_PORT: "99" }).peer;
  assert.deepEqual(near, {
    address: "127.0.0.1",
    port: 99,
    localAddress: "",
    localPort: 0,
    isLoopback: true,
    forwardedScheme: "https",
  });
  const far = read({ REMOTE_ADDR: "192.0.2.1", HTTPS: "off" }).peer;
  assert.equal(far.isLoopback, false);
  assert.equal(far.forwardedScheme, "http");
});

test("an empty REMOTE_USER is nobody", () => {
  assert.equal(read({ REMOTE_USER: "" }).remoteUser, undefined);
  assert.equal(read({ REMOTE_USER: "ann" }).remoteUser, "ann");
});

test("the body is as long as CONTENT_LENGTH says, whatever comes behind it", async () => {
  assert.equal(await bodyOf({ CONTENT_LENGTH: "5" }, "ab", "cdefg", "h"), "abcde");
  assert.equal(await bodyOf({ CONTENT_LENGTH: "" }, "ab"), "");
  assert.equal(await bodyOf({}, "ab"), "");
});

test("a body that ends too early is no body", async () => {
  await assert.rejects(bodyOf({ CONTENT_LENGTH: "5" }, "ab"), { status: 400 });
});

for (const length of ["-1", "1.5", "x", "1e3"]) {
  test(`a CONTENT_LENGTH of ${length} is refused`, () => {
    assert.throws(() => read({ CONTENT_LENGTH: length }), { status: 400 });
  });
}
