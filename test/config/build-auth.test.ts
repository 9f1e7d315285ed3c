import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuthRule } from "../../src/handlers/auth-rules.ts";
import { configOf, lines, problemsOf, read } from "./support.ts";

const HASH = "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC";
const USERS = `users: {alice: "${HASH}", bob: "${HASH}"}`;

function rulesOf(yaml: string): readonly AuthRule[] {
  return configOf(`server: {addr: localhost}\npaths: {serve_dir: www}\n${yaml}`).auth;
}

/** "read users:4" */
function grantsOf(rule: AuthRule | undefined): string[] {
  assert.ok(rule !== undefined);
  return (["read", "list", "write"] as const).map((verb) => {
    const { who, origin } = rule.grants[verb];
    const whom = who.kind === "names" ? who.names.join() : who.kind;
    return `${verb} ${whom}:${origin.replace("ferrox.yml:", "")}`;
  });
}

test("a rule that says nothing more is for users, in all ways", () => {
  const [rule, ...rest] = rulesOf(`auth:\n  - {path: /secret/, ${USERS}}\n`);
  assert.deepEqual(rest, []);
  assert.deepEqual(grantsOf(rule), ["read users:4", "list users:4", "write users:4"]);
  assert.deepEqual(
    [rule?.path, rule?.host, rule?.realm, rule?.insecure, rule?.asksItself],
    ["/secret", undefined, "Ferrox", false, false],
  );
  assert.deepEqual(rule?.users, {
    named: [
      ["alice", HASH],
      ["bob", HASH],
    ],
    diskPath: undefined,
  });
});

test("without a word of its own, list is as read; write is for users", () => {
  const [rule] = rulesOf(`auth:\n  - {path: /, ${USERS}, read: anyone}\n`);
  assert.deepEqual(grantsOf(rule), ["read anyone:4", "list anyone:4", "write users:4"]);
});

test("what a rule leaves out it has from the rule above, word by word", () => {
  const rules = rulesOf(`auth:
  - {path: /, ${USERS}, realm: all, read: anyone, write: [alice], insecure: true}
  - {path: /a/b, list: nobody}
  - {path: /a, read: users}
  - {path: /ab, realm: other, insecure: false}
`);
  assert.deepEqual(
    rules.map(({ path }) => path),
    ["", "/a", "/a/b", "/ab"],
  );
  assert.deepEqual(grantsOf(rules[2]), ["read users:6", "list nobody:5", "write alice:4"]);
  assert.deepEqual(grantsOf(rules[3]), ["read anyone:4", "list anyone:4", "write alice:4"]);
  assert.deepEqual(
    rules.map(({ realm, insecure }) => `${realm} ${insecure}`),
    ["all true", "all true", "all true", "other false"],
  );
  assert.equal(new Set(rules.map(({ users }) => users)).size, 1);
});

test("a host's rules stand below those of any host with the same or a shorter path", () => {
  const rules = rulesOf(`auth:
  - {path: /a, ${USERS}, read: anyone}
  - {host: h.example, path: /a/b, write: nobody}
  - {host: h.example, path: /, read: nobody, list: nobody, write: nobody}
`);
  const own = rules.find(({ path }) => path === "/a/b");
  assert.deepEqual(grantsOf(own), ["read nobody:6", "list nobody:6", "write nobody:5"]);
  assert.ok(own?.users !== undefined);
});

test("a route says it of its own path, and none opens it", () => {
  const rules = rulesOf(`routes:
  - {path: /, files: site, auth: {${USERS}}}
  - {path: /pub/, files: site, auth: none}
`);
  assert.deepEqual(grantsOf(rules[0]), ["read users:4", "list users:4", "write users:4"]);
  assert.deepEqual(grantsOf(rules[1]), ["read anyone:5", "list anyone:5", "write anyone:5"]);
  assert.equal(rules[1]?.users, rules[0]?.users);
});

test("rules with the same users know the same people, others do not", () => {
  const rules = rulesOf(`auth:
  - {path: /a, users_file: users}
  - {path: /b, users_file: ./users}
  - {path: /c, users_file: others}
`);
  assert.equal(rules[0]?.users?.diskPath, "/etc/ferrox/users");
  assert.equal(rules[0]?.users, rules[1]?.users);
  assert.notEqual(rules[0]?.users, rules[2]?.users);
});

test("without rules there are none", () => {
  assert.deepEqual(rulesOf(""), []);
});

for (const [name, yaml, problem] of [
  [
    "users are asked for, but nobody is known",
    "auth:\n  - {path: /a, read: users}\n",
    "4:5 auth[0]: asks for users, but nobody is known here",
  ],
  [
    "a path has two rules",
    `auth:\n  - {path: /a, ${USERS}}\n  - {path: /a/, ${USERS}}\n`,
    "5:5 auth[1]: /a has a rule already, in ferrox.yml:4",
  ],
  [
    "a route and the list speak of one path",
    `routes:\n  - {path: /, files: site, auth: none}\nauth:\n  - {path: /, ${USERS}}\n`,
    "6:5 auth[0]: / has a rule already, in ferrox.yml:4",
  ],
  [
    "a path has blanks",
    `auth:\n  - {path: "/:x", ${USERS}}\n`,
    "4:5 auth[0]: is about a path with blanks",
  ],
  [
    "a word is wrong",
    `auth:\n  - {path: /a, ${USERS}, raed: users}\n`,
    "4:165 auth[0].raed: unknown key",
  ],
  [
    "one user is no list",
    `auth:\n  - {path: /a, ${USERS}, read: alice}\n`,
    '4:171 auth[0].read: expected anyone, users, nobody, or a list of names, got "alice"',
  ],
  [
    "a password stands where its hash should",
    "auth:\n  - {path: /a, users: {alice: secret}}\n",
    "4:31 auth[0].users.alice: is neither a hash of scrypt nor one of bcrypt",
  ],
  [
    "a route's auth is something else",
    "routes:\n  - {path: /, files: site, auth: yes}\n",
    '4:34 routes[0].auth: expected none, or keys and values, got "yes"',
  ],
] as const) {
  test(`it is told when ${name}`, () => {
    const text = `server: {addr: localhost}\npaths: {serve_dir: www}\n${yaml}`;
    assert.deepEqual(problemsOf(text), [problem]);
  });
}

test("a name that no user has is a slip, and told as one", () => {
  const text = `server: {addr: localhost}\nauth:\n  - {path: /a, ${USERS}, read: [alice, bop]}\n`;
  assert.deepEqual(lines(read(text)), ['3:179 auth[0].read[1]: no user is called "bop"']);
});

test("a password that stands in the file by mistake is in no message", () => {
  const result = read("auth:\n  - {path: /a, users: {alice: hunter2}}\n");
  assert.ok(result.kind === "problems");
  assert.ok(!lines(result).join("\n").includes("hunter2"));
});
