import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteConfig } from "../../src/config/config.ts";
import { configOf, lines, problemsOf, read } from "./support.ts";

function routesOf(text: string): string[] {
  return configOf(text).routes.map(({ host = "*", path, action }) => {
    return `${host}${path} ${whatOf(action)}`;
  });
}

function whatOf(action: RouteConfig["action"]): string {
  if (action.kind === "files") return action.fileSystem;
  if (action.kind === "redirect") return `${action.status} ${action.to}`;
  if (action.kind === "vfs_https") return `lends ${action.fileSystem} ${action.writeAtBytesMax}`;
  if (action.kind === "precomputed") return `${action.mode} answers of ${action.root}`;
  return action.kind === "health" ? `health ${action.of}` : action.kind;
}

const MEMORY = "file_systems: {m: {kind: memory}}\n";

test("without routes the folder is served at /", () => {
  assert.deepEqual(routesOf("paths: {serve_dir: x}\n"), ["*/ site"]);
  assert.deepEqual(routesOf("server: {}\n"), ["*/ site"]);
});

test("a folder that is named stays at / beside routes for other paths", () => {
  assert.deepEqual(routesOf("paths: {serve_dir: x}\nroutes: [{path: /old, redirect: /}]\n"), [
    "*/old 308 /",
    "*/ site",
  ]);
});

test("a folder nobody named is not served beside routes", () => {
  const text = `${MEMORY}routes: [{path: /a, files: m}]\n`;
  assert.deepEqual(routesOf(text), ["*/a m"]);
  assert.deepEqual([...configOf(text).fileSystems.keys()], ["m"]);
});

test("a route for / of one host leaves / of the others to the folder", () => {
  const text = `${MEMORY}paths: {serve_dir: x}\nroutes: [{host: A.example, path: /, files: m}]\n`;
  assert.deepEqual(routesOf(text), ["a.example/ m", "*/ site"]);
});

test("routes speak of the folder as site, and inherit what server says", () => {
  const { routes } = configOf(
    "server: {router: spa, index: true}\npaths: {serve_dir: x}\n" +
      "routes: [{path: /a, files: site}, " +
      "{path: /b, files: site, router: Static, index: false, index_names: [a.txt], fallback: f, " +
      "languages: [de-AT, en], types: [avif], clean_urls: true}]\n",
  );
  assert.deepEqual(
    routes.slice(0, 2).map(({ action }) => action),
    [
      {
        kind: "files",
        fileSystem: "site",
        router: "spa",
        listing: true,
        indexNames: ["index.html"],
        fallback: "index.html",
        languages: [],
        types: [],
        cleanUrls: false,
        changes: "none",
        webdav: false,
        rfsapi: false,
        archives: false,
      },
      {
        kind: "files",
        fileSystem: "site",
        router: "static",
        listing: false,
        indexNames: ["a.txt"],
        fallback: "f",
        languages: ["de-AT", "en"],
        types: ["avif"],
        cleanUrls: true,
        changes: "none",
        webdav: false,
        rfsapi: false,
        archives: false,
      },
    ],
  );
});

for (const [route, problem] of [
  ["{path: /a, files: mm}", '2:28 routes[0].files: no file system is called "mm"'],
  [
    "{path: /a}",
    "2:10 routes[0]: says where, but not what: files, redirect, metrics, health, vfs_https or precomputed is missing",
  ],
  [
    "{path: /a, files: m, redirect: /}",
    "2:10 routes[0]: has both files and redirect; a route has one of them",
  ],
  ["{path: /a, files: m, status: 301}", "2:39 routes[0].status: belongs to routes with redirect"],
  ["{path: /a, redirect: /, index: true}", "2:41 routes[0].index: belongs to routes with files"],
  [
    "{path: /a, redirect: /, status: 300}",
    "2:42 routes[0].status: expected 301, 302, 303, 307, 308, got 300",
  ],
  ["{path: /a, redirect: /a}", "2:31 routes[0].redirect: leads back to itself, for ever"],
  [
    "{path: /a, files: m}, {path: /a, files: m}",
    "2:39 routes[1].path: /a of any host is routed already, in ferrox.yml:2",
  ],
  ["{path: /a, files: m, host: 'a:80'}", '2:37 routes[0].host: expected a host name, got "a:80"'],
  ["{path: /a, metrics: false}", "2:30 routes[0].metrics: expected true, got false"],
  [
    "{path: /a, health: ready, status: 301}",
    "2:44 routes[0].status: belongs to routes with redirect",
  ],
  [
    "{path: /a, health: live, metrics: true}",
    "2:10 routes[0]: has both metrics and health; a route has one of them",
  ],
  ["{path: /a, files: ''}", '2:28 routes[0].files: expected the name of a file system, got ""'],
] as const) {
  test(`${route}: ${problem}`, () => {
    const problems = problemsOf(`${MEMORY}routes: [${route}]\n`);
    assert.deepEqual(
      problems.filter((line) => !line.includes("used by no route")),
      [problem],
    );
  });
}

