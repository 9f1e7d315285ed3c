import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, problemsOf } from "./support.ts";

test("rules are kept in their order, with their defaults", () => {
  const config = configOf(`
header_rules:
  - match: "*.html"
    headers: { X-A: b, X-C: d }
  - match: /x/**
    remove: [Server]
caching:
  - match: /assets/**
    cache_control: public, max-age=3600
  - match: "**"
    cache_control: no-store
server: { fingerprints: false }
`);
  assert.deepEqual(config.headerRules, [
    {
      match: "*.html",
      headers: [
        ["X-A", "b"],
        ["X-C", "d"],
      ],
      remove: [],
    },
    { match: "/x/**", headers: [], remove: ["Server"] },
  ]);
  assert.deepEqual(config.caching, {
    rules: [
      { match: "/assets/**", cacheControl: "public, max-age=3600" },
      { match: "**", cacheControl: "no-store" },
    ],
    fingerprints: false,
  });
});

const EVERYBODY = {
  origins: "any",
  methods: ["GET", "HEAD"],
  headers: "any",
  expose: ["Accept-Ranges", "Content-Encoding", "Content-Range", "ETag"],
  maxAgeMs: 600_000,
};

for (const [text, cors] of [
  ["{}", undefined],
  ["cors: false", undefined],
  ["cors: { origins: [] }", undefined],
  ["cors: true", EVERYBODY],
  ["cors: {}", EVERYBODY],
  [
    'cors: { origins: ["https://a.example"], methods: [GET], headers: [], expose: [], max_age: 0 }',
    {
      origins: ["https://a.example"],
      methods: ["GET"],
      headers: [],
      expose: [],
      maxAgeMs: 0,
    },
  ],
] as const) {
  test(`${text}: the site's pages may be read by ${cors === undefined ? "nobody else" : "others"}`, () => {
    const { routes } = configOf(`${text === "{}" ? "server: {}" : text}\n`);
    assert.deepEqual(
      routes.map((route) => route.cors),
      [cors],
    );
  });
}

test("a route says otherwise than the server, or follows it", () => {
  const { routes } = configOf(`
cors: true
file_systems: { m: { kind: memory } }
routes:
  - { path: /a, files: m }
  - { path: /b, files: m, cors: false }
  - { path: /c, redirect: /a, cors: { max_age: 1h } }
`);
  assert.deepEqual(
    routes.map(({ path, cors }) => [path, cors?.maxAgeMs]),
    [
      ["/a", 600_000],
      ["/b", undefined],
      ["/c", 3_600_000],
    ],
  );
});

for (const [said, level] of [
  ["true", "basic"],
  ["false", "off"],
  ["strict", "strict"],
] as const) {
  test(`security_headers: ${said} is ${level}`, () => {
    assert.equal(configOf(`security_headers: ${said}\n`).securityHeaders, level);
  });
}

for (const [text, problem] of [
  ["security_headers: yes", '1:19 security_headers: expected true, false or strict, got "yes"'],
  ["cors: on", '1:7 cors: expected true, false, or keys and values, got "on"'],
  ["cors:", "1:1 cors: expected true, false, or keys and values, got nothing"],
  ["cors: { origin: a }", "1:9 cors.origin: unknown key"],
  ["cors: { methods: [] }", "1:18 cors.methods: expected at least one entry"],
  ["cors: { max_age: 2d }", '1:18 cors.max_age: unknown unit in "2d"; there are ms, s, m, h'],
  [
    "caching: { match: a }",
    'caching: expected a list ("- " before each entry), got keys and values',
  ],
  [
    'caching: [{ match: "*" }]',
    "caching[0].cache_control: is missing; expected a value of Cache-Control",
  ],
  ["header_rules: [{ headers: { X-A: b } }]", "header_rules[0].match: is missing; expected a glob"],
  [
    'header_rules: [{ match: "*" }]',
    "1:16 header_rules[0]: changes nothing: both headers and remove are missing or empty",
  ],
  [
    'header_rules: [{ match: "*", headers: { X-A: a, x-a: b } }]',
    '1:54 header_rules[0].headers.x-a: is the same as "X-A"; case makes no difference',
  ],
  [
    'header_rules: [{ match: "*", headers: { X-A: a }, remove: [x-a] }]',
    '1:60 header_rules[0].remove[0]: "x-a" is added by the same rule',
  ],
  [
    'header_rules: [{ match: "*", remove: [vary] }]',
    "1:39 header_rules[0].remove[0]: without Vary, caches would mix up answers to different clients",
  ],
  [
    'header_rules: [{ match: "*", remove: [ETag] }]',
    "1:39 header_rules[0].remove[0]: ETag differs from answer to answer; the server writes it itself",
  ],
  [
    'header_rules: [{ match: "*", headers: { Transfer-Encoding: chunked } }]',
    "1:41 header_rules[0].headers.Transfer-Encoding: Transfer-Encoding frames the answer; the server writes it itself, for each body",
  ],
  [
    'header_rules: [{ match: "*", headers: { X-A: "b\\r\\nSet-Cookie: c" } }]',
    '1:46 header_rules[0].headers.X-A: expected text on one line, got "b\\x0d\\x0aSet-Cookie: c"',
  ],
  [
    'headers: { cache-control: no-store }\ncaching: [{ match: "*", cache_control: no-cache }]',
    "1:27 headers.cache-control: stands on every answer, so that no rule of caching would count",
  ],
] as const) {
  test(`${text}: ${problem}`, () => {
    const [first = "", ...more] = problemsOf(`${text}\n`);
    assert.ok(first.endsWith(problem), first);
    assert.deepEqual(more, []);
  });
}
