import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { authorityFor, loginOf } from "../../src/cli/remote-login.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";
import { ioOf, pipesOf } from "./played-terminal.ts";

const url = new URL("https://files.test:8443/vfs");

test("the password comes from the file, else from the variable, else from a person", async (t) => {
  const cwd = tempFolder(t);
  writeTree(cwd, { pw: "from file \r\nsecond line\n" });
  const env = { FERROX_PASSWORD: "from variable" };
  const person = pipesOf({ answers: ["from person"] });
  const words = { url, user: "ann", passwordFile: "pw" };
  const io = ioOf({ env, cwd });
  assert.deepEqual(await loginOf(words, io, person)(), { user: "ann", password: "from file " });
  assert.deepEqual(await loginOf({ ...words, passwordFile: undefined }, io, person)(), {
    user: "ann",
    password: "from variable",
  });
  const asks = loginOf({ ...words, passwordFile: undefined }, ioOf({}), person);
  assert.deepEqual(await asks(), { user: "ann", password: "from person" });
  assert.deepEqual(await asks(), { user: "ann", password: "from person" });
  assert.deepEqual(person.prompts, ["Password of ann at files.test:8443:  (hidden)"]);
});

test("a person is asked for the name too", async () => {
  const person = pipesOf({ answers: ["ann", "secret"] });
  const words = { url, user: undefined, passwordFile: undefined };
  assert.deepEqual(await loginOf(words, ioOf({}), person)(), { user: "ann", password: "secret" });
  assert.deepEqual(person.prompts, [
    "User at files.test:8443:  (shown)",
    "Password of ann at files.test:8443:  (hidden)",
  ]);
});

for (const [user, answers, message] of [
  [undefined, undefined, /wants a user; name one: https:\/\/USER@files\.test:8443\/vfs$/],
  ["ann", undefined, /wants a password; set FERROX_PASSWORD or name a --password-file$/],
  ["ann", [], /^no password was given$/],
  [undefined, [], /^no user was given$/],
] as const) {
  test(`${user ?? "nobody"} with ${answers === undefined ? "no terminal" : "no answer"}`, async () => {
    const words = { url, user, passwordFile: undefined };
    await assert.rejects(loginOf(words, ioOf({}), pipesOf({ answers }))(), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, message);
      return true;
    });
  });
}

const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";

test("the authority of this machine is trusted for this machine only", (t) => {
  const home = tempFolder(t);
  writeTree(home, { "data/ferrox/ca.pem": PEM });
  const io = ioOf({ env: { XDG_DATA_HOME: join(home, "data") } });
  for (const host of ["localhost:1", "127.0.0.1", "127.1.2.3:8443", "[::1]:9"]) {
    assert.equal(authorityFor(new URL(`https://${host}/`), undefined, io), PEM);
  }
  for (const host of ["files.test", "localhost.test", "10.0.0.1", "[::2]"]) {
    assert.equal(authorityFor(new URL(`https://${host}/`), undefined, io), undefined);
  }
  const none = ioOf({ env: { XDG_DATA_HOME: join(home, "none") } });
  assert.equal(authorityFor(new URL("https://localhost/"), undefined, none), undefined);
});

test("--ca names a file with certificates, or the command line makes no sense", (t) => {
  const cwd = tempFolder(t);
  writeTree(cwd, { "ca.pem": `comment\n${PEM}\nmore\n${PEM}\n`, other: "nothing" });
  const io = ioOf({ cwd });
  assert.equal(authorityFor(url, "ca.pem", io), `${PEM}\n${PEM}`);
  assert.throws(() => authorityFor(url, "other", io), /--ca other holds no certificate/);
  assert.throws(() => authorityFor(url, "no", io), /--ca no cannot be read \(ENOENT\)/);
});
