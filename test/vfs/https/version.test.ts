import assert from "node:assert/strict";
import { test } from "node:test";
import { PROTOCOL_VERSION, speaksOurVersion } from "../../../src/vfs/https/version.ts";

test("a server that says nothing of versions speaks the first one, which is ours", () => {
  assert.equal(PROTOCOL_VERSION, "1");
  assert.equal(speaksOurVersion(undefined), true);
  assert.equal(speaksOurVersion("1"), true);
  assert.equal(speaksOurVersion(" 1 "), true);
});

for (const said of ["2", "", "1.1", "1, 1"]) {
  test(`a server that says "${said}" speaks another`, () => {
    assert.equal(speaksOurVersion(said), false);
  });
}
