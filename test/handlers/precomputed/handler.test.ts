import assert from "node:assert/strict";
import { test } from "node:test";
import { precomputed } from "../../../src/handlers/precomputed/handler.ts";
import { writeJson } from "../../../src/handlers/precomputed/json-form.ts";
import type { Resource } from "../../../src/handlers/precomputed/resource.ts";
import { Store } from "../../../src/handlers/precomputed/store.ts";
import { nameOfTarget } from "../../../src/handlers/precomputed/target-name.ts";
import { HttpError } from "../../../src/http/http-error.ts";
import type { Request } from "../../../src/http/request.ts";
import { isReusable, type Response } from "../../../src/http/response.ts";
import type { FileSystem } from "../../../src/vfs/file-system.ts";
import { FsError } from "../../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import {
  contextOf,
  type FieldMap,
  fieldOf,
  get,
  head,
  pathOf,
  requestOf,
  textOf,
  watched,
} from "../../support/request.ts";
import { PLAIN_CONTENTS, SAMPLE } from "./sample.ts";

const HTML = "Content-Type: text/html\r\nX-Own: 1\r\n\r\n<p>hello</p>\n";
const DATE = "Mon, 02 Feb 2026 03:04:05 GMT";
/** More than is kept in memory. */
const LARGE = `Content-Type: text/plain\r\nETag: "large"\r\n\r\n${"0123456789".repeat(30_000)}`;

function inline(contents: string, more: object = {}): Resource {
  const headerLength = contents.indexOf("\r\n\r\n") + 4;
  const source = { kind: "inline", contents: Buffer.from(contents) } as const;
  const one = { status: 200, source, headerLength, etag: undefined, lastModified: undefined };
  return { representations: [{ ...one, ...more }], negotiations: [] };
}

function ofFile(name: string, headerLength: number): Resource {
  const source = { kind: "file", name } as const;
  const one = { status: 200, source, headerLength, etag: '"large"', lastModified: undefined };
  return { representations: [one], negotiations: [] };
}

const AS_HTML = SAMPLE.representations.map((one, index) =>
  index === 1 ? { ...one, headerLength: HTML.indexOf("\r\n\r\n") + 4, etag: '"html"' } : one,
);

const FILES: Readonly<Record<string, string>> = {
  [`/${nameOfTarget("/sample")}`]: writeJson({ ...SAMPLE, representations: AS_HTML }),
  "/sample/sample.html": HTML,
  [`/${nameOfTarget("/moved")}`]: writeJson(inline("Location: /new\r\n\r\n", { status: 301 })),
  [`/${nameOfTarget("/dated")}`]: writeJson(
    inline(`Content-Type: text/plain\r\nLast-Modified: ${DATE}\r\nETag: "d"\r\n\r\n0123456789`),
  ),
  [`/${nameOfTarget("/x?y=1")}`]: writeJson(inline("A: query\r\n\r\nq")),
  [`/${nameOfTarget("/large")}`]: writeJson(ofFile("large", LARGE.indexOf("\r\n\r\n") + 4)),
  "/large": LARGE,
  [`/${nameOfTarget("/out")}`]: writeJson(ofFile("../etc/passwd", 0)),
  [`/${nameOfTarget("/framed")}`]: writeJson(inline("Content-Length: 7\r\n\r\nbody")),
  [`/${nameOfTarget("/broken")}`]: "{",
};

function serve(files: Readonly<Record<string, string>> = FILES) {
  const { fileSystem, openFiles } = watched(memoryFileSystem(files));
  const reports: string[] = [];
  const clock = fakeClock();
  const store = new Store({
    fileSystem,
    freshMs: 1000,
    bytesMax: 1_000_000,
    report: (message) => reports.push(message),
  });
  const handler = precomputed({ store, fileSystem, mode: "documented" });
  const context = contextOf({ clock });
  const ask = async (request: Request): Promise<Response> => handler(request, context);
  return { ask, reports, store, clock, openFiles, fileSystem, context, handler };
}

const asked = async (target: string, fields: FieldMap = {}) => serve().ask(get(target, fields));

test("what was made beforehand is sent as it was made, below what was negotiated by", async () => {
  const response = await asked("/sample");
  assert.equal(response.status, 200);
  assert.deepEqual(response.fields, [
    ["Vary", "accept, accept-encoding"],
    ["Content-Type", "text/plain; charset=us-ascii"],
    ["ETag", SAMPLE.representations[0]?.etag ?? ""],
  ]);
  assert.equal(await textOf(response), PLAIN_CONTENTS.slice(120));
  assert.equal(response.verbatim, true);
  assert.ok(isReusable(response));
});

test("the same request gets the same value, so that its bytes are known", async () => {
  const { ask } = serve();
  assert.equal(await ask(get("/dated")), await ask(get("/dated")));
});

