import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, lines, problemsOf, read } from "./support.ts";

/** With a route for each name, so that none is called unused. */
function withRoutes(fileSystems: string, ...names: string[]): string {
  const routes = names.map((name) => `{path: /${name}, files: ${name}}`);
  return `file_systems:\n${fileSystems}routes: [${routes.join(", ")}]\n`;
}

test("file systems keep what they were given, and defaults fill the rest", () => {
  const text = withRoutes(
    "  a: {kind: disk, root: ../x, symlinks: any, dotfiles: true, writable: true}\n" +
      "  m: {kind: memory, writable: true, size: 1MiB}\n" +
      "  o: {kind: overlay, of: [m, a]}\n" +
      "  s: {kind: subtree, of: a, path: /docs}\n" +
      "  r: {kind: read-only, of: m}\n" +
      "  t: {kind: mounts, at: {/: a, /mem: m}}\n" +
      "  h: {kind: https, url: https://files.example/x/, ca: ca.pem, user: ann, password_env: PW}\n" +
      "  d: {kind: memory}\n",
    ..."amosrthd",
  );
  assert.deepEqual(Object.fromEntries(configOf(text, { env: { PW: "a:b" } }).fileSystems), {
    a: {
      kind: "disk",
      root: "/etc/x",
      symlinks: "any",
      dotfiles: true,
      writable: true,
      origin: "ferrox.yml:2",
    },
    m: { kind: "memory", writable: true, bytesMax: 1024 * 1024, origin: "ferrox.yml:3" },
    o: { kind: "overlay", upper: "m", lower: ["a"], origin: "ferrox.yml:4" },
    s: { kind: "subtree", of: "a", path: "/docs", origin: "ferrox.yml:5" },
    r: { kind: "read-only", of: "m", origin: "ferrox.yml:6" },
    t: {
      kind: "mounts",
      at: new Map([
        ["/", "a"],
        ["/mem", "m"],
      ]),
      origin: "ferrox.yml:7",
    },
    h: {
      kind: "https",
      url: "https://files.example/x/",
      caPath: "/etc/ferrox/ca.pem",
      credentials: { user: "ann", password: "a:b" },
      writable: false,
      origin: "ferrox.yml:8",
    },
    d: { kind: "memory", writable: false, bytesMax: 64 * 1024 * 1024, origin: "ferrox.yml:9" },
  });
});

for (const [line, problem] of [
  ["o: {kind: overlay, of: [m, mm]}", '3:30 file_systems.o.of[1]: no file system is called "mm"'],
  [
    "o: {kind: overlay, of: [m]}",
    "3:26 file_systems.o.of: needs an upper file system and one below it",
  ],
  ["o: {kind: overlay, of: [d, m]}", "3:27 file_systems.o.of[0]: d is not writable"],
  ["s: {kind: subtree, of: x, path: /}", '3:26 file_systems.s.of: no file system is called "x"'],
  ["s: {kind: subtree, of: m}", "3:3 file_systems.s.path: is missing; expected a path"],
  [
    "s: {kind: subtree, of: m, path: /a/../b}",
    '3:35 file_systems.s.path: expected a path without "." and ".." segments, got "/a/../b"',
  ],
  ["r: {kind: read-only, of: r}", "3:6 file_systems.r: leads back to itself: r → r"],
  ["t: {kind: mounts, at: {}}", "3:25 file_systems.t.at: says nothing of what is where"],
  ["t: {kind: mounts, at: {/a: x}}", '3:30 file_systems.t.at./a: no file system is called "x"'],
  [
    "t: {kind: mounts, at: {/a/: m}}",
    '3:26 file_systems.t.at./a/: expected a path without a slash at its end, got "/a/"',
  ],
  [
    "h: {kind: https, url: http://a/}",
    '3:25 file_systems.h.url: expected a URL that starts with https://, got "http://a/"',
  ],
  [
    "h: {kind: https, url: https://u:p@a/}",
    '3:25 file_systems.h.url: expected a URL without a password, got "…@…"',
  ],
  [
    "h: {kind: https, url: https://a/, user: u}",
    "3:6 file_systems.h: has no password_env; user and password_env go together",
  ],
  [
    "h: {kind: https, url: https://a/, user: u, password_env: NO}",
    "3:60 file_systems.h.password_env: the variable NO is not set",
  ],
] as const) {
  test(`${line} is refused`, () => {
    const text = `file_systems:\n  m: {kind: memory, writable: true}\n  ${line}\n  d: {kind: memory}\nroutes: [{path: /, files: m}]\n`;
    assert.ok(problemsOf(text).includes(problem), problemsOf(text).join("\n"));
  });
}

test("a circle is told of all who are in it, and of nobody else", () => {
  const text = withRoutes(
    "  a: {kind: read-only, of: b}\n  b: {kind: subtree, of: a, path: /}\n  c: {kind: read-only, of: a}\n",
    "c",
  );
  assert.deepEqual(problemsOf(text), [
    "2:6 file_systems.a: leads back to itself: a → b → a",
    "3:6 file_systems.b: leads back to itself: b → a → b",
  ]);
});

test("one that others are made of is used", () => {
  const text = withRoutes(
    "  m: {kind: memory}\n  r: {kind: read-only, of: m}\n  x: {kind: memory}\n  y: {kind: read-only, of: x}\n",
    "r",
  );
  assert.deepEqual(lines(read(text)), [
    "4:6 file_systems.x: is used by no route",
    "5:6 file_systems.y: is used by no route",
  ]);
});

for (const [route, changes] of [
  ["{path: /, files: w}", "allowed"],
  ["{path: /, files: w, writable: true}", "allowed"],
  ["{path: /, files: w, writable: false}", "refused"],
  ["{path: /, files: d}", "none"],
  ["{path: /, files: d, writable: false}", "refused"],
  ["{path: /, files: o}", "allowed"],
  ["{path: /, files: t}", "allowed"],
  ["{path: /, files: r}", "none"],
] as const) {
  test(`changes on ${route} are ${changes}`, () => {
    const text =
      "file_systems:\n  w: {kind: memory, writable: true}\n  d: {kind: memory}\n" +
      "  o: {kind: overlay, of: [w, d]}\n  t: {kind: mounts, at: {/d: d, /w: w}}\n" +
      `  r: {kind: read-only, of: w}\nroutes: [${route}]\n`;
    const action = configOf(text).routes[0]?.action;
    assert.equal(action?.kind === "files" && action.changes, changes);
  });
}

test("a route cannot write where its files cannot be changed", () => {
  const text = "file_systems: {m: {kind: memory}}\nroutes: [{path: /, files: m, writable: true}]\n";
  assert.deepEqual(problemsOf(text), [
    '2:40 routes[0].writable: is true, but the file system "m" is not',
  ]);
});

test("a route that speaks a protocol of changes says which switch is off", () => {
  for (const word of ["webdav", "rfsapi"]) {
    const text = `file_systems: {m: {kind: memory}}\nroutes: [{path: /, files: m, ${word}: true}]\n`;
    const action = configOf(text).routes[0]?.action;
    assert.equal(action?.kind === "files" && action.changes, "refused", word);
  }
});
