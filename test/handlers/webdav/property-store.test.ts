import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryProperties } from "../../../src/handlers/webdav/property-store.ts";
import { pathOf } from "../../support/request.ts";
import { said, storeContract, valuesOf } from "./stores.ts";

storeContract(() => memoryProperties());

test("in memory there is room for so many resources; the oldest goes", async () => {
  const store = memoryProperties(2);
  for (const name of ["/a", "/b", "/c"]) await store.write(pathOf(name), "file", said("1"));
  assert.equal(await valuesOf(store, "/a"), "");
  assert.equal(await valuesOf(store, "/b"), "<p0>1</p0>");
  assert.equal(await valuesOf(store, "/c"), "<p0>1</p0>");
});
