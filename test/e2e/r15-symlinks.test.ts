// R15: which symbolic links are followed: none, those that stay inside, or all; asked for, listed and
// told by RFSAPI alike. The original's -r hides what lies outside from GET alone.

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { configText, startProgram } from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const program = await startProgram(
  { after },
  {
    config: configText(`file_systems:
  never: { kind: disk, root: site, symlinks: never }
  inside: { kind: disk, root: site }
  any: { kind: disk, root: site, symlinks: any }
routes:
  - { path: /never/, files: never, index: true, rfsapi: true, archives: true }
  - { path: /inside/, files: inside, index: true, rfsapi: true, archives: true }
  - { path: /any/, files: any, index: true, rfsapi: true }
`),
    files: { "site/a.txt": "a\n", "site/dir/b.txt": "b\n", "outside/secret.txt": "secret\n" },
  },
);
const site = join(program.folder, "site");
mkdirSync(join(site, "links"));
for (const [name, target] of [
  ["file", "../a.txt"],
  ["dir", "../dir"],
  ["out", "../../outside/secret.txt"],
  ["outdir", "../../outside"],
  ["absolute", join(program.folder, "outside")],
  ["dangling", "nowhere"],
  ["loop", "loop"],
  ["ping", "pong"],
  ["pong", "ping"],
  ["up", ".."],
] as const) {
  symlinkSync(target, join(site, "links", name));
}
// A chain of one link more than the kernel follows, and one that it just follows.
mkdirSync(join(site, "chain"));
symlinkSync("../a.txt", join(site, "chain/1"));
for (let at = 2; at <= 41; at++) symlinkSync(String(at - 1), join(site, "chain", String(at)));

const get = (path: string, fields: Record<string, string> = {}) =>
  fetchRaw(program, ask(path, fields));

const SHOWN = {
  never: [],
  inside: ["dir", "file", "up"],
  any: ["absolute", "dir", "file", "out", "outdir", "up"],
} as const;

for (const policy of ["never", "inside", "any"] as const) {
  const shown: readonly string[] = SHOWN[policy];

  test(`R15 ${policy}: ${shown.join(", ") || "no link"} can be asked for, and nothing else`, async () => {
    for (const [path, status] of [
      ["file", shown.includes("file") ? 200 : 404],
      ["dir/b.txt", shown.includes("dir") ? 200 : 404],
      ["out", shown.includes("out") ? 200 : 404],
      ["outdir/secret.txt", shown.includes("outdir") ? 200 : 404],
      ["absolute/secret.txt", shown.includes("absolute") ? 200 : 404],
      ["dangling", 404],
      ["loop", 404],
      ["ping", 404],
      ["up/links/up/a.txt", shown.includes("up") ? 200 : 404],
    ] as const) {
      assert.equal((await get(`/${policy}/links/${path}`)).status, status, path);
    }
  });

  test(`R15 ${policy}: a listing shows just these`, async () => {
    const page = (await get(`/${policy}/links/`)).body.toString();
    const names = ["file", "dir", "out", "outdir", "absolute", "dangling", "loop", "ping", "up"];
    for (const name of names) {
      const isShown = new RegExp(`href="(?:\\./)?${name}/?"`).test(page);
      assert.equal(isShown, shown.includes(name), name);
    }
  });

  test(`R15 ${policy}: so does RFSAPI`, async () => {
    const answer = await get(`/${policy}/links/`, { "X-Raw-Filesystem-API": "1" });
    const { files } = JSON.parse(answer.body.toString());
    const names = files.map(({ name }: { name: string }) => name).sort();
    assert.deepEqual(names, [...shown]);
  });
}

test("R15 a chain of forty links is followed, and a longer one is not", async () => {
  assert.equal((await get("/inside/chain/40")).body.toString(), "a\n");
  assert.equal((await get("/inside/chain/41")).status, 404);
  assert.equal((await get("/never/chain/1")).status, 404);
});

test("R15 an archive of links that lead back up has an end, and holds nothing from outside", async () => {
  const answer = await get("/inside/links/", { Accept: "application/x-tar" });
  assert.equal(answer.status, 200);
  assert.ok(answer.body.length < 100_000, `${answer.body.length} bytes`);
  assert.ok(!answer.body.includes("secret\n"));
});
