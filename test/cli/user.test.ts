import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseUserList } from "../../src/base/user-list.ts";
import { runUser } from "../../src/cli/user.ts";
import { isPasswordOf } from "../../src/handlers/password.ts";
import { tempFolder } from "../support/temp-folder.ts";

function story(t: TestContext) {
  const cwd = tempFolder(t);
  /** @param said what comes from standard input, or is typed, line by line */
  const run = async (operands: string, said: string | readonly string[] = "") => {
    let out = "";
    let err = "";
    const keys = typeof said === "string" ? [] : [...said];
    const words = operands.split(" ").filter((word) => word !== "");
    const code = await runUser(
      {
        operands: words.filter((word) => word !== "--generate"),
        generate: words.includes("--generate"),
      },
      {
        out(text) {
          out += text;
        },
        err(text) {
          err += text;
        },
        env: {},
        platform: "linux",
        home: cwd,
        cwd,
        nowMs: 0,
        isTerminal: false,
        columns: 80,
        secrets: {
          isTerminal: typeof said !== "string",
          typed: async () => keys.shift(),
          sent: async () => (typeof said === "string" ? said : ""),
        },
      },
    );
    return { code, out, err };
  };
  const file = join(cwd, "users");
  const knows = async (name: string, password: string) => {
    const user = parseUserList(readFileSync(file, "utf8")).users.find((one) => one.name === name);
    return user !== undefined && (await isPasswordOf(user.hash, password));
  };
  return { run, file, knows };
}

test("a user is added with the password that was sent, colons and all", async (t) => {
  const { run, file, knows } = story(t);
  assert.deepEqual(await run("add users alice", "pa:ss wörd\n"), {
    code: 0,
    out: "added alice to users, which is new: only its owner may read it, so make that the server's user\n",
    err: "",
  });
  assert.equal(await knows("alice", "pa:ss wörd"), true);
  assert.ok(!readFileSync(file, "utf8").includes("pa:ss"));
  assert.equal((await run("add users bob", "b")).out, "added bob to users\n");
  assert.deepEqual(await run("list users"), {
    code: 0,
    out: "alice (scrypt)\nbob (scrypt)\n",
    err: "",
  });
});

test("to add somebody again changes his password, and no other line", async (t) => {
  const { run, file, knows } = story(t);
  writeFileSync(file, "# ours\nalice:$2y$05$broken\n\n");
  await run("add users bob", "1");
  await run("add users carol", "1");
  assert.equal((await run("add users bob", "2")).out, "changed the password of bob in users\n");
  assert.deepEqual([await knows("bob", "1"), await knows("bob", "2")], [false, true]);
  const lines = readFileSync(file, "utf8").split("\n");
  assert.deepEqual(lines.slice(0, 3), ["# ours", "alice:$2y$05$broken", ""]);
  assert.match(lines[3] ?? "", /^bob:/);
  assert.match(lines[4] ?? "", /^carol:/);
  assert.equal(lines.length, 6);
});

test("whoever stands there twice, or with a broken line, stands there once and right", async (t) => {
  const { run, file } = story(t);
  writeFileSync(file, "bob:$2y$05$broken\n# bob:old\nbob:plain\nbobby:x\n");
  await run("add users bob", "1");
  assert.match(readFileSync(file, "utf8"), /^bob:\$scrypt\$[^\n]+\n# bob:old\nbobby:x\n$/);
  await run("remove users bob");
  assert.equal(readFileSync(file, "utf8"), "# bob:old\nbobby:x\n");
});

test("a password that is made up is printed, and alone on standard output", async (t) => {
  const { run, knows } = story(t);
  const { code, out, err } = await run("add users alice --generate");
  assert.equal(code, 0);
  assert.match(out, /^[A-Za-z0-9_-]{20}\n$/);
  assert.match(err, /^added alice to users/);
  assert.equal(await knows("alice", out.trim()), true);
  assert.notEqual((await run("add users alice --generate")).out, out);
});

test("a file without a line end gets one before the next user", async (t) => {
  const { run, file } = story(t);
  writeFileSync(file, "# ours");
  await run("add users bob", "1");
  assert.match(readFileSync(file, "utf8"), /^# ours\nbob:\$scrypt\$[^\n]+\n$/);
});

test("a user is removed; who is not there cannot be", async (t) => {
  const { run, file } = story(t);
  await run("add users alice", "1");
  await run("add users bob", "1");
  assert.deepEqual(await run("remove users alice"), {
    code: 0,
    out: "removed alice from users\n",
    err: "",
  });
  assert.match(readFileSync(file, "utf8"), /^bob:[^\n]+\n$/);
  assert.deepEqual(await run("remove users alice"), {
    code: 1,
    out: "",
    err: "ferrox user: alice is not in users\n",
  });
});

test("at a terminal a password is typed twice", async (t) => {
  const { run, knows } = story(t);
  assert.equal((await run("add users alice", ["one", "one"])).code, 0);
  assert.equal(await knows("alice", "one"), true);
  assert.deepEqual(await run("add users alice", ["two", "to"]), {
    code: 2,
    out: "",
    err: "ferrox user: the two are not the same; nothing was changed\n",
  });
  assert.equal((await run("add users alice", [])).err, "ferrox user: nothing was changed\n");
  assert.equal(await knows("alice", "one"), true);
});

for (const [operands, said, message] of [
  ["", "", /say what to do: ferrox user add FILE NAME, ferrox user remove/],
  ["make users alice", "", /say what to do/],
  ["add users", "1", /ferrox user add FILE NAME/],
  ["add users alice secret", "1", /ferrox user add FILE NAME/],
  ["list users alice", "", /ferrox user list FILE/],
  ["list users --generate", "", /--generate belongs to ferrox user add/],
  ["add users a:b", "1", /there cannot be a user with a colon in his name/],
  ["add users alice", "", /the password is empty/],
  ["add users alice", "\n", /the password is empty/],
  ["add users alice", "one\ntwo\n", /a control character, or a second line/],
] as const) {
  test(`"${operands}" with "${said.trim()}" makes no sense: exit status 2`, async (t) => {
    const { code, out, err } = await story(t).run(operands, said);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, message);
    assert.equal(err.split("\n").length, 2);
  });
}

test("a folder that is not there is told in one line: exit status 1", async (t) => {
  const { code, err } = await story(t).run("add none/users alice", "1");
  assert.equal(code, 1);
  assert.match(err, /^ferrox user: none\/users: ENOENT[^\n]*\n$/);
});
