import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadConfig } from "../../src/config/load-config.ts";
import { placeText, printProblems } from "../../src/config/problem.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const HASH = "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC";

function loaded(t: TestContext, users: string | Uint8Array | undefined, mode = 0o600) {
  const folder = tempFolder(t);
  const config =
    "server: {addr: localhost}\nauth:\n  - {path: /, users_file: users, read: [alice]}\n";
  writeTree(folder, {
    "www/": "",
    "ferrox.yml": config,
    ...(users === undefined ? {} : { users }),
  });
  if (users !== undefined) chmodSync(join(folder, "users"), mode);
  const result = loadConfig({
    file: "ferrox.yml",
    cwd: folder,
    overrides: [],
    judgeCertificate: () => assert.fail("there is no certificate"),
    hintWhenMissing: undefined,
  });
  const problems = result.kind === "config" ? result.warnings : result.problems;
  const told = problems.map(({ place, message, severity }) => {
    const where = placeText(place).replace(`${folder}/`, "");
    return `${severity} ${where} ${message.replace(folder, "")}`;
  });
  return { kind: result.kind, told, page: printProblems(problems, { isColoured: false }) };
}

test("a users file that is right is taken without a word", (t) => {
  assert.deepEqual(loaded(t, `alice:${HASH}\n`).told, []);
});

test("each wrong line is told with its place, and none with what stands behind its colon", (t) => {
  const { kind, told, page } = loaded(t, `alice:${HASH}\nbob:hunter2\nletmein\n`);
  assert.equal(kind, "problems");
  assert.deepEqual(told, [
    "error users:2:1 has what is neither a hash of scrypt nor one of bcrypt",
    "error users:3:1 has no colon between a name and a hash",
  ]);
  assert.match(page, /2 \| bob:…/);
  assert.ok(!page.includes("hunter2") && !page.includes("letmein"));
});

test("a user who is missing there is a slip", (t) => {
  assert.deepEqual(loaded(t, `alicia:${HASH}\n`), {
    kind: "config",
    told: ['warning ferrox.yml:3:41 no user is called "alice"'],
    page: loaded(t, `alicia:${HASH}\n`).page,
  });
});

test("a file that all may read is taken, with a warning", (t) => {
  assert.deepEqual(loaded(t, `alice:${HASH}\n`, 0o644).told, [
    "warning ferrox.yml:3:27 may be read by every user of this machine",
  ]);
});

test("a file that is missing, or endless, is told where it is named", (t) => {
  assert.deepEqual(loaded(t, undefined).told, ["error ferrox.yml:3:27 no such file: /users"]);
  assert.deepEqual(loaded(t, Buffer.alloc(4 * 1024 * 1024 + 1)).told, [
    "error ferrox.yml:3:27 is larger than any users file: /users",
  ]);
});
