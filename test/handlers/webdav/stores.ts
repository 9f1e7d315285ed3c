// What every store of properties must do; run for each of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type DeadProperties,
  type PropertyStore,
  propertiesOf,
} from "../../../src/handlers/webdav/property-store.ts";
import { pathOf } from "../../support/request.ts";

export function said(...values: readonly string[]): DeadProperties {
  return propertiesOf(
    values.map((value, at) => ({
      namespace: "u",
      name: `p${at}`,
      xml: `<p${at}>${value}</p${at}>`,
    })),
  );
}

export async function valuesOf(
  store: PropertyStore,
  path: string,
  kind: "file" | "directory" = "file",
): Promise<string> {
  return [...(await store.read(pathOf(path), kind)).values()].map(({ xml }) => xml).join("");
}

const NAMES = [
  "/a",
  "/a/b",
  "/=",
  "/==",
  "/=properties",
  "/a/=properties",
  "/.hidden",
  "/\udcff",
  "/é &",
];

export function storeContract(make: () => PropertyStore): void {
  test("what was said of a name is told of that name, and of no other", async () => {
    const store = make();
    for (const name of NAMES) await store.write(pathOf(name), "file", said(name));
    for (const name of NAMES) assert.equal(await valuesOf(store, name), `<p0>${name}</p0>`);
    await store.write(pathOf("/"), "directory", said("root"));
    assert.equal(await valuesOf(store, "/", "directory"), "<p0>root</p0>");
    assert.equal(await valuesOf(store, "/b"), "");
  });

  test("said again, it takes the place of what was said before; nothing removes it", async () => {
    const store = make();
    await store.write(pathOf("/a"), "file", said("1", "2"));
    await store.write(pathOf("/a"), "file", said("3"));
    assert.equal(await valuesOf(store, "/a"), "<p0>3</p0>");
    await store.write(pathOf("/a"), "file", said());
    await store.write(pathOf("/a"), "file", said());
    assert.equal(await valuesOf(store, "/a"), "");
  });

  test("what was said of a directory is not true of a file of that name", async () => {
    const store = make();
    await store.write(pathOf("/a"), "directory", said("1"));
    assert.equal(await valuesOf(store, "/a"), "");
    assert.equal(await valuesOf(store, "/a", "directory"), "<p0>1</p0>");
  });

  test("a tree is removed whole", async () => {
    const store = make();
    for (const name of ["/a", "/a/b", "/a/b/c", "/ab"])
      await store.write(pathOf(name), "file", said("1"));
    await store.remove(pathOf("/a"));
    await store.remove(pathOf("/nothing"));
    assert.equal((await valuesOf(store, "/a")) + (await valuesOf(store, "/a/b/c")), "");
    assert.equal(await valuesOf(store, "/ab"), "<p0>1</p0>");
  });

  test("a tree moves in place of another, and leaves nothing behind", async () => {
    const store = make();
    await store.write(pathOf("/a/b"), "file", said("1"));
    await store.write(pathOf("/c/d"), "file", said("2"));
    await store.move(pathOf("/a"), pathOf("/c"));
    assert.equal(await valuesOf(store, "/c/b"), "<p0>1</p0>");
    assert.equal((await valuesOf(store, "/a/b")) + (await valuesOf(store, "/c/d")), "");
  });

  test("what had nothing said of it takes nothing along, but makes way all the same", async () => {
    const store = make();
    await store.write(pathOf("/c"), "file", said("2"));
    await store.move(pathOf("/a"), pathOf("/c"));
    assert.equal(await valuesOf(store, "/c"), "");
    await store.write(pathOf("/c"), "file", said("2"));
    await store.copy(pathOf("/a"), pathOf("/c"), true);
    assert.equal(await valuesOf(store, "/c"), "");
  });

  test("a copy is of all, or of the one alone", async () => {
    const store = make();
    await store.write(pathOf("/a"), "directory", said("1"));
    await store.write(pathOf("/a/b"), "file", said("2"));
    await store.copy(pathOf("/a"), pathOf("/x/deep"), true);
    await store.copy(pathOf("/a"), pathOf("/flat"), false);
    assert.equal(await valuesOf(store, "/x/deep", "directory"), "<p0>1</p0>");
    assert.equal(await valuesOf(store, "/x/deep/b"), "<p0>2</p0>");
    assert.equal(await valuesOf(store, "/flat", "directory"), "<p0>1</p0>");
    assert.equal(await valuesOf(store, "/flat/b"), "");
    assert.equal(await valuesOf(store, "/a/b"), "<p0>2</p0>");
  });

  test("where there is something below, nobody is told that there is nothing", async () => {
    const store = make();
    assert.equal(await store.hasBelow(pathOf("/a")), false);
    await store.write(pathOf("/a/b"), "file", said("1"));
    assert.equal(await store.hasBelow(pathOf("/a")), true);
    assert.equal(await store.hasBelow(pathOf("/")), true);
  });
}
