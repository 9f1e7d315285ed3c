import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOfValue, validate } from "../../src/config/validate.ts";
import type { Tree } from "../../src/config/yaml-tree.ts";

function treeOf(value: unknown): Tree {
  return { value, marks: new Map() };
}

test("wrong values are told, and the rest is read as if they had not been said", () => {
  const { words, problems } = validate(
    treeOf({ server: { http_port: "x", timeout: 5 }, zz: 1 }),
    "f",
  );
  assert.deepEqual(
    problems.map(({ key }) => key),
    ["server.http_port", "zz"],
  );
  assert.equal(words?.server.http_port, 80);
  assert.equal(words?.server.timeout, 5000);
});

test("what cannot be spared takes its surroundings with it", () => {
  const { words, problems } = validate(
    treeOf({
      file_systems: { a: { kind: "disk" }, b: { kind: "memory" } },
      routes: [{ path: 5, files: "b" }],
    }),
    "f",
  );
  assert.deepEqual(
    problems.map(({ key }) => key),
    ["file_systems.a.root", "routes[0].path"],
  );
  assert.deepEqual(words?.file_systems, {
    b: { kind: "memory", writable: false, size: 64 * 1024 * 1024 },
  });
  assert.equal(words?.routes, undefined);
});

test("a file that is a list has no words at all", () => {
  assert.equal(validate(treeOf(["a"]), "f").words, undefined);
});

test("the words of a kind of file system are not those of another", () => {
  const { problems } = validate(
    treeOf({ file_systems: { a: { kind: "disk", root: "x", symlink: "any" } } }),
    "f",
  );
  assert.deepEqual(
    problems.map(({ key, hint }) => [key, hint]),
    [["file_systems.a.symlink", "did you mean symlinks?"]],
  );
});

test("a value that is not there is looked for where it should have been", () => {
  const place = { name: "f", spot: { line: 3, column: 1, source: "paths:", width: 5 } };
  const tree: Tree = {
    value: {},
    marks: new Map([["paths", { key: place, value: { name: "v" } }]]),
  };
  assert.deepEqual(placeOfValue(tree, ["paths", "serve_dir"], "f"), place);
  assert.deepEqual(placeOfValue(tree, ["server"], "f"), { name: "f" });
});
