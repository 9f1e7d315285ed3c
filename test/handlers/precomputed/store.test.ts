import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../../src/handlers/precomputed/store.ts";
import { nameOfTarget } from "../../../src/handlers/precomputed/target-name.ts";
import type { Target } from "../../../src/http/target.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { get, watched } from "../../support/request.ts";

const TEXT =
  '{"representations":[{"source_type":"InlineSource","source":{"contents":"\\r\\na"},"header_length":2}]}';

function targetOf(raw: string): Extract<Target, { kind: "path" }> {
  const { target } = get(raw);
  assert.ok(target.kind === "path");
  return target;
}

function storeOf(count: number, bytesMax: number) {
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`/${nameOfTarget(`/${at}`)}`, TEXT]),
  );
  const { fileSystem, openFiles } = watched(memoryFileSystem({ ...files, "/manifest.json": "{" }));
  const reports: string[] = [];
  const report = (message: string) => void reports.push(message);
  return { store: new Store({ fileSystem, freshMs: 1000, bytesMax, report }), reports, openFiles };
}

test("what was read beforehand is there at once, and nothing but resources is read", async () => {
  const { store, reports, openFiles } = storeOf(10, 1_000_000);
  await store.preload(() => 0);
  for (let at = 0; at < 10; at++) {
    assert.ok(!(store.find(targetOf(`/${at}`), 0) instanceof Promise), `/${at}`);
  }
  assert.deepEqual([reports, openFiles()], [[], 0]);
});

test("reading beforehand ends where there is no more room", async () => {
  const { store } = storeOf(200, 20_000);
  await store.preload(() => 0);
  const found = Array.from({ length: 200 }, (_, at) => store.find(targetOf(`/${at}`), 0));
  const late = found.filter((one) => one instanceof Promise);
  assert.ok(late.length > 150 && late.length < 200, `${late.length}`);
  for (const one of await Promise.all(late)) assert.ok(typeof one !== "string");
});

test("what was forgotten is read again", async () => {
  const { store } = storeOf(1, 1_000_000);
  await store.find(targetOf("/0"), 0);
  store.forget(targetOf("/0"));
  assert.ok(store.find(targetOf("/0"), 0) instanceof Promise);
});