test("the query belongs to the name, and the name is the target as it was sent", async () => {
  assert.equal(await textOf(await asked("/x?y=1")), "q");
  assert.equal((await asked("/x")).status, 404);
  assert.equal((await asked("/%78?y=1")).status, 404);
});

test("a source may be a file of the store", async () => {
  const response = await asked("/sample", { accept: "text/html" });
  assert.deepEqual(response.fields.slice(1), [
    ["Content-Type", "text/html"],
    ["X-Own", "1"],
  ]);
  assert.equal(await textOf(response), "<p>hello</p>\n");
});

test("other statuses are sent whole, whatever the conditions", async () => {
  const response = await asked("/moved", { "if-none-match": "*", range: "bytes=0-1" });
  assert.equal(response.status, 301);
  assert.deepEqual(response.fields, [["Location", "/new"]]);
});

for (const [fields, status] of [
  [{ "if-none-match": '"d"' }, 304],
  [{ "if-none-match": '"x", W/"d"' }, 304],
  [{ "if-none-match": "*" }, 304],
  [{ "if-none-match": '"x"', "if-modified-since": DATE }, 200],
  [{ "if-modified-since": DATE }, 304],
  [{ "if-modified-since": "Mon, 02 Feb 2026 03:04:04 GMT" }, 200],
  [{ "if-match": '"x"' }, 412],
  [{ "if-match": '"d"' }, 200],
  [{ "if-unmodified-since": "Mon, 02 Feb 2026 03:04:04 GMT" }, 412],
  [{ "if-unmodified-since": DATE }, 200],
] as const) {
  test(`${JSON.stringify(fields)} is answered with ${status}`, async () => {
    if (status === 412) {
      const refused = (error: unknown) => error instanceof HttpError && error.status === 412;
      await assert.rejects(asked("/dated", fields), refused);
      return;
    }
    const response = await asked("/dated", fields);
    assert.equal(response.status, status);
    assert.equal(fieldOf(response, "etag"), '"d"');
    assert.equal(fieldOf(response, "content-type"), "text/plain");
  });
}

for (const [range, content, contentRange] of [
  ["bytes=0-4", "01234", "bytes 0-4/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=8-", "89", "bytes 8-9/10"],
] as const) {
  test(`${range} is counted in the body`, async () => {
    const response = await asked("/dated", { range });
    assert.equal(response.status, 206);
    assert.equal(fieldOf(response, "content-range"), contentRange);
    assert.equal(await textOf(response), content);
    assert.equal(response.verbatim, true);
  });
}

test("several ranges come in parts, none that fits is 416, and If-Range decides", async () => {
  const parts = await asked("/dated", { range: "bytes=0-0,5-6" });
  assert.equal(parts.status, 206);
  assert.match(fieldOf(parts, "content-type") ?? "", /^multipart\/byteranges; boundary=/);
  const outside = (error: unknown) => error instanceof HttpError && error.status === 416;
  await assert.rejects(asked("/dated", { range: "bytes=99-" }), outside);
  const other = await asked("/dated", { range: "bytes=0-1", "if-range": '"x"' });
  assert.equal(other.status, 200);
  const same = await asked("/dated", { range: "bytes=0-1", "if-range": '"d"' });
  assert.equal(same.status, 206);
});

test("a large source is read when it is asked for, and closed", async () => {
  const { ask, openFiles } = serve();
  const whole = await ask(get("/large"));
  assert.equal(whole.body.kind, "range");
  assert.equal((await textOf(whole)).length, 300_000);
  const part = await ask(get("/large", { range: "bytes=299990-" }));
  assert.equal(await textOf(part), "0123456789");
  assert.equal((await ask(get("/large", { "if-none-match": '"large"' }))).status, 304);
  assert.equal(openFiles(), 0);
});

test("a HEAD gets what a GET would", async () => {
  const { ask } = serve();
  assert.equal(await ask(head("/dated")), await ask(get("/dated")));
});

test("nothing acceptable is 406, with Vary", async () => {
  const response = await asked("/sample", { accept: "image/png" });
  assert.equal(response.status, 406);
  assert.equal(fieldOf(response, "vary"), "accept, accept-encoding");
});

test("other methods are refused, whether or not there is a resource", async () => {
  const { ask } = serve();
  for (const target of ["/sample", "/none"]) {
    const response = await ask(requestOf("POST", target));
    assert.equal(response.status, 405);
    assert.equal(fieldOf(response, "allow"), "GET, HEAD");
  }
  assert.equal((await ask(requestOf("OPTIONS", "/sample"))).status, 204);
});

