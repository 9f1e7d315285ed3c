// Rules about answers, in the built program: caching, header rules, the safety preset, CORS, clean
// addresses and redirects with blanks, each alone and where they meet.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { makeCertificate } from "../support/certificates.ts";
import { configText, runProgram, startProgram, temporaryFolder } from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";

const program = await startProgram(
  { after },
  {
    config: configText(
      `security_headers: true
headers:
  Referrer-Policy: same-origin
header_rules:
  - match: "*.html"
    headers: { X-Page: "yes" }
  - match: /embed/**
    headers: { Cache-Control: no-store }
    remove: [X-Frame-Options, Content-Security-Policy, X-Page]
caching:
  - match: /assets/private/**
    cache_control: private, max-age=60
  - match: "/assets/**"
    cache_control: public, max-age=3600
routes:
  - { path: /, files: site }
  - { path: /raw/, files: site, clean_urls: false, cors: true }
  - path: /shared/
    files: site
    cors: { origins: ["https://a.example"], max_age: 1m }
  - { path: "/blog/:year/:slug", redirect: "/posts/:slug?y=:year", status: 301 }
  - { path: "/wiki/*", redirect: "https://wiki.example.org/*" }
  - { path: "/moved", redirect: /about, cors: { origins: ["https://a.example"] } }
`,
      "  index: true\n  clean_urls: true\n",
    ),
    files: {
      "www/index.html": "home\n",
      "www/about.html": "about\n",
      "www/both.html": "page\n",
      "www/both/index.html": "directory\n",
      "www/embed/index.html": "embedded\n",
      "www/list/a.txt": "a\n",
      "www/app.3f9c1a2b.js": "export {};\n",
      "www/index-BkY3xQ9_.css": "a{}\n",
      "www/assets/a.css": "b{}\n",
      "www/assets/app.3f9c1a2b.js": "export {};\n",
      "www/assets/private/a.css": "c{}\n",
      "www/report.20260101.pdf": "%PDF\n",
      "www/gr\u00fc\u00dfe.html": "umlaut\n",
    },
  },
);

const get = (path: string, fields: Readonly<Record<string, string>> = {}, method = "GET") =>
  fetchRaw(program, ask(path, fields, method));

for (const [path, cacheControl] of [
  ["/", "no-cache"],
  ["/app.3f9c1a2b.js", IMMUTABLE],
  ["/index-BkY3xQ9_.css", IMMUTABLE],
  ["/report.20260101.pdf", "no-cache"],
  ["/assets/a.css", "public, max-age=3600"],
  ["/assets/app.3f9c1a2b.js", "public, max-age=3600"],
  ["/assets/private/a.css", "private, max-age=60"],
  ["/raw/app.3f9c1a2b.js", IMMUTABLE],
  ["/list/", "no-cache"],
  ["/embed/", "no-store"],
] as const) {
  test(`${path} may be kept: ${cacheControl}`, async () => {
    for (let again = 0; again < 2; again++) {
      const answer = await get(path);
      assert.equal(answer.status, 200);
      assert.equal(answer.fields.get("cache-control"), cacheControl);
    }
  });
}

test("a missing file with a hash in its name is asked for again", async () => {
  for (const path of ["/gone.3f9c1a2b.js", "/assets/gone.js", "/embed/gone.html"]) {
    const answer = await get(path);
    assert.equal(answer.status, 404);
    assert.equal(answer.fields.get("cache-control"), "no-cache");
  }
});

test("what is known already is confirmed with the same words", async () => {
  const etag = (await get("/app.3f9c1a2b.js")).fields.get("etag") ?? "";
  const answer = await get("/app.3f9c1a2b.js", { "If-None-Match": etag });
  assert.equal(answer.status, 304);
  assert.equal(answer.fields.get("cache-control"), IMMUTABLE);
  assert.equal(answer.fields.get("x-content-type-options"), "nosniff");
});

test("a rule about pages means the file that answers, on every way to it", async () => {
  for (const path of ["/", "/about", "/both", "/both/", "/raw/about.html"]) {
    assert.equal((await get(path)).fields.get("x-page"), "yes", path);
  }
  for (const path of ["/list/", "/assets/a.css", "/nope.html", "/moved"]) {
    assert.equal((await get(path)).fields.get("x-page"), undefined, path);
  }
  // Of a redirect the address that was asked for counts.
  assert.equal((await get("/about.html")).fields.get("x-page"), "yes");
});

