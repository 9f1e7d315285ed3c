// The field If of WebDAV: what can be read says the same when it is written again, and nothing takes
// long or throws.

import assert from "node:assert/strict";
import { type ConditionList, parseIf, tokensIn } from "../../../src/handlers/webdav/if-header.ts";
import { formatEntityTag } from "../../../src/http/entity-tag.ts";
import { type Material, mutated, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const MATERIAL: Material = {
  corpus: [
    "(<urn:uuid:58f202ac-22cf-11d1-b12d-002035b29092>)",
    '(<urn:a> ["etag"]) (Not <DAV:no-lock> [W/"b"])',
    '</a/b> (<urn:a>) (Not ["])("]) <http://h:80/c> (<urn:b>)',
    '(Not<urn:a>Not["x"])(["y"])',
  ],
  words: [
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    '"',
    "Not",
    "not ",
    "W/",
    "<urn:a>",
    '["x"]',
    " ",
    "\t",
    "()",
    "<>",
  ],
  codeMax: 255,
};

const fieldOf = (seed: number) => mutated(randomOf(seed), MATERIAL);

export const davIfTarget: FuzzTarget = {
  name: "dav-if",
  shown: (seed) => JSON.stringify(fieldOf(seed)),
  run(seed) {
    const lists = parseIf(fieldOf(seed));
    if (lists === undefined) return;
    assert.ok(lists.length > 0 && lists.every(({ conditions }) => conditions.length > 0), "empty");
    assert.deepEqual(parseIf(writtenAgain(lists)), lists);
    for (const token of tokensIn(lists)) assert.match(token, /^[^<>\s]+$/u);
  },
};

function writtenAgain(lists: readonly ConditionList[]): string {
  return lists
    .map(({ resource, conditions }) => {
      const said = conditions.map((condition) => {
        const not = condition.isNegated ? "Not " : "";
        const { kind } = condition;
        return (
          not + (kind === "token" ? `<${condition.token}>` : `[${formatEntityTag(condition.tag)}]`)
        );
      });
      return `${resource === undefined ? "" : `<${resource}> `}(${said.join(" ")})`;
    })
    .join(" ");
}
