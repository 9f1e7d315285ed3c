import assert from "node:assert/strict";
import { test } from "node:test";
import { listingForms } from "../../src/handlers/listing-forms.ts";
import type { Context } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Request } from "../../src/http/request.ts";
import { NO_BODY, type Response } from "../../src/http/response.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import {
  contextOf,
  type FieldMap,
  fieldOf,
  pathOf,
  requestOf,
  textOf,
} from "../support/request.ts";

const WORDS = "application/x-www-form-urlencoded";
const OWN = { "sec-fetch-site": "same-origin" };

function site() {
  const files = memoryFileSystem({ "/in/a.txt": "a", "/in/b/c": "c" });
  const { writer } = files;
  assert.ok(writer);
  const inner = (): Response => ({ status: 405, fields: [], body: NO_BODY });
  return {
    files,
    handler: listingForms(inner, { fileSystem: files, writer, prefix: "/up", filesMax: 2 }),
  };
}

function posted(target: string, body: string, fields: FieldMap = {}, method = "POST"): Request {
  const request = requestOf(method, target, { "content-type": WORDS, ...OWN, ...fields });
  const bytes = Buffer.from(body);
  return {
    ...request,
    body: {
      length: bytes.length,
      async *[Symbol.asyncIterator]() {
        yield bytes;
      },
    },
  };
}

async function statusOf(answer: Promise<Response> | Response): Promise<number> {
  try {
    return (await answer).status;
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

test("an act leads back to the listing, to the row that was changed", async () => {
  const { files, handler } = site();
  const answer = await handler(posted("/up/in/", "create=new+one"), contextOf());
  assert.equal(answer.status, 303);
  assert.equal(fieldOf(answer, "location"), "/up/in/#new%20one");
  assert.match(fieldOf(answer, "set-cookie") ?? "", /^ferrox-said=/);
  assert.equal(fieldOf(answer, "cache-control"), "no-store");
  assert.equal((await files.stat(pathOf("/in/new one"))).kind, "directory");
});

test("what is gone has no row to go to", async () => {
  const { handler } = site();
  const answer = await handler(posted("/up/in/", "delete=a.txt"), contextOf());
  assert.equal(fieldOf(answer, "location"), "/up/in/");
});

test("files are stored in the directory that the form was sent to", async () => {
  const { files, handler } = site();
  const body =
    '--X\r\nContent-Disposition: form-data; name="files"; filename="n.txt"\r\n\r\nnew\r\n--X--\r\n';
  const fields = { "content-type": "multipart/form-data; boundary=X" };
  const answer = await handler(posted("/up/in/", body, fields), contextOf());
  assert.deepEqual([answer.status, fieldOf(answer, "location")], [303, "/up/in/#n.txt"]);
  assert.equal((await files.stat(pathOf("/in/n.txt"))).size, 3);
});

test("too many files are refused, and those before the last are stored", async () => {
  const { files, handler } = site();
  const part = (name: string) =>
    `--X\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n\r\n1\r\n`;
  const fields = { "content-type": "multipart/form-data; boundary=X" };
  const body = `${part("1")}${part("2")}${part("3")}--X--\r\n`;
  assert.equal(await statusOf(handler(posted("/up/in/", body, fields), contextOf())), 413);
  assert.equal((await files.stat(pathOf("/in/2"))).size, 1);
  await assert.rejects(files.stat(pathOf("/in/3")), { code: "not-found" });
});

test("deleting is asked about on a page first, and nothing has happened yet", async () => {
  const { files, handler } = site();
  const answer = await handler(posted("/up/in/", "ask-delete=a.txt"), contextOf());
  assert.equal(answer.status, 200);
  assert.match(await textOf(answer), /Delete <bdi>a\.txt<\/bdi>\?/);
  assert.equal((await files.stat(pathOf("/in/a.txt"))).size, 1);
  const gone = await handler(posted("/up/in/", "ask-delete=gone"), contextOf());
  assert.equal(gone.status, 303);
});

for (const [what, request, status] of [
  ["GET", posted("/up/in/", "", {}, "GET"), 405],
  ["PUT", posted("/up/in/", "", {}, "PUT"), 405],
  ["a file", posted("/up/in/a.txt", "create=x"), 405],
  ["a file with a slash", posted("/up/in/a.txt/", "create=x"), 405],
  ["a directory without its slash", posted("/up/in", "create=x"), 405],
  ["a directory that is not there", posted("/up/no/", "create=x"), 404],
  ["another kind of body", posted("/up/in/", "{}", { "content-type": "application/json" }), 405],
  [
    "text, which any page can send",
    posted("/up/in/", "create=x", { "content-type": "text/plain" }),
    405,
  ],
  ["a form of somebody else's", posted("/up/in/", "q=1"), 400],
  ["a very long form", posted("/up/in/", `create=${"x".repeat(9000)}`), 413],
  [
    "a form from another site",
    posted("/up/in/", "create=x", { "sec-fetch-site": "cross-site" }),
    403,
  ],
  [
    "a broken form",
    posted("/up/in/", "x", { "content-type": "multipart/form-data; boundary=X" }),
    400,
  ],
] as const) {
  test(`${what} is answered ${status}`, async () => {
    const { files, handler } = site();
    assert.equal(await statusOf(handler(request, contextOf())), status);
    await assert.rejects(files.stat(pathOf("/in/x")), { code: "not-found" });
  });
}

test("what rules close to the sender stays as it is", async () => {
  const { files, handler } = site();
  const asked: string[] = [];
  const access: Context["access"] = {
    user: "eve",
    may(verb, path) {
      asked.push(`${verb} ${path}`);
      return path !== "/up/in/b/c";
    },
  };
  const answer = await handler(posted("/up/in/", "delete=b"), contextOf({ access }));
  assert.equal(answer.status, 303);
  assert.deepEqual(asked, ["write /up/in/b", "write /up/in/b/c"]);
  assert.equal((await files.stat(pathOf("/in/b/c"))).size, 1);
});

test("a refusal is decided before the body is read", async () => {
  const { handler } = site();
  const request = posted("/up/in/", "", { "sec-fetch-site": "cross-site" });
  const body: Request["body"] = {
    length: 5,
    [Symbol.asyncIterator]() {
      throw new Error("the body was read");
    },
  };
  assert.equal(await statusOf(handler({ ...request, body }, contextOf())), 403);
});