test("a rule takes away what others have added, and only where it fits", async () => {
  const embedded = await get("/embed/");
  assert.equal(embedded.body.toString(), "embedded\n");
  for (const name of ["x-frame-options", "content-security-policy", "x-page"]) {
    assert.equal(embedded.fields.get(name), undefined, name);
  }
  assert.equal((await get("/")).fields.get("x-frame-options"), "SAMEORIGIN");
});

test("the safety preset stands on every answer, below what the configuration says itself", async () => {
  const connection = await connect(program);
  after(() => connection.reset());
  connection.send(
    ask("/") + ask("/nope") + ask("/about.html") + ask("/list/") + ask("/", {}, "OPTIONS"),
  );
  for (const status of [200, 404, 308, 200, 204]) {
    const { fields, ...answer } = await connection.response();
    assert.equal(answer.status, status);
    assert.equal(fields.get("x-content-type-options"), "nosniff");
    assert.equal(fields.get("referrer-policy"), "same-origin");
    assert.equal(fields.get("x-frame-options"), "SAMEORIGIN");
    assert.equal(fields.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(fields.get("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    // RFC 6797, section 7.2: never on plain HTTP.
    assert.equal(fields.count("strict-transport-security"), 0);
  }
});

test("TLS is promised over TLS only", async (t) => {
  const folder = await temporaryFolder(t);
  const { cert, certPath, keyPath } = await makeCertificate(folder, "site", ["localhost"]);
  const secure = await startProgram(t, {
    config: configText(
      `security_headers: strict\ntls: { enabled: true, cert_path: ${certPath}, key_path: ${keyPath} }\n`,
    ),
  });
  const promise = (answer: { fields: { get(name: string): string | undefined } }) =>
    answer.fields.get("strict-transport-security");
  const tls = { port: secure.httpsPort, tls: { ca: cert } };
  assert.equal(promise(await fetchRaw(tls, ask("/"))), "max-age=31536000; includeSubDomains");
  assert.equal(promise(await fetchRaw(tls, ask("/nope"))), "max-age=31536000; includeSubDomains");
  // The way to HTTPS, from the plain port and on the TLS port itself.
  for (const port of [secure.port, secure.httpsPort]) {
    const answer = await fetchRaw({ port }, ask("/"));
    assert.equal(answer.status, 301);
    assert.equal(promise(answer), undefined);
    assert.equal(answer.fields.get("referrer-policy"), "no-referrer");
  }
});

test("a certificate for development promises nothing", async (t) => {
  const dev = await startProgram(t, {
    config: configText("security_headers: true\ntls: { enabled: true, dev: true }\n"),
  });
  const tls = { port: dev.httpsPort, tls: { rejectUnauthorized: false } };
  const { fields } = await fetchRaw(tls, ask("/"));
  assert.equal(fields.get("x-content-type-options"), "nosniff");
  assert.equal(fields.count("strict-transport-security"), 0);
});

test("any site's pages may read a shared route, and only that", async () => {
  for (const fields of [{}, { Origin: "https://x.example" }, { Origin: "null" }]) {
    const answer = await get("/raw/about.html", fields);
    assert.equal(answer.fields.get("access-control-allow-origin"), "*");
    assert.equal(answer.fields.count("access-control-allow-credentials"), 0);
    assert.equal(answer.fields.get("vary")?.includes("Origin") ?? false, false);
  }
  const origin = { Origin: "https://x.example" };
  assert.equal((await get("/about", origin)).fields.count("access-control-allow-origin"), 0);
  const missing = await get("/raw/nope.html", origin);
  assert.equal(missing.status, 404);
  assert.equal(missing.fields.get("access-control-allow-origin"), "*");
});

test("a list of origins is held to the letter, and caches are told", async () => {
  for (const [origin, allowed] of [
    ["https://a.example", "https://a.example"],
    ["https://A.example", undefined],
    ["https://a.example.evil.example", undefined],
    ["http://a.example", undefined],
    ["null", undefined],
  ] as const) {
    // Twice: the second comes from memory.
    for (let again = 0; again < 2; again++) {
      const { fields } = await get("/shared/assets/a.css", { Origin: origin });
      assert.equal(fields.get("access-control-allow-origin"), allowed, origin);
      assert.match(fields.get("vary") ?? "", /\bOrigin$/);
    }
  }
  const missing = await get("/shared/nope", { Origin: "https://a.example" });
  assert.equal(missing.fields.get("access-control-allow-origin"), "https://a.example");
  assert.equal(missing.fields.get("vary"), "Accept, Origin");
  assert.equal(missing.fields.count("vary"), 1);
});

test("a preflight is answered with what is allowed, also where the way only leads elsewhere", async () => {
  const fields = {
    Origin: "https://a.example",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "x-tool",
  };
  for (const path of ["/shared/about", "/moved"]) {
    const answer = await get(path, fields, "OPTIONS");
    assert.equal(answer.status, 204, path);
    assert.equal(answer.fields.get("allow"), "GET, HEAD, OPTIONS");
    assert.equal(answer.fields.get("access-control-allow-origin"), "https://a.example");
    assert.equal(answer.fields.get("access-control-allow-methods"), "GET, HEAD");
    assert.equal(answer.fields.get("access-control-allow-headers"), "*");
    assert.equal(answer.fields.get("vary"), "Origin");
  }
  const age = (await get("/shared/about", fields, "OPTIONS")).fields.get("access-control-max-age");
  assert.equal(age, "60");
  const moved = await get("/moved", { Origin: "https://a.example" });
  assert.equal(moved.status, 308);
  assert.equal(moved.fields.get("access-control-allow-origin"), "https://a.example");
});

for (const [path, status, location] of [
  ["/about.html", 308, "/about"],
  ["/about.html?x=1&y=%20", 308, "/about?x=1&y=%20"],
  ["/index.html", 308, "/"],
  ["/both/index.html?q", 308, "/both/?q"],
  ["/both.html", 308, "/both"],
  ["/gr%C3%BC%C3%9Fe.html", 308, "/gr%C3%BC%C3%9Fe"],
  ["/shared/about.html", 308, "/shared/about"],
  ["/blog/2024/hello", 301, "/posts/hello?y=2024"],
  ["/blog/2024/hello?page=2", 301, "/posts/hello?y=2024&page=2"],
  ["/blog/2%2F%2F/%0D%0AX:%20y", 301, "/posts/%0D%0AX:%20y?y=2%2F%2F"],
  ["/wiki/a/b%20c?d", 308, "https://wiki.example.org/a/b%20c?d"],
  ["/wiki//evil.example/", 308, "https://wiki.example.org/evil.example/"],
  ["/wiki", 308, "https://wiki.example.org/"],
] as const) {
  test(`${path} leads to ${location} with ${status}`, async () => {
    const answer = await get(path);
    assert.equal(answer.status, status);
    assert.equal(answer.fields.get("location"), location);
  });
}

for (const [path, status, body] of [
  ["/about", 200, "about\n"],
  ["/about?x", 200, "about\n"],
  ["/both", 200, "page\n"],
  ["/both/", 200, "directory\n"],
  ["/gr%C3%BC%C3%9Fe", 200, "umlaut\n"],
  ["/raw/about.html", 200, "about\n"],
  ["/raw/about", 404, undefined],
  ["/nope", 404, undefined],
  ["/nope.html", 404, undefined],
  ["/about/", 404, undefined],
  ["/blog/2024", 404, undefined],
  ["/blog/2024/hello/more", 404, undefined],
] as const) {
  test(`${path} is ${status}${body === undefined ? "" : `: ${body.trim()}`}`, async () => {
    const answer = await get(path);
    assert.equal(answer.status, status);
    if (body !== undefined) assert.equal(answer.body.toString(), body);
  });
}

test("a configuration that would split answers, or lead in circles, starts nothing", async (t) => {
  const bad = `
header_rules:
  - match: "*.html"
    headers: { X-A: "b\\r\\nSet-Cookie: c" }
caching:
  - match: "/[ab]"
    cache_control: no-store
routes:
  - { path: "/a/*", redirect: "/a/b/*" }
  - { path: "/b/:x", redirect: "/c/:y" }
`;
  const { code, stderr } = await runProgram(t, ["check", "--config", "bad.yml"], {
    "bad.yml": bad,
  });
  assert.equal(code, 2);
  for (const problem of [
    "bad.yml:4:21: header_rules[0].headers.X-A: expected text on one line",
    'bad.yml:6:12: caching[0].match: the glob "/[ab]" has no use for [',
    "bad.yml:9:31: routes[0].redirect: leads back to itself, for ever",
    "bad.yml:10:32: routes[1].redirect: the path captures nothing as :y",
    "did you mean x?",
  ]) {
    assert.ok(stderr.includes(problem), `${problem}\n${stderr}`);
  }
});
