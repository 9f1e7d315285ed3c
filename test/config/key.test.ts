import assert from "node:assert/strict";
import { test } from "node:test";
import { childKey, keyText } from "../../src/config/key.ts";

test("a key is written as people would point at it", () => {
  assert.equal(keyText(["routes", 1, "path"]), "routes[1].path");
  assert.equal(keyText([]), "");
  assert.equal(childKey("", "server"), "server");
  assert.equal(childKey("server.names", 0), "server.names[0]");
});
