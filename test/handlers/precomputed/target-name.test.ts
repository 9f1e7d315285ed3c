import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOfTarget } from "../../../src/handlers/precomputed/target-name.ts";

for (const [target, name] of [
  ["/", "il7asoJjJEMhngUeSt4tHVu8Zxx4EFG_FDeJfL3-oPE"],
  ["/robots.txt", "ra2hMXUyoovr9j_m7b6j5D3GfYAtB8WDld5xszNqeaM"],
  ["/a%20b", "OV5BmCYxdGTIBvJRv0sGYq1rlxZGtSKYNMRneN_s7ek"],
  ["/x?y=1", "oNpukkF-M6vmnyCx-oA563DJlfYwq-xmsbIee1VolUA"],
] as const) {
  test(`${target} is ${name}`, () => {
    assert.equal(nameOfTarget(target), name);
  });
}
