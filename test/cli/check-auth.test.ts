import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { authLines } from "../../src/cli/check-auth.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const HASH = "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC";

function configOf(folder: string, rules: string) {
  const text = `server: {addr: localhost}\npaths: {serve_dir: www}\n${rules}`;
  const result = readConfig(text, "ferrox.yml", { folder });
  assert.ok(result.kind === "config", JSON.stringify(result));
  return result.config;
}

test("every path with a rule is shown with every user, every verb, and the line that decides", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { users: `bob:${HASH}\nalice:${HASH}\n` });
  const config = configOf(
    folder,
    `auth:
  - {path: /secret, users_file: users, write: [alice]}
  - {path: /secret/pub, read: anyone}
`,
  );
  assert.deepEqual(authLines(config, undefined), [
    "Who may do what: + may, - may not; lines are those of ferrox.yml",
    "",
    "/secret                    read             list             write",
    "  anyone                   -                -                -",
    "  alice                    +                +                +",
    "  bob                      +                +                -",
    "  decided by               line 4           line 4           line 4",
    "",
    "/secret/pub                read             list             write",
    "  anyone                   +                +                -",
    "  alice                    +                +                +",
    "  bob                      +                +                -",
    "  decided by               line 5           line 5           line 4",
    "",
    "everything else            read             list             write",
    "  anyone                   +                +                +",
    "  decided by               no rule          no rule          no rule",
  ]);
});

test("of one path it is shown what holds there, for each host", (t) => {
  const config = configOf(
    tempFolder(t),
    `auth:
  - {path: /a, users: {alice: "${HASH}"}, insecure: true}
  - {host: h.example, path: /, read: nobody, list: nobody, write: nobody}
`,
  );
  const lines = authLines(config, "/%61/../a/b");
  assert.deepEqual(lines, [
    "Who may do what: + may, - may not; lines are those of ferrox.yml",
    "",
    "/a/b                       read             list             write",
    "  anyone                   -                -                -",
    "  alice                    +                +                +",
    "  decided by               line 4           line 4           line 4",
    "  passwords are taken in clear, too (insecure: true)",
    "",
    "h.example/a/b              read             list             write",
    "  anyone                   -                -                -",
    "  decided by               line 5           line 5           line 5",
  ]);
});

test("what is no path is told", (t) => {
  const config = configOf(tempFolder(t), "");
  assert.equal(authLines(config, "a"), 'a is no path: it starts with "/"');
  assert.equal(authLines(config, "/../a"), '/../a is no path: it starts with "/"');
});

test("long names and long hosts do not leave a terminal of 80 columns", (t) => {
  const config = configOf(
    tempFolder(t),
    `auth:
  - {host: a-very-long-name-of-a-host.example.org, path: /x, users: {${"u".repeat(200)}: "${HASH}"}}
`,
  );
  const lines = authLines({ ...config, file: join("/", "elsewhere.yml") }, undefined);
  assert.ok(Array.isArray(lines));
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.match(lines.join("\n"), /^a-very-long-name-of-a-host\.example\.org\/x$/m);
});
