// Several hosts and folders in one server, and paths that only lead elsewhere.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { configText, startProgram } from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const program = await startProgram(
  { after },
  {
    config: configText(`file_systems:
  manual: { kind: disk, root: manual }
routes:
  - { path: /, files: site }
  - { path: /manual/, files: manual, index: true }
  - { path: /old, redirect: /new, status: 307 }
  - { path: /moved/, redirect: /manual/ }
  - { host: docs.example.org, path: /, files: manual }
`),
    files: {
      "www/index.html": "site\n",
      "www/manual/shadowed.txt": "never seen\n",
      "manual/index.html": "manual\n",
      "manual/one.txt": "one\n",
    },
  },
);
const get = (path: string, host = "localhost") => fetchRaw(program, ask(path, { Host: host }));

for (const [host, path, body] of [
  ["localhost", "/", "site\n"],
  ["localhost", "/manual/", "manual\n"],
  ["localhost", "/manual/one.txt", "one\n"],
  ["docs.example.org", "/", "manual\n"],
  ["DOCS.example.org:8080", "/one.txt", "one\n"],
  ["other.example.org", "/", "site\n"],
] as const) {
  test(`${path} on ${host} is "${body.trim()}"`, async () => {
    const answer = await get(path, host);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.toString(), body);
  });
}

test("the longest prefix wins, even over a file that exists under a shorter one", async () => {
  assert.equal((await get("/manual/shadowed.txt")).status, 404);
});

for (const [path, status, location] of [
  ["/manual?x=1", 301, "/manual/?x=1"],
  ["/old", 307, "/new"],
  ["/old?x=1", 307, "/new?x=1"],
  ["/moved/one.txt?x=1", 308, "/manual/one.txt?x=1"],
] as const) {
  test(`${path} leads to ${location} with ${status}`, async () => {
    const answer = await get(path);
    assert.equal(answer.status, status);
    assert.equal(answer.fields.get("location"), location);
  });
}
