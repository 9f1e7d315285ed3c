// R06: entity tags, times, 304 and ranges, as rfsapi's server has them, and right where it has them
// wrong: a range is clipped to the file, one behind its end is 416 and not 204, and the tag of a part
// is the tag of the whole.

import assert from "node:assert/strict";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { startProgram } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const program = await startProgram(
  { after },
  { files: { "www/ten.txt": "0123456789", "www/empty.txt": "", "www/dir/x": "x" } },
);
const place = join(program.folder, "www/ten.txt");
const MODIFIED = "Sun, 09 Sep 2001 01:46:40 GMT";
await utimes(place, 1_000_000_000, 1_000_000_000);

const get = (fields: Record<string, string> = {}, path = "/ten.txt") =>
  fetchRaw(program, ask(path, fields));
const TAG = (await get()).fields.get("etag") ?? "";

test("R06 a file has a strong tag, its time, and says that parts of it can be had", async () => {
  const { status, fields } = await get();
  assert.equal(status, 200);
  assert.match(TAG, /^"[^"]+"$/);
  assert.equal(fields.get("last-modified"), MODIFIED);
  assert.equal(fields.get("accept-ranges"), "bytes");
});

test("R06 the tag changes with the content, though size and time be the same", async () => {
  await writeFile(join(program.folder, "www/changing.txt"), "one");
  await utimes(join(program.folder, "www/changing.txt"), 1_000_000_000, 1_000_000_000);
  const before = (await get({}, "/changing.txt?1")).fields.get("etag");
  await writeFile(join(program.folder, "www/changing.txt"), "two");
  await utimes(join(program.folder, "www/changing.txt"), 1_000_000_000, 1_000_000_000);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const now = await get({}, "/changing.txt?2");
  assert.equal(now.body.toString(), "two");
  assert.notEqual(now.fields.get("etag"), before);
});

const CONDITIONS: readonly (readonly [Record<string, string>, number])[] = [
  [{ "If-None-Match": TAG }, 304],
  [{ "If-None-Match": `W/${TAG}` }, 304],
  [{ "If-None-Match": `"other", ${TAG}` }, 304],
  [{ "If-None-Match": "*" }, 304],
  [{ "If-None-Match": '"other"' }, 200],
  [{ "If-Modified-Since": MODIFIED }, 304],
  [{ "If-Modified-Since": "Sun, 09 Sep 2001 01:46:39 GMT" }, 200],
  [{ "If-None-Match": '"other"', "If-Modified-Since": MODIFIED }, 200],
  // Those the original does not know.
  [{ "If-Match": TAG }, 200],
  [{ "If-Match": '"other"' }, 412],
  [{ "If-Unmodified-Since": MODIFIED }, 200],
  [{ "If-Unmodified-Since": "Sun, 09 Sep 2001 01:46:39 GMT" }, 412],
];
for (const [fields, status] of CONDITIONS) {
  const shown = Object.entries(fields).map(([n, v]) => `${n}: ${v.replace(TAG, "TAG")}`);
  test(`R06 ${shown.join(", ")} is answered ${status}`, async () => {
    const answer = await get(fields);
    assert.equal(answer.status, status);
    if (status !== 304) return;
    assert.equal(answer.fields.get("etag"), TAG);
    assert.equal(answer.body.length, 0);
  });
}

for (const [range, content, shown] of [
  ["bytes=2-4", "234", "bytes 2-4/10"],
  ["bytes=5-", "56789", "bytes 5-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=9-9", "9", "bytes 9-9/10"],
  ["bytes=0-999999", "0123456789", "bytes 0-9/10"],
  ["bytes=-999999", "0123456789", "bytes 0-9/10"],
] as const) {
  test(`R06 Range: ${range} brings ${shown}, of the same tag`, async () => {
    const answer = await get({ Range: range });
    assert.equal(answer.status, 206);
    assert.equal(answer.body.toString(), content);
    assert.equal(answer.fields.get("content-range"), shown);
    assert.equal(answer.fields.get("etag"), TAG);
  });
}

for (const [range, path, size] of [
  ["bytes=10-", "/ten.txt", 10],
  ["bytes=100-200", "/ten.txt", 10],
  ["bytes=-0", "/ten.txt", 10],
  ["bytes=0-", "/empty.txt", 0],
] as const) {
  test(`R06 Range: ${range} of ${path} is 416, and says how long it is`, async () => {
    const answer = await get({ Range: range }, path);
    assert.equal(answer.status, 416);
    assert.equal(answer.fields.get("content-range"), `bytes */${size}`);
  });
}

for (const range of ["lines=1-2", "bytes=x-y", "bytes=4-2", "bytes"]) {
  test(`R06 Range: ${range} is not understood, and the whole file is sent`, async () => {
    const answer = await get({ Range: range });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.toString(), "0123456789");
  });
}

test("R06 several ranges are sent, where the original says 416", async () => {
  const answer = await get({ Range: "bytes=0-1,8-9" });
  assert.equal(answer.status, 206);
  assert.match(answer.fields.get("content-type") ?? "", /^multipart\/byteranges; boundary=/);
});

test("R06 a download is only resumed when it is still the same file", async () => {
  const resumed = await get({ Range: "bytes=5-", "If-Range": TAG });
  assert.deepEqual([resumed.status, resumed.body.toString()], [206, "56789"]);
  const anew = await get({ Range: "bytes=5-", "If-Range": '"other"' });
  assert.deepEqual([anew.status, anew.body.toString()], [200, "0123456789"]);
});

test("R06 curl asks only once for what it has", async () => {
  const [tag, copy] = [join(program.folder, "tag"), join(program.folder, "copy")];
  const curl = async () => {
    const args = ["-s", "-o", copy, "-w", "%{http_code}"];
    const etag = ["--etag-save", tag, "--etag-compare", tag];
    const { stdout } = await runTool("curl", [...args, ...etag, `${program.url}/ten.txt`]);
    return stdout.toString();
  };
  assert.equal(await curl(), "200");
  assert.equal(await curl(), "304");
});
