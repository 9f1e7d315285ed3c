import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_WEBDAV_LIMITS } from "../../src/handlers/webdav/limits.ts";
import { configOf, lines, problemsOf, read } from "./support.ts";

test("what is not said has the defaults of the handler", () => {
  assert.deepEqual(configOf("{}").limits.webdav, DEFAULT_WEBDAV_LIMITS);
});

test("each limit has its word", () => {
  const { limits } = configOf(
    "limits: { dav_xml_bytes: 2KiB, dav_tree_entries: 1, dav_locks: 2, dav_locks_per_user: 3, " +
      "dav_lock_timeout: 4s, dav_properties: 5, dav_property_bytes: 6B }\n",
  );
  assert.deepEqual(limits.webdav, {
    xmlBytesMax: 2048,
    treeEntriesMax: 1,
    locksMax: 2,
    locksPerUserMax: 3,
    lockTimeoutMaxMs: 4000,
    propertiesMax: 5,
    propertyBytesMax: 6,
  });
});

const ROUTE =
  "file_systems: { f: { kind: memory, writable: true } }\nroutes: [{ path: /, files: f, webdav: true }]\n";

test("webdav is off unless it is asked for", () => {
  const isOn = (text: string) =>
    configOf(text).routes.map(({ action }) => action.kind === "files" && action.webdav);
  assert.deepEqual(isOn(ROUTE), [true]);
  assert.deepEqual(isOn(ROUTE.replace(", webdav: true", "")), [false]);
});

for (const workers of ["2", "auto"]) {
  test(`with ${workers} workers there are no locks, and that is said`, () => {
    assert.deepEqual(lines(read(`server: { workers: ${workers} }\n${ROUTE}`)), [
      "2:20 file_systems.f: is not one: each worker has its own memory",
      "3:39 routes[0].webdav: has no locks (class 1 only): workers would not know each other's",
    ]);
  });
}

test("webdav belongs to routes of files", () => {
  assert.deepEqual(problemsOf("routes: [{ path: /a/, redirect: /x, webdav: true }]\n"), [
    "1:45 routes[0].webdav: belongs to routes with files",
  ]);
});
