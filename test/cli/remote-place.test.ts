import assert from "node:assert/strict";
import { test } from "node:test";
import { remotePlaceOf } from "../../src/cli/remote-place.ts";

const URL_THERE = "https://ann@files.test:8443/vfs";

for (const [name, operands, files, paths] of [
  ["ls", [URL_THERE], [], ["/"]],
  ["ls", [URL_THERE, "/a", "b/c"], [], ["/a", "/b/c"]],
  ["cat", [URL_THERE, "../a//b/./c"], [], ["/a/b/c"]],
  ["put", ["x", "y", URL_THERE, "/in/"], ["x", "y"], ["/in/"]],
  ["put", ["-", URL_THERE, "."], ["-"], ["/"]],
  ["rm", [URL_THERE, "/"], [], ["/"]],
] as const) {
  test(`ferrox ${name} ${operands.join(" ")}`, () => {
    const place = remotePlaceOf(name, operands);
    assert.ok(typeof place !== "string", String(place));
    assert.equal(place.url.href, "https://files.test:8443/vfs");
    assert.equal(place.user, "ann");
    assert.deepEqual(place.files, files);
    assert.deepEqual(
      place.paths.map(({ path, isDirectory }) => path + (isDirectory && path !== "/" ? "/" : "")),
      paths,
    );
  });
}

test("a user's name is decoded, and need not be there", () => {
  const place = remotePlaceOf("ls", ["https://a%40b@h/"]);
  assert.ok(typeof place !== "string");
  assert.equal(place.user, "a@b");
  const nobody = remotePlaceOf("ls", ["https://h/"]);
  assert.ok(typeof nobody !== "string");
  assert.equal(nobody.user, undefined);
});

for (const [name, operands, message] of [
  ["ls", [], /^which server\? ferrox ls https:/],
  ["cat", ["/a"], /^which server\? ferrox cat https:/],
  ["cat", [URL_THERE], /^which path there\? ferrox cat/],
  ["cat", ["/a", URL_THERE], /^the server comes first; what is \/a\?/],
  ["put", [URL_THERE, "/a"], /^which file\? ferrox put FILE/],
  ["put", ["a", URL_THERE], /^which path there\?/],
  ["put", ["a", URL_THERE, "/a", "/b"], /^put takes one path there; what is \/b\?/],
  ["ls", ["http://h/"], /^files go over https only/],
  ["ls", ["ftp://h/"], /not an https URL/],
  ["ls", ["https://"], /^https:\/\/ is no URL$/],
  ["ls", ["https://a:b@h/"], /^a password in the command line can be seen/],
  ["ls", ["https://%ff@h/"], /is no URL$/],
  ["ls", ["https://h/?q"], /query or a fragment/],
  ["ls", [URL_THERE, ""], /^ is no path$/],
  ["ls", [URL_THERE, "/a", "a\0b"], /^a\\x00b is no path$/],
] as const) {
  test(`ferrox ${name} ${operands.join(" ")} makes no sense: ${message.source}`, () => {
    const place = remotePlaceOf(name, operands);
    assert.ok(typeof place === "string");
    assert.match(place, message);
  });
}
