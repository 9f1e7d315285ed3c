import assert from "node:assert/strict";
import { test } from "node:test";
import { listText } from "../../src/probe/list.ts";
import { REPORT } from "./results-example.ts";

test("the list names every case with its rule", () => {
  const [group] = REPORT.groups;
  assert.ok(group !== undefined);
  assert.equal(
    listText([{ ...group, cases: group.cases.slice(0, 2) }], 80),
    `Host (2)
  host/kept  must  RFC 9112, 3
      The rule of kept is kept.
  host/broken  must  RFC 9112, 3
      The rule of broken is kept.
`,
  );
});
