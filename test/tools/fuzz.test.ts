// tools/fuzz.mjs over targets of its own: one that holds, one that breaks at a known seed.

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { repositoryRoot } from "../support/repository-root.ts";
import { runTool, type ToolResult } from "../support/run-tool.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const TARGETS = `
export const FUZZ_TARGETS = [
  { name: "firm", shown: () => "", run() {} },
  {
    name: "weak",
    shown: (seed) => "the input of " + seed,
    async run(seed) {
      if (seed === 107) throw new Error("it broke");
    },
  },
];
`;

function fuzz(t: TestContext, ...args: readonly string[]): Promise<ToolResult> {
  const build = tempFolder(t);
  writeTree(build, {
    "package.json": '{ "type": "module" }',
    "test/fuzz/targets/all.js": TARGETS,
  });
  const tool = join(repositoryRoot(), "tools", "fuzz.mjs");
  return runTool(process.execPath, [tool, "--build", build, ...args]);
}

test("a target that holds is told with its figures, and the status is 0", async (t) => {
  const { code, stdout, stderr } = await fuzz(t, "--count", "100");
  assert.equal(code, 0);
  assert.match(stdout.toString(), /^firm: 100 inputs in .*: fine\nweak: 100 inputs in .*: fine\n$/);
  assert.equal(stderr, "", "progress is for terminals only");
});

test("a claim that breaks ends the run with its seed, its input and how to see it again", async (t) => {
  const { code, stdout } = await fuzz(t, "--count", "50", "--seed", "100");
  assert.equal(code, 1);
  const said = stdout.toString();
  assert.match(said, /^weak: seed 107 breaks a claim\ninput: the input of 107\nError: it broke$/m);
  assert.match(said, /^again: npm run fuzz -- --target weak --seed 107 --count 1/m);
});

test("only the targets named are run", async (t) => {
  const { code, stdout } = await fuzz(t, "--target", "firm", "--count", "1000");
  assert.equal(code, 0);
  assert.doesNotMatch(stdout.toString(), /weak/);
});

for (const args of [
  ["--target", "absent"],
  ["--count", "-1"],
  ["--count", "many"],
  ["--seed", "4294967296"],
  ["--colour"],
]) {
  test(`${args.join(" ")} is status 2`, async (t) => {
    const { code, stderr } = await fuzz(t, ...args);
    assert.equal(code, 2);
    assert.match(stderr, /^fuzz: /);
  });
}