test("what is not there is answered by error404, or by what is built in", async () => {
  const builtIn = await asked("/none");
  assert.equal(builtIn.status, 404);
  assert.deepEqual(builtIn.fields, []);
  assert.equal(await textOf(builtIn), "Resource not found\n");
  const own = { ...FILES, "/error404": writeJson(inline("A: b\r\n\r\nown", { status: 410 })) };
  const response = await serve(own).ask(get("/none"));
  assert.equal(response.status, 410);
  assert.equal(await textOf(response), "own");
});

for (const [target, why] of [
  ["/out", /does not lie in the store/],
  ["/framed", /Content-Length belongs to the driver/],
  ["/broken", /no JSON/],
] as const) {
  test(`${target} is a 500, told once, and costs nobody else anything`, async () => {
    const { ask, reports } = serve();
    const response = await ask(get(target));
    assert.equal(response.status, 500);
    assert.equal(await textOf(response), "Couldn't load selected representation\n");
    await ask(get(target, { range: "bytes=0-0" }));
    assert.equal(reports.filter((report) => why.test(report)).length, 1, reports.join());
    assert.equal((await ask(get("/dated"))).status, 200);
  });
}

test("a source that is missing breaks its representation only", async () => {
  const { ask } = serve();
  const response = await ask(get("/sample", { accept: "text/html", "accept-encoding": "gzip" }));
  assert.equal(response.status, 500);
  assert.equal(fieldOf(response, "vary"), "accept, accept-encoding");
});

test("a store that is compiled anew is served anew, a second later at most", async () => {
  const memory = memoryFileSystem(FILES);
  const clock = fakeClock();
  const options = { fileSystem: memory, freshMs: 1000, bytesMax: 1_000_000, report: () => {} };
  const handler = precomputed({
    store: new Store(options),
    fileSystem: memory,
    mode: "documented",
  });
  const text = async () => textOf(await handler(get("/x?y=1"), contextOf({ clock })));
  assert.equal(await text(), "q");
  const replaced = Buffer.from(writeJson(inline("A: b\r\n\r\nnew")));
  memory.put(pathOf(`/${nameOfTarget("/x?y=1")}`), replaced);
  clock.advance(1000);
  assert.equal(await text(), "new");
});

test("what was read beforehand is answered at once", async () => {
  const { store, handler, context, clock } = serve();
  await store.preload(() => clock.monotonicMs());
  const response = handler(get("/dated"), context);
  assert.ok(!(response instanceof Promise));
});

test("a body that was replaced a moment ago is read again, with its fields", async () => {
  const memory = memoryFileSystem(FILES);
  const clock = fakeClock();
  const options = { fileSystem: memory, freshMs: 60_000, bytesMax: 1_000_000, report: () => {} };
  const handler = precomputed({ store: new Store(options), fileSystem: memory, mode: "rfc" });
  const ask = async () => handler(get("/large"), contextOf({ clock }));
  assert.equal(fieldOf(await ask(), "etag"), '"large"');
  const other = LARGE.replace('"large"', '"other"');
  const resource = { ...ofFile("other", other.indexOf("\r\n\r\n") + 4) };
  memory.put(pathOf("/other"), Buffer.from(other));
  memory.put(pathOf(`/${nameOfTarget("/large")}`), Buffer.from(writeJson(resource)));
  memory.remove(pathOf("/large"));
  const response = await ask();
  assert.equal(fieldOf(response, "etag"), '"other"');
  assert.equal(await textOf(response), other.slice(other.indexOf("\r\n\r\n") + 4));
});

test("a store that cannot be read is 503", async () => {
  const { fileSystem } = serve();
  const refuse = () => Promise.reject(new FsError("unavailable", "the disk is gone"));
  const broken: FileSystem = { ...fileSystem, open: refuse };
  const options = { fileSystem: broken, freshMs: 0, bytesMax: 1000, report: () => {} };
  const handler = precomputed({ store: new Store(options), fileSystem: broken, mode: "rfc" });
  await assert.rejects(
    async () => handler(get("/a"), contextOf({ clock: fakeClock() })),
    (error: unknown) => error instanceof HttpError && error.status === 503,
  );
});

test("what was answered to fields that come again is kept, unless a date or a part decides", async () => {
  const { handler, context, store, clock } = serve();
  await store.preload(() => clock.monotonicMs());
  const lasting = (method: string, fields: FieldMap) => {
    const request = requestOf(method, "/dated", fields);
    return { ...request, fields: Object.assign(request.fields, { isLasting: true }) };
  };
  const tagged = lasting("GET", { "if-none-match": '"d"' });
  const first = await handler(tagged, context);
  assert.equal(first.status, 304);
  assert.equal(await handler(tagged, context), first);
  const ranged = lasting("HEAD", { range: "bytes=0-1" });
  assert.equal((await handler(ranged, context)).status, 200);
  assert.equal((await handler({ ...ranged, method: "GET" }, context)).status, 206);
  const dated = lasting("GET", { "if-modified-since": DATE });
  assert.equal((await handler(dated, context)).status, 304);
});
