import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { filledTemplate, loadErrorTemplates } from "../../src/handlers/error-templates.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { watched } from "../support/request.ts";

describe("loading", () => {
  test("takes error.html and pages named by a status, and leaves the rest", async () => {
    const { fileSystem, openFiles } = watched(
      memoryFileSystem({
        "/error.html": "any",
        "/404.html": "nothing",
        "/503.html": "later",
        "/200.html": "no error",
        "/4040.html": "no status",
        "/style.css": "",
        "/500.html/x": "a directory",
      }),
    );
    const { general, byStatus } = await loadErrorTemplates(fileSystem);
    assert.equal(general, "any");
    assert.deepEqual(
      new Map([...byStatus].sort()),
      new Map([
        [404, "nothing"],
        [503, "later"],
      ]),
    );
    assert.equal(openFiles(), 0);
  });

  test("an empty folder has none", async () => {
    const { general, byStatus } = await loadErrorTemplates(memoryFileSystem());
    assert.equal(general, undefined);
    assert.equal(byStatus.size, 0);
  });

  test("a page that is too long is refused by name, and closed", async () => {
    const { fileSystem, openFiles } = watched(
      memoryFileSystem({ "/404.html": Buffer.alloc(256 * 1024 + 1) }),
    );
    await assert.rejects(loadErrorTemplates(fileSystem), /404\.html/);
    assert.equal(openFiles(), 0);
  });
});

describe("filling", () => {
  const words = { status: 404, message: "Not Found", why: undefined, requestId: "" };

  test("code and message stand wherever they are named", () => {
    assert.equal(
      filledTemplate("{{CODE}} {{MESSAGE}} {{CODE}} {{OTHER}}", words),
      "404 Not Found 404 {{OTHER}}",
    );
  });

  test("the request's number stands where the template says, escaped, or nowhere", () => {
    const template = "<body>[{{REQUEST_ID}}]</body>";
    assert.equal(filledTemplate(template, words), "<body>[]</body>");
    assert.equal(filledTemplate(template, { ...words, requestId: "a<b" }), "<body>[a&lt;b]</body>");
  });

  test("strangers see nothing of the reason", () => {
    assert.equal(filledTemplate("<body>{{WHY}}</body>", words), "<body></body>");
  });

  test("the reason stands where it is named, escaped", () => {
    assert.equal(
      filledTemplate("<body>{{WHY}}<hr></body>", { ...words, why: "no <b>" }),
      '<body><p class="why">no &lt;b&gt;</p>\n<hr></body>',
    );
  });

  test("where it is not named it stands at the end of the body", () => {
    assert.equal(
      filledTemplate("<BODY>x</BODY></html>", { ...words, why: "no" }),
      '<BODY>x<p class="why">no</p>\n</BODY></html>',
    );
    assert.equal(filledTemplate("x", { ...words, why: "no" }), 'x<p class="why">no</p>\n');
  });

  test("what was put in is not looked at again", () => {
    assert.equal(
      filledTemplate("{{WHY}}{{CODE}}", { ...words, why: "{{CODE}} {{WHY}} $& $1" }),
      '<p class="why">{{CODE}} {{WHY}} $&amp; $1</p>\n404',
    );
  });
});
