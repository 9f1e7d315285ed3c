import assert from "node:assert/strict";
import { test } from "node:test";
import { attachment } from "../../src/http/disposition.ts";

for (const [name, plain, exact] of [
  ["docs.zip", "docs.zip", "docs.zip"],
  ["a b.tar", "a b.tar", "a%20b.tar"],
  ["été.zip", "_t_.zip", "%C3%A9t%C3%A9.zip"],
  ["東京.zip", "__.zip", "%E6%9D%B1%E4%BA%AC.zip"],
  ['q"u\\o%.zip', "q_u_o_.zip", "q%22u%5Co%25.zip"],
  ["new\r\nline.zip", "new__line.zip", "new%0D%0Aline.zip"],
  ["raw\udcff.zip", "raw_.zip", "raw_.zip"],
  ["🐯.zip", "_.zip", "%F0%9F%90%AF.zip"],
  ["it's (1)*.zip", "it's (1)*.zip", "it%27s%20%281%29%2A.zip"],
] as const) {
  test(`${JSON.stringify(name)} is offered for saving`, () => {
    assert.deepEqual(attachment(name), [
      "Content-Disposition",
      `attachment; filename="${plain}"; filename*=UTF-8''${exact}`,
    ]);
  });
}
