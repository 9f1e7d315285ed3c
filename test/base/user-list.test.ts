import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUserList, userNameFault } from "../../src/base/user-list.ts";

const HASH = "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC";
const names = (text: string) => parseUserList(text).users.map(({ name, line }) => [name, line]);

test("each line is a user; empty ones and remarks are for people", () => {
  const text = `# who may\n\nalice:${HASH}\r\n  \nbob smith:${HASH}:remark\nzoë:${HASH}  `;
  assert.deepEqual(parseUserList(text).faults, []);
  assert.deepEqual(names(text), [
    ["alice", 3],
    ["bob smith", 5],
    ["zoë", 6],
  ]);
});

test("a byte order mark belongs to nobody's name", () => {
  assert.deepEqual(names(`\ufeffalice:${HASH}`), [["alice", 1]]);
});

test("a name is the same however its letters were typed", () => {
  assert.deepEqual(names(`zoe\u0308:${HASH}`), [["zo\u00eb", 1]]);
});

for (const [line, message] of [
  ["secret", "has no colon between a name and a hash"],
  [`:${HASH}`, "has a user without a name"],
  [` alice:${HASH}`, "has a user whose name begins or ends with a space, or begins with #"],
  [`a\u0001b:${HASH}`, "has a user with a control character in his name"],
  [`${"x".repeat(256)}:${HASH}`, "has a user whose name is longer than 255 bytes"],
  ["alice:secret", "has what is neither a hash of scrypt nor one of bcrypt"],
] as const) {
  test(`a line that ${message.slice(0, 50)} is told by its number`, () => {
    assert.deepEqual(parseUserList(`# first\n${line}\n`).faults, [{ line: 2, message }]);
  });
}

test("somebody who stands there twice has two passwords, and is refused", () => {
  const { users, faults } = parseUserList(`alice:${HASH}\nalice:${HASH}\n`);
  assert.equal(users.length, 1);
  assert.deepEqual(faults, [{ line: 2, message: "names a user who stands in line 1 already" }]);
});

test("a name with a colon could never be sent", () => {
  assert.match(userNameFault("a:b") ?? "", /colon/);
  assert.equal(userNameFault("a b@c.example"), undefined);
});
