// Who the server becomes: judged with a system of the test's own, then done by a real process.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { become, type Credentials, identityOf, remainsRoot } from "../../src/cli/privileges.ts";
import { runTool } from "../support/run-tool.ts";

const USERS: Readonly<Record<string, number>> = { root: 0, web: 33, alice: 1000 };
const NAMES: Readonly<Record<number, string>> = { 0: "root", 33: "web", 1000: "alice" };
const GROUPS: Readonly<Record<string, number>> = { root: 0, web: 33, staff: 50 };

interface Fake extends Credentials {
  readonly calls: string[];
  /** The system says yes and does nothing. */
  isLame: boolean;
  /** As with a capability that was kept. */
  keepsWayBack: boolean;
}

function refuse(code: string): never {
  throw Object.assign(new Error(code), { code });
}

function fake(startUid: number): Fake {
  let [uid, euid, gid, egid] = [startUid, startUid, startUid, startUid];
  let groups = [startUid];
  const numberOf = (table: Readonly<Record<string, number>>, id: number | string) =>
    typeof id === "number" ? id : (table[id] ?? refuse("ERR_UNKNOWN_CREDENTIAL"));
  const mayBe = (id: number, own: number) => uid === 0 || id === own || refuse("EPERM");
  const self: Fake = {
    calls: [],
    isLame: false,
    keepsWayBack: false,
    geteuid: () => euid,
    getuid: () => uid,
    getegid: () => egid,
    getgid: () => gid,
    getgroups: () => groups,
    seteuid(id) {
      const number = numberOf(USERS, id);
      mayBe(number, uid);
      euid = number;
    },
    setegid(id) {
      const number = numberOf(GROUPS, id);
      mayBe(number, gid);
      egid = number;
    },
    initgroups(name, group) {
      self.calls.push(`initgroups ${name} ${group}`);
      groups = [group];
    },
    setgroups(next) {
      self.calls.push(`setgroups ${next.join()}`);
      groups = [...next];
    },
    setgid(id) {
      self.calls.push(`setgid ${id}`);
      [gid, egid] = [id, id];
    },
    setuid(id) {
      if (!self.keepsWayBack) mayBe(id, uid);
      self.calls.push(`setuid ${id}`);
      if (!self.isLame) [uid, euid] = [id, id];
    },
    entry() {
      const name = NAMES[euid] ?? refuse("ERR_SYSTEM_ERROR");
      return { name, gid: euid };
    },
  };
  return self;
}

for (const [user, group, account] of [
  ["web", undefined, { uid: 33, gid: 33, name: "web" }],
  ["web", "staff", { uid: 33, gid: 50, name: "web" }],
  ["33", undefined, { uid: 33, gid: 33, name: "web" }],
  // A number that no name belongs to.
  ["4711", "50", { uid: 4711, gid: 50, name: undefined }],
  [undefined, "staff", { uid: 0, gid: 50, name: "root" }],
] as const) {
  test(`root asked to be ${user} of ${group} finds the numbers, and is root afterwards`, () => {
    const who = fake(0);
    assert.deepEqual(identityOf({ user, group }, who), { kind: "account", account });
    assert.equal(who.geteuid(), 0);
    assert.equal(who.getegid(), 0);
  });
}

for (const [uid, user, group, message] of [
  [0, "nobdy", undefined, "server.user: this machine knows no user nobdy"],
  [0, "web", "wbe", "server.group: this machine knows no group wbe"],
  [0, "4711", undefined, "server.group is missing: the user 4711 has no entry that names one"],
  [1000, "web", undefined, "server.user is web, and only root can become that: start it as root"],
  [
    1000,
    undefined,
    "staff",
    "server.group is staff, and only root can become that: start it as root",
  ],
  [1000, "nobdy", undefined, "server.user: this machine knows no user nobdy"],
] as const) {
  test(`user ${uid} asked to be ${user} of ${group} is told why not`, () => {
    assert.deepEqual(identityOf({ user, group }, fake(uid)), { kind: "problem", message });
  });
}

test("nobody has to become who they are, or when nothing is asked", () => {
  const asStarted = { kind: "as started" };
  assert.deepEqual(identityOf({ user: "alice", group: undefined }, fake(1000)), asStarted);
  assert.deepEqual(identityOf({ user: undefined, group: undefined }, fake(0)), asStarted);
});

test("where there are no users, being asked for one is a problem", () => {
  assert.deepEqual(identityOf({ user: "web", group: undefined }, "no users"), asProblem("user"));
  assert.deepEqual(identityOf({ user: undefined, group: "web" }, "no users"), asProblem("group"));
});

function asProblem(word: string): unknown {
  return { kind: "problem", message: `server.${word} means nothing on this system` };
}

test("groups go first, then the group, then the user", () => {
  const named = fake(0);
  become({ uid: 33, gid: 50, name: "web" }, named);
  assert.deepEqual(named.calls, ["initgroups web 50", "setgid 50", "setuid 33"]);
  const nameless = fake(0);
  become({ uid: 4711, gid: 50, name: undefined }, nameless);
  assert.deepEqual(nameless.calls, ["setgroups 50", "setgid 50", "setuid 4711"]);
});

test("a system that says yes and does nothing is found out", () => {
  const who = fake(0);
  who.isLame = true;
  assert.throws(() => become({ uid: 33, gid: 33, name: "web" }, who), /did not let us become/);
});

test("a way back to root is found out", () => {
  const who = fake(0);
  who.keepsWayBack = true;
  assert.throws(() => become({ uid: 33, gid: 33, name: "web" }, who), /could become root again/);
});

test("only root whom nobody asked to be somebody else remains root", () => {
  assert.equal(remainsRoot({ user: undefined }, fake(0)), true);
  assert.equal(remainsRoot({ user: "web" }, fake(0)), false);
  assert.equal(remainsRoot({ user: undefined }, fake(1000)), false);
  assert.equal(remainsRoot({ user: undefined }, "no users"), false);
});

const PROGRAM = fileURLToPath(new URL("../support/become.js", import.meta.url));

async function becomes(t: TestContext, user: string, group: string): Promise<unknown> {
  if (process.platform !== "linux" || process.geteuid?.() !== 0) {
    t.skip("only root on Linux can become somebody else and look");
    return undefined;
  }
  const { code, stdout, stderr } = await runTool(process.execPath, [PROGRAM, user, group]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout.toString());
}

/** Real, effective, saved, and that of the file system. */
function four(id: number | string): string {
  return [id, id, id, id].join("\t");
}

test("a real process is nobody afterwards, on every thread and for good", async (t) => {
  const entry = /^nobody:[^:]*:([0-9]+):([0-9]+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  const [, uid = "", gid = ""] = entry ?? [];
  const said = await becomes(t, "nobody", "-");
  if (said === undefined) return;
  assert.deepEqual(said, {
    kind: "account",
    uids: four(uid),
    gids: four(gid),
    groups: gid,
    capabilities: "0000000000000000",
    shadow: "EACCES",
  });
});

test("a number without a name will do, with a group", async (t) => {
  const said = await becomes(t, "54321", "54322");
  if (said === undefined) return;
  assert.deepEqual(said, {
    kind: "account",
    uids: four(54_321),
    gids: four(54_322),
    groups: "54322",
    capabilities: "0000000000000000",
    shadow: "EACCES",
  });
});
