import assert from "node:assert/strict";
import { test } from "node:test";
import { changeErrorOf, fsErrorOf, notFound, openFsErrorOf } from "../../src/vfs/disk-error.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { at } from "../contract/file-system.ts";

/** As libuv makes them. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as it happens`), { code, errno: -1, syscall: "open" });
}

for (const [errno, code] of [
  ["ENOENT", "not-found"],
  ["ENOTDIR", "not-found"],
  ["ELOOP", "not-found"],
  ["ENAMETOOLONG", "not-found"],
  ["EINVAL", "not-found"],
  ["EILSEQ", "not-found"],
  ["EISDIR", "is-a-directory"],
  ["EACCES", "denied"],
  ["EPERM", "denied"],
  ["ENXIO", "denied"],
  ["EMFILE", "unavailable"],
  ["ENFILE", "unavailable"],
  ["EIO", "unavailable"],
  ["EOVERFLOW", "unavailable"],
  ["ESTALE", "unavailable"],
  ["ENOMEM", "unavailable"],
  ["EWHATEVER", "unavailable"],
] as const) {
  test(`${errno} is "${code}"`, () => {
    const error = fsErrorOf(systemError(errno), at("/a"));
    assert.ok(error instanceof FsError);
    assert.equal(error.code, code);
  });
}

for (const [errno, code] of [
  ["ENOENT", "not-found"],
  ["EEXIST", "exists"],
  ["ENOTEMPTY", "not-empty"],
  ["ENAMETOOLONG", "denied"],
  ["EINVAL", "denied"],
  ["EILSEQ", "denied"],
  ["EBUSY", "denied"],
  ["EACCES", "denied"],
  ["EROFS", "read-only"],
  ["ENOSPC", "no-space"],
  ["EDQUOT", "no-space"],
  ["EFBIG", "no-space"],
  ["EMLINK", "no-space"],
  ["EXDEV", "unsupported"],
  ["EIO", "unavailable"],
] as const) {
  test(`${errno} of a change is "${code}"`, () => {
    const error = changeErrorOf(systemError(errno), at("/a"));
    assert.ok(error instanceof FsError);
    assert.equal(error.code, code);
  });
}

test("a failure keeps its cause, but for not-found, which all look the same", () => {
  const [denied, missing] = [systemError("EACCES"), systemError("ENOENT")];
  assert.deepEqual(fsErrorOf(denied, at("/a")), new FsError("denied", "/a is not allowed", denied));
  assert.deepEqual(fsErrorOf(missing, at("/a")), notFound(at("/a")));
  assert.equal("cause" in notFound(at("/a")), false);
});

test("what fails on an open file is unavailable, whatever it is", () => {
  const error = openFsErrorOf(systemError("ENOENT"), at("/a"));
  assert.ok(error instanceof FsError);
  assert.equal(error.code, "unavailable");
});

test("an error that no system call made comes back as it is", () => {
  const bug = Object.assign(new TypeError("bad argument"), { code: "ERR_INVALID_ARG_TYPE" });
  const already = notFound(at("/a"));
  for (const error of [bug, already, "text", undefined]) {
    assert.equal(fsErrorOf(error, at("/b")), error);
    assert.equal(openFsErrorOf(error, at("/b")), error);
  }
});
