// The layer rule and the rules of size, held by a test. When it complains, the import is wrong,
// not the test; when the rule itself must change, ARCHITECTURE.md changes with the table below.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "./support/repository-root.ts";
import { codeOf, functionsOf, importsOf } from "./support/source-text.ts";

interface Layer {
  /** Folders it may import, besides itself. */
  readonly code: readonly string[];
  /** Folders of which it may know the types. */
  readonly types?: readonly string[];
  /** Modules from outside, besides EVERYBODY. */
  readonly outside?: readonly string[];
}

const BELOW_APP = [
  "base transport http vfs fuse http1 http2 websocket handlers server logging config",
].flatMap((names) => names.split(" "));

/** Files at the top of src count as folders of their own: app.ts is "app". */
const LAYERS: Readonly<Record<string, Layer>> = {
  base: { code: [] },
  transport: {
    code: ["base"],
    // Key pairs are read here, where they are used and reloaded.
    outside: [
      "node:dns/promises",
      "node:net",
      "node:tls",
      "node:fs",
      "node:fs/promises",
      "selfsigned",
    ],
  },
  http: { code: ["base"], outside: ["mime"] },
  vfs: {
    code: ["base"],
    // The client end over HTTPS asks TLS whom everybody trusts, and spools where the system does.
    outside: ["node:fs", "node:fs/promises", "node:https", "node:os", "node:tls"],
  },
  fuse: { code: ["base", "vfs"], outside: ["node:child_process", "node:worker_threads"] },
  http1: { code: ["base", "http"] },
  http2: { code: ["base", "http"], outside: ["node:http2"] },
  websocket: { code: ["base", "http"] },
  handlers: {
    code: ["base", "http", "vfs", "websocket"],
    outside: [
      "he",
      "flatbuffers",
      "node:zlib",
      "@xmldom/xmldom",
      "bcryptjs",
      "busboy",
      "tar-stream",
      "yazl",
      // bcrypt would stop the loop for a tenth of a second at a time.
      "node:worker_threads",
    ],
  },
  server: { code: ["base", "transport", "http", "http1", "http2"] },
  logging: {
    code: ["base"],
    types: ["http"],
    // Logs are opened here: pino's own way of opening waits where a pipe has no reader.
    outside: ["pino", "node:fs", "node:fs/promises"],
  },
  config: { code: ["base"], types: BELOW_APP, outside: ["yaml", "zod", "node:fs", "node:module"] },
  // Asks servers, and is no part of one: app does not know it.
  probe: { code: ["base", "http"], outside: ["node:zlib"] },
  app: { code: BELOW_APP },
  index: { code: [...BELOW_APP, "app"] },
  cli: {
    code: [...BELOW_APP, "app", "index", "probe"],
    outside: [
      "node:child_process",
      "node:cluster",
      "node:fs",
      "node:os",
      "node:perf_hooks",
      "node:readline",
      "node:tty",
      "node:v8",
    ],
  },
};

/** Modules without I/O, which take nobody's place. */
const EVERYBODY = [
  "node:assert/strict",
  "node:buffer",
  "node:crypto",
  "node:events",
  "node:path",
  "node:stream",
  "node:url",
  "node:util",
];

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;