test("a route may tell how the server is, to whom it likes", () => {
  const text =
    "routes: [{path: /m, metrics: true, allow: [10.0.0.0/8]}, {path: /r, health: ready}]\n";
  assert.deepEqual(routesOf(text).slice(0, 2), ["*/m metrics", "*/r health ready"]);
  assert.deepEqual(configOf(text).routes[0]?.allow, ["10.0.0.0/8"]);
  assert.equal(configOf(text).routes[1]?.allow, undefined);
});

test("the same path of two hosts is no repetition", () => {
  const routes = "routes: [{path: /, files: m}, {host: a.b, path: /, files: m}]\n";
  assert.deepEqual(routesOf(MEMORY + routes), ["*/ m", "a.b/ m"]);
});

test("two things called site are one too many", () => {
  assert.deepEqual(problemsOf("paths: {serve_dir: x}\nfile_systems: {site: {kind: memory}}\n"), [
    "2:22 file_systems.site: is the name of the folder in paths.serve_dir, which is given too",
  ]);
});

test("what no route uses is worth a warning", () => {
  assert.deepEqual(lines(read(`${MEMORY}paths: {serve_dir: x}\nroutes: []\n`)), [
    "1:19 file_systems.m: is used by no route",
  ]);
  assert.deepEqual(lines(read(`${MEMORY}paths: {serve_dir: x}\nroutes: [{path: /, files: m}]\n`)), [
    "2:20 paths.serve_dir: is used by no route: another one is for /",
  ]);
});

test("files in memory that each worker has for itself are worth a warning", () => {
  const routes = "routes: [{path: /, files: m}]\n";
  assert.deepEqual(lines(read(`${MEMORY}server: {workers: 2}\n${routes}`)), [
    "1:19 file_systems.m: is not one: each worker has its own memory",
  ]);
  assert.deepEqual(lines(read(`${MEMORY}server: {workers: 1}\n${routes}`)), []);
});

test("a file system is lent to programs, where somebody has said who may use it", () => {
  const lent = (more: string) => `${MEMORY}routes: [{path: /, vfs_https: m, ${more}}]\n`;
  assert.deepEqual(routesOf(lent("auth: none")), ["*/ lends m undefined"]);
  assert.deepEqual(routesOf(lent("auth: none, write_at: 1KiB")), ["*/ lends m 1024"]);
  assert.match(problemsOf(lent("")).join(), /lends files to programs, but there is no auth/);
});

test("a rule above a lent file system is not its own", () => {
  const text = `${MEMORY}auth: [{path: /, read: anyone}]\nroutes: [{path: /m, vfs_https: m}]\n`;
  assert.match(problemsOf(text).join(), /there is no auth/);
});

test("a file system that is lent must be known, and write_at belongs to lending", () => {
  const unknown = `${MEMORY}routes: [{path: /, vfs_https: n, auth: none}]\n`;
  assert.match(problemsOf(unknown).join(), /no file system is called/);
  const foreign = `${MEMORY}routes: [{path: /, files: m, write_at: 1KiB}]\n`;
  assert.match(problemsOf(foreign).join(), /belongs to routes with vfs_https/);
});

test("rfsapi and archives are off until somebody says so, and belong to files", () => {
  const text =
    "paths: {serve_dir: www}\nroutes: [{path: /, files: site, rfsapi: true, archives: true}]\n";
  const [action] = configOf(text).routes.map((route) => route.action);
  assert.ok(action?.kind === "files");
  assert.deepEqual([action.rfsapi, action.archives], [true, true]);
  assert.match(
    problemsOf("routes: [{path: /, redirect: /x, archives: true}]\n").join(),
    /belongs to routes with files/,
  );
});

test("a store is a folder of its own, and is asked as flashd documents it unless told otherwise", () => {
  const text = "routes: [{path: /a, precomputed: s}, {path: /b, precomputed: s, mode: rfc}]\n";
  const [first, second] = routesOf(text);
  assert.match(first ?? "", /^\*\/a documented answers of \/.*\/s$/);
  assert.match(second ?? "", /^\*\/b rfc answers of \/.*\/s$/);
  const foreign = "routes: [{path: /, redirect: /a, mode: rfc}]\n";
  assert.match(problemsOf(foreign).join(), /routes\[0\].mode: belongs to routes with precomputed/);
  const unknown = "routes: [{path: /, precomputed: s, mode: strict}]\n";
  assert.match(problemsOf(unknown).join(), /routes\[0\].mode: expected documented or rfc/);
});
