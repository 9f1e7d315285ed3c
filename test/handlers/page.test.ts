import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { pageHtml, pagePolicy } from "../../src/handlers/page.ts";

const STYLE = "h1{color:red}";

test("the title is text", () => {
  assert.ok(
    pageHtml({ title: "</title>", body: "", style: "" }).includes("&lt;/title&gt;</title>"),
  );
});

test("the policy fits the style that the page really has", () => {
  const html = pageHtml({ title: "t", body: "<h1>x</h1>", style: STYLE });
  const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  const [name, value] = pagePolicy(STYLE);
  assert.equal(name, "Content-Security-Policy");
  assert.ok(value.includes(`style-src 'sha256-${hash}'`));
});

test("nothing is loaded from anywhere", () => {
  const html = pageHtml({ title: "t", body: "", style: STYLE });
  const urls = Array.from(html.matchAll(/(?:href|src)="([^"]*)"/g), ([, url]) => url);
  assert.deepEqual(urls, ["data:,"]);
  assert.doesNotMatch(html, /url\(|@import|<script/);
});
