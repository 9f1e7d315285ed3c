import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "../../../src/base/timeout-error.ts";
import { FsError } from "../../../src/vfs/fs-error.ts";
import {
  connectionFailure,
  debugFailure,
  isTrustFailure,
  statusFailure,
  wireFailure,
} from "../../../src/vfs/https/failure.ts";
import { at } from "../../contract/file-system.ts";

const URL_THERE = new URL("https://files.test:8443/vfs");

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: noise`), { code });
}

for (const [error, message, isTrust] of [
  [systemError("ECONNREFUSED"), "files.test:8443: nobody listens there", false],
  [systemError("ENOTFOUND"), "files.test:8443: no host of that name is known", false],
  [systemError("CERT_HAS_EXPIRED"), "files.test:8443: its certificate has expired", false],
  [
    systemError("SELF_SIGNED_CERT_IN_CHAIN"),
    "files.test:8443: its certificate is signed by nobody who is trusted here",
    true,
  ],
  [
    systemError("ERR_TLS_CERT_ALTNAME_INVALID"),
    "files.test:8443: its certificate is not for files.test",
    false,
  ],
  [new TimeoutError("no answer within 1 s"), "files.test:8443: no answer within 1 s", false],
  [systemError("ESOMETHING"), "files.test:8443: ESOMETHING: noise", false],
] as const) {
  test(`${error.message}: ${message}`, () => {
    const failure = connectionFailure(error, URL_THERE);
    assert.deepEqual([failure.code, failure.message], ["unavailable", message]);
    assert.equal(isTrustFailure(failure), isTrust);
  });
}

for (const [status, code] of [
  [400, "unavailable"],
  [403, "denied"],
  [404, "unavailable"],
  [405, "unavailable"],
  [413, "no-space"],
  [502, "unavailable"],
] as const) {
  test(`status ${status} is ${code}`, () => {
    const failure = statusFailure(status, URL_THERE);
    assert.equal(failure.code, code);
    assert.match(failure.message, /files\.test:8443/);
  });
}

test("a path that is none there is not found when read, and denied when changed", () => {
  const error = { kind: "InvalidPath", path: "/x" } as const;
  assert.equal(wireFailure(error, at("/x"), "reading").code, "not-found");
  assert.equal(wireFailure(error, at("/x"), "changing").code, "denied");
});

test("what is not supported is read-only when it is a change", () => {
  const error = { kind: "NotSupported" } as const;
  assert.equal(wireFailure(error, at("/x"), "reading").code, "unsupported");
  const wrapped = { kind: "WithContext", context: "Could not write", cause: error } as const;
  assert.equal(wireFailure(wrapped, at("/x"), "changing").code, "read-only");
});

for (const [text, code] of [
  ['FileNotFound { path: "/x" }', "not-found"],
  ['InvalidPath { path: "/../x" }', "not-found"],
  ['IoError("Permission denied")', "denied"],
  ['IoError(Os { code: 13, kind: PermissionDenied, message: "Permission denied" })', "denied"],
  ['Other { message: "no idea" }', "unavailable"],
  ["NotSupported", "unavailable"],
  ["", "unavailable"],
] as const) {
  test(`ReadDir's ${text || "silence"} is ${code}`, () => {
    const failure = debugFailure(text, at("/x"));
    assert.ok(failure instanceof FsError);
    assert.equal(failure.code, code);
  });
}
