// R04: listings, and what a directory is answered with. One responsive page stands for the desktop
// and the mobile one of the original.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { configText, startProgram } from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const INDICES = "index_names: [index.html, index.htm, index.shtml]";
const TREE = { "x/index.htm": "the index\n", "x/a.txt": "a", "y/b.txt": "b" };

const program = await startProgram(
  { after },
  {
    config: configText(
      `  errors_dir: errors
file_systems:
  box: {kind: disk, root: box, writable: true}
  two: {kind: disk, root: two}
routes:
  - {path: /neither/, files: two, index: true, ${INDICES}}
  - {path: /no-indices/, files: two, index: true, index_names: []}
  - {path: /no-listings/, files: two, index: false, ${INDICES}}
  - {path: /both/, files: two, index: false, index_names: []}
  - {path: /archived/, files: two, archives: true}
  - {path: /box/, files: box}
  - {path: /lent/, files: box, writable: false}
  - {path: /silent/, files: box, index: false}
`,
      "  index: true\n  clean_urls: true\n",
    ),
    files: {
      ...Object.fromEntries(Object.entries(TREE).map(([name, text]) => [`two/${name}`, text])),
      "www/list/b.txt": "b".repeat(17_600),
      "www/list/A.txt": "A",
      "www/list/10.txt": "",
      "www/list/9.txt": "",
      "www/list/zoo/x": "",
      "www/list/Ant/x": "",
      'www/list/say "hi" <b>.txt': "",
      "www/page.html": "html\n",
      "www/old.htm": "htm\n",
      "www/older.shtml": "shtml\n",
      "www/has.txt": "as it is\n",
      "box/a.txt": "a",
      "errors/404.html": "<title>{{CODE}}</title>our own page\n",
    },
  },
);

const get = (path: string, fields: Record<string, string> = {}) =>
  fetchRaw(program, ask(path, fields));
const pageOf = async (path: string, fields = {}) => (await get(path, fields)).body.toString();

const NAMES = ["Ant/", "zoo/", "9.txt", "10.txt", "A.txt", "b.txt", "say%20%22hi%22%20%3Cb%3E.txt"];

for (const agent of ["curl/8", "Mozilla/5.0 (Linux; Android 14; Mobile)", "something mobi"]) {
  test(`R04 a listing sorts directories first, then names without regard to case, for ${agent}`, async () => {
    const page = await pageOf("/list/", { "User-Agent": agent });
    const hrefs = Array.from(page.matchAll(/href="\.\/([^"]*)"/g), ([, href]) => href);
    assert.deepEqual(hrefs, NAMES);
    assert.match(page, /<meta name="viewport" content="width=device-width/);
  });
}

test("R04 a row has its name without quotes as its id, and the exact size as its title", async () => {
  const page = await pageOf("/list/");
  assert.ok(page.includes('<tr id="say _hi_ &lt;b&gt;.txt">'), page);
  assert.ok(page.includes('<span title="17600 bytes">17 KiB</span>'));
  assert.match(page, /<time datetime="\d{4}-\d\d-\d\dT[\d:]+Z">/);
  assert.ok(page.includes('<a href="../">Parent directory</a>'));
  assert.ok(!(await pageOf("/neither/")).includes('href="../"'));
});

for (const [route, withIndex, without] of [
  ["neither", "index", "listing"],
  ["no-indices", "listing", "listing"],
  ["no-listings", "index", 403],
  ["both", 403, 403],
] as const) {
  for (const [directory, expected] of [
    ["x", withIndex],
    ["y", without],
  ] as const) {
    test(`R04 /${route}/${directory}/ is answered with: ${expected}`, async () => {
      const answer = await get(`/${route}/${directory}/`);
      const text = answer.body.toString();
      if (expected === "index") assert.equal(text, "the index\n");
      else if (expected === "listing") assert.match(text, /Index of /);
      assert.equal(answer.status, typeof expected === "number" ? expected : 200);
    });
  }
}

test("R04 a directory without its slash leads to it, and the query stays", async () => {
  const answer = await get("/neither/x?a=1");
  assert.deepEqual([answer.status, answer.fields.get("location")], [301, "/neither/x/?a=1"]);
});

for (const [path, status, text] of [
  ["/page", 200, "html\n"],
  ["/old", 200, "htm\n"],
  ["/older", 200, "shtml\n"],
  ["/older.shtml", 308, ""],
  ["/has", 404, "<title>404</title>our own page\n"],
  ["/nope", 404, "<title>404</title>our own page\n"],
] as const) {
  test(`R04 ${path} is ${status}`, async () => {
    const answer = await get(path);
    // Whoever sits at this machine is told why, too.
    const shown = answer.body.toString().replace(/<p class="why">.*<\/p>\n/, "");
    assert.deepEqual([answer.status, shown], [status, text]);
  });
}

test("R04 archives of a directory are offered where the route makes them", async () => {
  assert.match(await pageOf("/archived/y/"), /<a href="\?archive=zip" download>zip<\/a>/);
  assert.doesNotMatch(await pageOf("/neither/y/"), /archive/);
  const answer = await get("/archived/y/?archive=zip");
  assert.deepEqual([answer.status, answer.body.subarray(0, 2).toString()], [200, "PK"]);
});

test("R04 a listing can change things where its route lets files be changed, and only there", async () => {
  const open = await get("/box/");
  assert.match(open.body.toString(), /<form class="upload" method="post"/);
  assert.equal(open.fields.get("cache-control"), "no-store");
  assert.match(open.fields.get("content-security-policy") ?? "", /script-src 'sha256-/);
  for (const path of ["/lent/", "/list/"]) assert.doesNotMatch(await pageOf(path), /<form|<script/);
});

const form = (path: string, fields: Record<string, string>, body: string) =>
  fetchRaw(
    program,
    ask(
      path,
      {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": `${body.length}`,
        ...fields,
      },
      "POST",
    ) + body,
  );

test("R04 forms of other sites are refused, and so are those that do not say whose they are", async () => {
  for (const fields of [
    {},
    { Origin: "http://evil.example" },
    { "Sec-Fetch-Site": "cross-site" },
  ]) {
    assert.equal((await form("/box/", { ...fields }, "create=evil")).status, 403);
  }
  assert.equal((await get("/box/evil/")).status, 404);
});

test("R04 a form leads back to the listing, which shows what has changed, at once", async () => {
  const answer = await form("/box/", { "Sec-Fetch-Site": "same-origin" }, "create=made+here");
  assert.deepEqual([answer.status, answer.fields.get("location")], [303, "/box/#made%20here"]);
  const cookie = answer.fields.get("set-cookie")?.split(";")[0] ?? "";
  const page = await pageOf("/box/", { Cookie: cookie });
  assert.match(page, /<p class="good">Created: .made here.\.<\/p>/u);
  assert.ok(page.includes('<tr id="made here"'));
});

for (const path of ["/lent/", "/silent/", "/list/"]) {
  test(`R04 ${path} takes no forms`, async () => {
    const { status } = await form(path, { "Sec-Fetch-Site": "same-origin" }, "create=x");
    assert.ok([403, 405].includes(status), `${status}`);
    assert.equal((await get("/box/x/")).status, 404);
  });
}
