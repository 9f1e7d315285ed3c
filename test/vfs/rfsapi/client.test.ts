import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fetch, type RfsapiOptions, rfsapiClient } from "../../../src/vfs/rfsapi/client.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { pathOf } from "../../support/request.ts";

function file(name: string, isFile = true): object {
  const mime_type = isFile ? "text/plain" : "text/directory";
  return { mime_type, name, last_modified: "2020-04-22T13:02:57Z", size: 0, is_file: isFile };
}

function folder(...files: readonly object[]): string {
  return JSON.stringify({ writes_supported: false, is_root: false, is_file: false, files });
}

const TREE: Readonly<Record<string, string>> = {
  "/up/": folder(file("a.txt"), file("sub", false)),
  "/up/sub": folder(file("b c.txt"), file("\u00e9", false)),
  "/up/sub/%c3%a9": folder(),
  "/up/a.txt": folder(file("a.txt")).replace('"is_file":false', '"is_file":true'),
};

interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server of what `answer` says; the addresses it was asked for. */
function clientOf(answer: (path: string) => Said, options: Partial<RfsapiOptions> = {}) {
  const asked: string[] = [];
  const fetch: Fetch = async (url, { headers }) => {
    assert.equal(headers["X-Raw-Filesystem-API"], "1");
    const path = new URL(url).pathname;
    asked.push(path);
    const { status = 200, headers: said = { "x-raw-filesystem-api": "1" }, body } = answer(path);
    return {
      status,
      headers: { get: (name) => said[name] ?? null },
      body: body === undefined ? null : piecesOf(body),
    };
  };
  const clock = fakeClock();
  const url = "https://files.example/up";
  return { client: rfsapiClient({ url, fetch, clock, ...options }), asked, clock };
}

async function* piecesOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

const serving = (path: string): Said => {
  const body = TREE[path];
  return body === undefined ? { status: 404 } : { body };
};

test("a directory is listed, and a tree is walked from the top", async () => {
  const { client, asked, clock } = clientOf(serving);
  assert.deepEqual(
    (await client.list(pathOf("/"))).map(({ name }) => name),
    ["a.txt", "sub"],
  );
  const walked: string[] = [];
  for await (const { path } of client.walk(pathOf("/"))) walked.push(path);
  assert.deepEqual(walked, ["/a.txt", "/sub", "/sub/b c.txt", "/sub/\u00e9"]);
  assert.deepEqual(asked, ["/up/", "/up/", "/up/sub", "/up/sub/%c3%a9"]);
  assert.equal(clock.timers, 0);
});

for (const [path, isFile, name] of [
  ["/a.txt", true, "a.txt"],
  ["/sub", false, "sub"],
  ["/sub/\u00e9", false, "\u00e9"],
  ["/", false, ""],
] as const) {
  test(`${path} is told by whoever knows it`, async () => {
    const found = await clientOf(serving).client.stat(pathOf(path));
    assert.deepEqual([found.isFile, found.name], [isFile, name]);
  });
}

for (const [what, said, code] of [
  ["404", { status: 404 }, "not-found"],
  ["401", { status: 401 }, "denied"],
  ["403", { status: 403 }, "denied"],
  ["500", { status: 500 }, "unavailable"],
  ["a redirect", { status: 302, headers: { location: "/evil" } }, "unavailable"],
  ["a page of a server that does not know the API", { headers: {}, body: "<html>" }, "unavailable"],
  ["what is no JSON", { body: "<html>" }, "unavailable"],
  ["what is no UTF-8", { body: "\ud800" }, "unavailable"],
  ["nothing", {}, "unavailable"],
  ["a file", { body: TREE["/up/a.txt"] ?? "" }, "not-a-directory"],
  ["more than is bearable", { body: " ".repeat(20_000) }, "unavailable"],
] as const) {
  test(`${what} in answer to a listing is ${code}`, async () => {
    const { client, clock } = clientOf(() => said, { bytesMax: 10_000 });
    await assert.rejects(client.list(pathOf("/sub")), { name: "FsError", code });
    assert.equal(clock.timers, 0);
  });
}

test("a server that never answers is given up in its time", async () => {
  let aborted: unknown;
  const fetch: Fetch = (_url, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        aborted = signal.reason;
        reject(signal.reason);
      });
    });
  const clock = fakeClock();
  const client = rfsapiClient({ url: "http://x/", fetch, clock, timeoutMs: 5_000 });
  const asked = client.list(pathOf("/"));
  clock.advance(5_000);
  await assert.rejects(asked, { code: "unavailable", message: /within 5000 ms/ });
  assert.ok(aborted instanceof Error);
});

test("a server that cannot be reached is unavailable, and why is kept", async () => {
  const cause = new TypeError("fetch failed");
  const fetch: Fetch = () => Promise.reject(cause);
  const client = rfsapiClient({ url: "http://x/", fetch, clock: fakeClock() });
  await assert.rejects(client.list(pathOf("/")), { name: "FsError", code: "unavailable", cause });
});

test("a tree without a bottom is left", async () => {
  const { client, asked } = clientOf(() => ({ body: folder(file("again", false)) }), {
    depthMax: 5,
  });
  await assert.rejects(
    async () => {
      for await (const _found of client.walk(pathOf("/")));
    },
    { code: "unavailable", message: /deeper than 5/ },
  );
  assert.equal(asked.length, 5);
});

test("credentials go with every request", async () => {
  const seen: (string | undefined)[] = [];
  const fetch: Fetch = async (_url, { headers }) => {
    seen.push(headers.Authorization);
    return { status: 403, headers: { get: () => null }, body: null };
  };
  const headers = { Authorization: "Basic eDp5" };
  const client = rfsapiClient({ url: "http://x/", fetch, clock: fakeClock(), headers });
  await assert.rejects(client.stat(pathOf("/")), { code: "denied" });
  assert.deepEqual(seen, ["Basic eDp5"]);
});
