import assert from "node:assert/strict";
import { test } from "node:test";
import { globOf, parseGlob } from "../../src/base/glob.ts";
import { randomFrom } from "../support/random.ts";

for (const [glob, matching, others] of [
  ["/a.txt", ["/a.txt"], ["/b.txt", "/x/a.txt", "/a.txt/", "/A.txt", "/a.txtx"]],
  ["a.txt", ["/a.txt", "/x/a.txt", "/x/y/a.txt"], ["/ba.txt", "/a.txt/x"]],
  ["*.html", ["/a.html", "/x/y/a.html", "/.html"], ["/a.html/x", "/a.htm", "/"]],
  ["/*.html", ["/a.html"], ["/x/a.html"]],
  ["/*", ["/", "/a"], ["/a/", "/a/b"]],
  ["/img/*/x.png", ["/img/a/x.png", "/img/a.b/x.png"], ["/img/x.png", "/img/a/b/x.png"]],
  ["img/*.png", ["/img/a.png", "/x/img/a.png"], ["/img/x/a.png", "/myimg/a.png"]],
  ["/assets/**", ["/assets/", "/assets/a", "/assets/a/b", "/assets/a/"], ["/assets", "/assetsx"]],
  ["**", ["/", "/a", "/a/b/"], []],
  ["/**", ["/", "/a", "/a/b/"], []],
  ["/a/**/z", ["/a/z", "/a/b/z", "/a/b/c/z", "/a/z/z"], ["/a/bz", "/az", "/a/z/y"]],
  ["/**/b/**/d", ["/b/d", "/a/b/c/d", "/b/b/d/d"], ["/d/b", "/b/d/e"]],
  ["/docs/", ["/docs/"], ["/docs", "/docs/x"]],
  ["/a?c", ["/abc", "/a?c", "/a\u{1F98A}c"], ["/ac", "/abbc", "/a/c"]],
  ["/{a,b}.js", ["/a.js", "/b.js"], ["/c.js", "/a,b.js"]],
  ["*.{jpg,png}", ["/x/a.jpg", "/a.png"], ["/a.gif"]],
  ["/{img,media/**}/{a,b}*", ["/img/a1", "/media/x/y/b", "/media/a"], ["/img/x/a", "/img/c"]],
  ["/x{,y}", ["/x", "/xy"], ["/xyy"]],
  ["*a*b*c", ["/abc", "/xaxbxc", "/a/zabbc"], ["/acb", "/abcd"]],
  ["/gr\u00fc\u00dfe*", ["/gr\u00fc\u00dfe.html"], ["/GR\u00dc\u00dfE"]],
  // An encoded slash stands inside its segment (http/percent.ts).
  ["/a/*", ["/a/b\udc2fc"], []],
  ["/a.b+c(d)^$|", ["/a.b+c(d)^$|"], ["/aXb+c(d)^$|"]],
] as const) {
  test(`${glob} matches ${matching.join(" ") || "nothing"}, not ${others.join(" ") || "less"}`, () => {
    const { matches } = globOf(glob);
    for (const path of matching) assert.ok(matches(path), path);
    for (const path of others) assert.ok(!matches(path), path);
  });
}

for (const [glob, message, hint] of [
  ["", "is empty", "** stands for every path"],
  ["a".repeat(257), "has more than 256 characters", undefined],
  ["!*.html", "cannot be turned round with !", "rules go in order"],
  ["/[ab].js", "has no use for [", "? is any one character"],
  ["/a\\*", "has no use for \\", "? is any one character"],
  ["/a\nb", "holds a control character", undefined],
  ["/a%20b", "is held against decoded paths", "write the character itself, not its %-form"],
  ["/{a,b", "has a { or } that stands alone, or one inside another", undefined],
  ["/a}b", "has a { or } that stands alone, or one inside another", undefined],
  ["/{a,{b,c}}", "has a { or } that stands alone, or one inside another", undefined],
  ["/{a,b}".repeat(7), "stands for 128 globs; at most 64 are allowed", undefined],
  ["/a**", "has ** beside other characters", "** stands alone between two slashes"],
  ["/***", "has ** beside other characters", "** stands alone between two slashes"],
  ["/{a,b*}*", "has ** beside other characters", "** stands alone between two slashes"],
  ["/a/../b", 'holds a segment "." or "..", which no path has', undefined],
  ["/a//b", "holds //, which no path does", undefined],
] as const) {
  test(`${JSON.stringify(glob.slice(0, 24))} ${message}`, () => {
    assert.deepEqual(parseGlob(glob), { kind: "fault", message, hint });
  });
}

test("a faulty glob cannot be used", () => {
  assert.throws(() => globOf("/[ab]"), /the glob \/\[ab\] has no use for \[/);
});

// A matcher that tries every way in turn would not come back from any of these.
test("no path can make matching slow", () => {
  const segment = `${"a".repeat(4000)}b`;
  assert.ok(!globOf(`/${"a*".repeat(100)}c`).matches(`/${segment}`));
  assert.ok(!globOf(`/${"**/a/".repeat(50)}c`).matches(`/${"a/".repeat(4000)}b`));
  assert.ok(!globOf(`/${"**/*a*/".repeat(36)}c`).matches(`/${"aa/".repeat(2700)}b`));
  assert.ok(globOf(`/${"*a".repeat(100)}*`).matches(`/${segment}`));
});

/** The meaning of a glob written down as plainly as it can be; slow, and only for short ones. */
function means(glob: readonly string[], path: readonly string[]): boolean {
  const [first, ...others] = glob;
  if (first === undefined) return path.length === 0;
  if (first === "**") {
    const least = others.length === 0 ? 1 : 0;
    for (let taken = least; taken <= path.length; taken++) {
      if (means(others, path.slice(taken))) return true;
    }
    return false;
  }
  const [text, ...rest] = path;
  return text !== undefined && meansSegment(first, text) && means(others, rest);
}

function meansSegment(glob: string, text: string): boolean {
  if (glob === "") return text === "";
  const others = glob.slice(1);
  if (glob.startsWith("*")) {
    return meansSegment(others, text) || (text !== "" && meansSegment(glob, text.slice(1)));
  }
  const isFit = text !== "" && (glob.startsWith("?") || glob[0] === text[0]);
  return isFit && meansSegment(others, text.slice(1));
}

test("ten thousand random globs mean what the plain definition says", () => {
  const random = randomFrom(7);
  const textOf = (choices: readonly [string, ...string[]], lengthMax: number) =>
    Array.from({ length: random.below(lengthMax + 1) }, () => random.pick(choices)).join("");
  let matching = 0;
  for (let round = 0; round < 10_000; round++) {
    const glob = Array.from({ length: 1 + random.below(4) }, () =>
      random.pick(["**", "a", "*", textOf(["a", "b", "*", "?"], 4)]).replace(/\*{2,}./g, "*a"),
    );
    const text = `/${glob.join("/")}`;
    if (parseGlob(text).kind === "fault") continue;
    const path = Array.from({ length: 1 + random.below(5) }, () => textOf(["a", "b"], 3));
    const expected = means(glob, path);
    if (expected) matching++;
    assert.equal(
      globOf(text).matches(`/${path.join("/")}`),
      expected,
      `${text} /${path.join("/")}`,
    );
  }
  assert.ok(matching > 500, `${matching} matched`);
});