/** What only some places may touch. */
const GUARDED: readonly { name: RegExp; only: readonly string[]; word: string }[] = [
  { word: "process", name: /(?<![.\w#])process(?!\w)(?!\??:)/, only: ["cli"] },
  { word: "console", name: /(?<![.\w#])console\s*\./, only: ["cli"] },
  { word: "Date.now", name: /\bDate\s*\.\s*now\b/, only: ["base/clock.ts"] },
  { word: "new Date()", name: /\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())/, only: ["base/clock.ts"] },
  { word: "performance", name: /(?<![.\w#])performance\s*\./, only: ["base/clock.ts"] },
  { word: "Math.random", name: /\bMath\s*\.\s*random\b/, only: [] },
];

/** Everything wrong with one file, as statements. `path` is relative to src. */
function complaintsAbout(path: string, source: string): readonly string[] {
  return [
    ...importComplaints(path, source),
    ...shapeComplaints(source),
    ...guardedComplaints(path, codeOf(source)),
  ].map((complaint) => `src/${path}: ${complaint}`);
}

function importComplaints(path: string, source: string): readonly string[] {
  const folder = folderOf(path);
  const layer = LAYERS[folder];
  if (layer === undefined) return [`${folder} has no row in the table`];
  return importsOf(source).flatMap(({ from, isTypeOnly }) => {
    if (!from.startsWith(".")) {
      const isAllowed = [...EVERYBODY, ...(layer.outside ?? [])].includes(packageOf(from));
      return isAllowed ? [] : [`${folder} may not use ${from}`];
    }
    const target = folderOf(normalize(join(dirname(path), from)));
    if (target === folder || layer.code.includes(target)) return [];
    if (layer.types?.includes(target) !== true) return [`${folder} may not import ${target}`];
    return isTypeOnly ? [] : [`${folder} may import only types of ${target}`];
  });
}

function shapeComplaints(source: string): readonly string[] {
  const lines = source.trimEnd().split("\n").length;
  const long = functionsOf(source).filter((one) => one.lines > FUNCTION_LINES_MAX);
  return [
    ...(/^(#!.*\n)?\/\/ \S/.test(source) ? [] : ["no comment at its head"]),
    ...(lines > FILE_LINES_MAX ? [`${lines} lines`] : []),
    ...long.map((one) => `a function of ${one.lines} lines at line ${one.line}`),
  ];
}

function guardedComplaints(path: string, code: string): readonly string[] {
  return GUARDED.filter(
    ({ name, only }) => name.test(code) && !only.includes(path) && !only.includes(folderOf(path)),
  ).map(({ word }) => `${word} is not for this file`);
}

/** A circle of folders that import each other (types count too); undefined: there is none. */
function circleIn(imports: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const finished = new Set<string>();
  const visit = (folder: string, way: readonly string[]): string | undefined => {
    if (way.includes(folder)) return [...way.slice(way.indexOf(folder)), folder].join(" → ");
    if (finished.has(folder)) return undefined;
    for (const next of imports.get(folder) ?? []) {
      const circle = visit(next, [...way, folder]);
      if (circle !== undefined) return circle;
    }
    finished.add(folder);
    return undefined;
  };
  for (const folder of imports.keys()) {
    const circle = visit(folder, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function folderImports(sources: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const [path, source] of sources) {
    const folder = folderOf(path);
    const targets = imports.get(folder) ?? new Set<string>();
    imports.set(folder, targets);
    for (const { from } of importsOf(source)) {
      const target = folderOf(normalize(join(dirname(path), from)));
      if (from.startsWith(".") && target !== folder) targets.add(target);
    }
  }
  return imports;
}

/** "http1/limits.ts" → "http1"; "app.ts" → "app". */
function folderOf(path: string): string {
  return path.replace(/(?:\/.*|\.ts)$/, "");
}

/** "mime/lite" → "mime"; Node's own modules are named in full. */
function packageOf(from: string): string {
  return from.startsWith("node:") ? from : from.replace(/^(@[^/]+\/[^/]+|[^@/][^/]*)\/.*$/, "$1");
}

function sourcesBelow(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [relative(folder, file), readFileSync(file, "utf8")]));
}

const SOURCES = sourcesBelow(join(repositoryRoot(), "src"));

test("there is something to judge", () => {
  assert.ok(SOURCES.size > 20, `${SOURCES.size} files`);
});

test("every file of src keeps the layer rule and the rules of size", () => {
  const complaints = [...SOURCES].flatMap(([path, source]) => complaintsAbout(path, source));
  assert.equal(complaints.join("\n"), "");
});

test("no folders import each other in a circle", () => {
  assert.equal(circleIn(folderImports(SOURCES)), undefined);
});

test("the table itself has no circle", () => {
  const table = Object.entries(LAYERS).map(
    ([folder, layer]) => [folder, new Set(layer.code)] as const,
  );
  assert.equal(circleIn(new Map(table)), undefined);
});

for (const [path, line, complaint] of [
  ["http/a.ts", 'import { b } from "../vfs/b.ts";', "http may not import vfs"],
  ["http/a.ts", 'import type { B } from "../vfs/b.ts";', "http may not import vfs"],
  ["vfs/https/a.ts", 'import { b } from "../../http/b.ts";', "vfs may not import http"],
  ["logging/a.ts", 'import { b } from "../http/b.ts";', "logging may import only types of http"],
  ["logging/a.ts", 'import type { B } from "../config/b.ts";', "logging may not import config"],
  ["server/a.ts", 'export { b } from "../handlers/b.ts";', "server may not import handlers"],
  ["handlers/a.ts", 'const b = await import("../app.ts");', "handlers may not import app"],
  ["app.ts", 'import { b } from "./cli/main.ts";', "app may not import cli"],
  ["http1/a.ts", 'import net from "node:net";', "http1 may not use node:net"],
  ["cli/a.ts", 'import { get } from "node:http";', "cli may not use node:http"],
  ["server/a.ts", 'import { x } from "lodash";', "server may not use lodash"],
  ["attic/a.ts", "", "attic has no row in the table"],
  ["http/a.ts", "x(process.env);", "process is not for this file"],
  ["app.ts", "console.log();", "console is not for this file"],
  ["http/date.ts", "x(Date.now());", "Date.now is not for this file"],
  ["http/date.ts", "x(new Date());", "new Date() is not for this file"],
  ["cli/serve.ts", "x(performance.now());", "performance is not for this file"],
  ["base/clock.ts", "x(Math.random());", "Math.random is not for this file"],
  ["http/a.ts", `${"\n".repeat(300)}x();`, "303 lines"],
  ["http/a.ts", `function f() {${"\n  x();".repeat(59)}\n}`, "a function of 61 lines at line 3"],
] as const) {
  test(`refused in ${path}: ${line.trim().slice(0, 40)}`, () => {
    assert.deepEqual(complaintsAbout(path, `// A file.\n\n${line}\n`), [
      `src/${path}: ${complaint}`,
    ]);
  });
}

for (const [path, line] of [
  ["http/a.ts", 'import { b } from "./b.ts";\nimport { c } from "../base/c.ts";'],
  ["config/a.ts", 'import type { B } from "../http1/limits.ts";'],
  ["logging/a.ts", 'import type { B } from "../http/service.ts";\nimport { pino } from "pino";'],
  ["http/a.ts", 'import { Mime } from "mime/lite";'],
  ["handlers/a.ts", 'import { DOMParser } from "@xmldom/xmldom";'],
  ["handlers/a.ts", 'import { DOMParser } from "@xmldom/xmldom/lib/dom.js";'],
  ["app.ts", 'import { b } from "./server/server.ts";'],
  ["cli/a.ts", "console.log(process.argv);"],
  ["http/a.ts", 'x("process", peer.process, new Date(ms)); // console.log(Date.now())'],
  ["base/clock.ts", "x(Date.now(), performance.now());"],
  ["http/a.ts", `function f() {${"\n  x();".repeat(58)}\n}`],
] as const) {
  test(`allowed in ${path}: ${line.trim().slice(0, 40)}`, () => {
    assert.deepEqual(complaintsAbout(path, `// A file.\n\n${line}\n`), []);
  });
}

test("a file that begins without a comment is refused", () => {
  assert.deepEqual(complaintsAbout("http/a.ts", "x();\n"), [
    "src/http/a.ts: no comment at its head",
  ]);
});

test("a circle of folders is named", () => {
  const sources = new Map([
    ["http/a.ts", 'import type { B } from "../vfs/b.ts";'],
    ["vfs/b.ts", 'import { C } from "../base/c.ts";'],
    ["base/c.ts", 'import { A } from "../http/a.ts";'],
  ]);
  assert.equal(circleIn(folderImports(sources)), "http → vfs → base → http");
});
