import assert from "node:assert/strict";
import { test } from "node:test";
import { LISTING_SCRIPT, scriptOf } from "../../../src/handlers/listing-script/script.ts";

test("the script is whole: a program, with nothing of types or modules left in it", () => {
  assert.doesNotMatch(LISTING_SCRIPT, /\b(import|export|interface)\b.*from|\bdeclare\b/);
  assert.ok(LISTING_SCRIPT.endsWith("startListing();\n})();\n"));
  // Parsed, and not run: it wants a page.
  assert.equal(typeof new Function(LISTING_SCRIPT), "function");
});

test("every function that is called is sent along", () => {
  const called = new Set(
    Array.from(LISTING_SCRIPT.matchAll(/(?<![.\w])([a-z]\w+)\(/g), ([, name = ""]) => name),
  );
  const own = new Set(
    Array.from(LISTING_SCRIPT.matchAll(/\bfunction (\w+)\(|\b(\w+) = (?:async )?\(/g), (found) => {
      return found[1] ?? found[2] ?? "";
    }),
  );
  const missing = [...called].filter((name) => !own.has(name) && !KNOWN.has(name));
  assert.deepEqual(missing, []);
});

/** What the language and the browser bring, and methods where they are written. */
const KNOWN = new Set(
  "if for while switch catch fetch addEventListener encodeURIComponent decodeURIComponent resolve"
    .split(" ")
    .concat("function await return act stop onSent onStart answered onprogress onload".split(" ")),
);

test("nothing in it ends it before its end", () => {
  assert.doesNotMatch(LISTING_SCRIPT, /<\/script|<!--/i);
  assert.throws(() => scriptOf([() => "</script>"], "x"), /would end it/);
  assert.throws(() => scriptOf(["text"], "x"), /only functions/);
});

test("it makes no markup of text", () => {
  assert.doesNotMatch(
    LISTING_SCRIPT,
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b/,
  );
});
