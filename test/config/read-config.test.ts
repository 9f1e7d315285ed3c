import assert from "node:assert/strict";
import { test } from "node:test";
import { configWithoutFile } from "../../src/config/read-config.ts";
import { DEFAULT_WEBDAV_LIMITS } from "../../src/handlers/webdav/limits.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";
import { randomFrom } from "../support/random.ts";
import { configOf, lines, problemsOf, read } from "./support.ts";

const ORIGINAL = `server:
  addr: 127.0.0.1
  http_port: 8080
  https_port: 8443
  timeout: 5
  router: SPA
  index: true
paths:
  serve_dir: www
  log_dir: /var/log/ferrox
headers:
  X-Content-Type-Options: nosniff
tls:
  enabled: false
  cert_path: nowhere.pem
  key_path: nowhere.pem
`;

test("a file with the original's words is one site at /", () => {
  assert.deepEqual(configOf(ORIGINAL), {
    file: "ferrox.yml",
    server: {
      addr: "127.0.0.1",
      httpPort: 8080,
      httpsPort: undefined,
      names: [],
      workers: 1,
      user: undefined,
      group: undefined,
      trustedProxies: [],
      proxyProtocol: false,
      requestIds: false,
      serverTiming: [],
    },
    limits: {
      http1: { ...DEFAULT_HTTP1_LIMITS, headTimeoutMs: 5000, keepAliveMs: 5000 },
      transport: { ...DEFAULT_TRANSPORT_LIMITS, handshakeTimeoutMs: 5000 },
      drainMs: 10_000,
      drainDelayMs: 0,
      requestRateMax: 0,
      requestBurstMax: 100,
      authFailuresMax: 10,
      authWindowMs: 900_000,
      authChecksMax: 2,
      archivesMax: 4,
      archiveEntriesMax: 50_000,
      listingEntriesMax: 10_000,
      formFilesMax: 1000,
      cacheBytesMax: 134_217_728,
      cacheFreshMs: 1000,
      webdav: DEFAULT_WEBDAV_LIMITS,
      vfsHttps: {
        commandBytesMax: 8_388_608,
        readBytesMax: 1_048_576,
        sessionsMax: 10_000,
        sessionIdleMs: 900_000,
      },
    },
    compression: { bytesMin: 1024, bytesMax: 4_194_304, codings: ["br", "zstd", "gzip"] },
    tls: { kind: "off" },
    auth: [],
    fileSystems: new Map([
      [
        "site",
        {
          kind: "disk",
          root: "/etc/ferrox/www",
          symlinks: "inside",
          dotfiles: false,
          writable: false,
          origin: "ferrox.yml:9",
        },
      ],
    ]),
    routes: [
      {
        host: undefined,
        path: "/",
        action: {
          kind: "files",
          fileSystem: "site",
          router: "spa",
          listing: true,
          indexNames: ["index.html"],
          fallback: "index.html",
          languages: [],
          types: [],
          cleanUrls: false,
          webdav: false,
          rfsapi: false,
          archives: false,
          changes: "none",
        },
        allow: undefined,
        cors: undefined,
        origin: "ferrox.yml:9",
      },
    ],
    headers: [["X-Content-Type-Options", "nosniff"]],
    headerRules: [],
    securityHeaders: "off",
    caching: { rules: [], fingerprints: true },
    mediaTypes: new Map(),
    guessText: false,
    errorsDir: undefined,
    log: { dir: "/var/log/ferrox", isOnStreams: false, access: "combined", level: "info" },
    pidFile: undefined,
  });
});

test("what is not said has the defaults of the parts it is for", () => {
  const config = configOf("server: {}\n");
  assert.deepEqual(config.limits.http1, DEFAULT_HTTP1_LIMITS);
  assert.deepEqual(config.limits.transport, DEFAULT_TRANSPORT_LIMITS);
  const { addr, httpPort, httpsPort, workers } = config.server;
  assert.deepEqual([addr, httpPort, httpsPort, workers], ["127.0.0.1", 80, undefined, 1]);
  assert.equal(config.log.dir, "/etc/ferrox/logs");
});

test("a configuration is frozen all the way down", () => {
  const config = configOf(ORIGINAL);
  assert.ok(Object.isFrozen(config.limits.http1));
  assert.ok(Object.isFrozen(config.routes[0]?.action));
  assert.ok(Object.isFrozen(config.headers[0]));
  assert.ok(Object.isFrozen(config.fileSystems.get("site")));
});

test("the words for limits win over server.timeout", () => {
  const { limits } = configOf(
    "server: {timeout: 5}\nlimits: {keep_alive: 750ms, header_bytes: 16KiB}\n",
  );
  assert.equal(limits.http1.headTimeoutMs, 5000);
  assert.equal(limits.http1.keepAliveMs, 750);
  assert.equal(limits.transport.handshakeTimeoutMs, 5000);
  assert.equal(limits.http1.headBytesMax, 16_384);
});

test("a byte order mark, CRLF and a document start change nothing", () => {
  const plain = configOf("server:\n  http_port: 81\n");
  for (const text of [
    "\ufeffserver:\n  http_port: 81\n",
    "server:\r\n  http_port: 81\r\n",
    "---\nserver:\n  http_port: 81\n",
    "server: {http_port: 81} # comment",
  ]) {
    assert.deepEqual(configOf(text).server, plain.server);
  }
});

test("without a file there are no log files", () => {
  const result = configWithoutFile({
    folder: "/home/me",
    overrides: [{ section: "paths", word: "serve_dir", value: "site", origin: "DIR" }],
  });
  assert.ok(result.kind === "config");
  assert.equal(result.config.file, undefined);
  assert.equal(result.config.log.dir, undefined);
  assert.deepEqual(result.config.routes[0]?.origin, "DIR");
});

for (const [text, problem] of [
  ["- a\n", "1:1 expected keys and values, got a list"],
  ["just text\n", '1:1 expected keys and values, got "just text"'],
  ["serverr: {a: b}\n", "1:1 serverr: unknown key"],
  ["server: {adr: x}\n", "1:10 server.adr: unknown key"],
  ["server:\n", "1:1 server: has nothing in it; expected keys and values, or no such line at all"],
  ["server: [a]\n", "1:9 server: expected keys and values, got a list"],
  [
    "server: {http_port: eighty}\n",
    '1:21 server.http_port: expected a port (0 to 65535), got "eighty"',
  ],
  [
    "server: {http_port: 65536}\n",
    "1:21 server.http_port: expected a port (0 to 65535), got 65536",
  ],
  ["server: {http_port: -1}\n", "1:21 server.http_port: expected a port (0 to 65535), got -1"],
  ["server: {http_port: 80.5}\n", "1:21 server.http_port: expected a port (0 to 65535), got 80.5"],
  [
    "server: {http_port: [80]}\n",
    "1:21 server.http_port: expected a port (0 to 65535), got a list",
  ],
  ["server: {http_port: true}\n", "1:21 server.http_port: expected a port (0 to 65535), got true"],
  ["server:\n  http_port:\n", "2:3 server.http_port: has no value; expected a port (0 to 65535)"],
  ["server: {timeout: 0}\n", "1:19 server.timeout: expected 1ms to 1h, got 0 seconds"],
  ["server: {timeout: .inf}\n", "1:19 server.timeout: expected whole milliseconds, got Infinity"],
  ["server: {router: dynamic}\n", '1:18 server.router: expected static or spa, got "dynamic"'],
  ["server: {router: 5}\n", "1:18 server.router: expected static or spa, got 5"],
  ["server: {index: yes}\n", '1:17 server.index: expected true or false, got "yes"'],
  [
    "server: {names: a.b}\n",
    '1:17 server.names: expected a list ("- " before each entry), got "a.b"',
  ],
  ["paths: {serve_dir: ''}\n", '1:20 paths.serve_dir: expected a path, got ""'],
  ["paths: {serve_dir: 5}\n", "1:20 paths.serve_dir: expected a path, got 5"],
  ['paths: {log_dir: "a\\0b"}\n', '1:18 paths.log_dir: "a\\x00b" holds a control character'],
  ["headers: [a]\n", "1:10 headers: expected keys and values, got a list"],
  ["headers: {X-A: 1}\n", "1:16 headers.X-A: expected text, got 1"],
  ["headers: {X-A: }\n", "1:11 headers.X-A: has no value; expected a text"],
  [
    "headers: {Content-Length: 5}\n",
    "1:11 headers.Content-Length: Content-Length frames the answer; the server writes it itself, for each body",
  ],
  [
    "headers: {X-A: a, x-a: b}\n",
    '1:24 headers.x-a: is the same as "X-A"; case makes no difference',
  ],
  [
    "media_types: {md: text/markdown, MD: a/b}\n",
    '1:38 media_types.MD: is the same as "md"; case makes no difference',
  ],
  [
    "tls: {enabled: true}\n",
    "1:16 tls.enabled: is true, but there is no certificate: tls.cert_path and tls.key_path are missing",
  ],
  ["tls: {enabled: maybe}\n", '1:16 tls.enabled: expected true or false, got "maybe"'],
  ["tls: {cert_path: a, key_path: b}\n", "1:1 tls.enabled: is missing; say true or false"],
  [
    "tls: {enabled: true, cert_path: a}\n",
    "1:33 tls.cert_path: has no tls.key_path beside it; both are needed",
  ],
  [
    "tls: {enabled: true, key_path: a}\n",
    "1:32 tls.key_path: has no tls.cert_path beside it; both are needed",
  ],
  [
    "tls: {enabled: true, dev: true, cert_path: a, key_path: b}\n",
    "1:27 tls.dev: makes its own certificate, but one is given too",
  ],
  [
    "tls: {enabled: true, names: [a.b], cert_path: a, key_path: b}\n",
    "1:29 tls.names: is for dev: true only; a certificate brings its own names",
  ],
  [
    "tls: {enabled: true, certificates: [{hosts: [], cert_path: a, key_path: b}]}\n",
    "1:45 tls.certificates[0].hosts: expected at least one entry",
  ],
  [
    "server: {http_port: 443}\ntls: {enabled: true, dev: true}\n",
    "1:1 server.https_port: is 443, as is server.http_port",
  ],
  [
    "server: {http_port: off}\n",
    "1:21 server.http_port: is off, and TLS is too: there is nothing to listen on",
  ],
  [
    "server: {https_port: off}\ntls: {enabled: true, dev: true}\n",
    "1:22 server.https_port: is off, but tls.enabled is true",
  ],
  [
    "server: {addr: 'unix:/x'}\ntls: {enabled: true, dev: true}\n",
    "1:1 server.http_port: would share its socket with HTTPS",
  ],
  [
    "server: {workers: 0}\n",
    "1:19 server.workers: expected a number of processes (1 to 256), or auto, got 0",
  ],
  ["server: {user: 'a b'}\n", '1:16 server.user: expected a name or a number, got "a b"'],
  [
    "server: {proxy_protocol: true}\n",
    "1:26 server.proxy_protocol: is true, but no proxy is trusted",
  ],
  [
    "server: {trusted_proxies: [10.1.2.3/8]}\n",
    '1:28 server.trusted_proxies[0]: expected an address, a range such as 10.0.0.0/8, or unix, got "10.1.2.3/8"',
  ],
  [
    "logging: {access: combind}\n",
    '1:19 logging.access: expected combined, json or off, got "combind"',
  ],
  [
    "limits: {header_count: 1.5}\n",
    "1:24 limits.header_count: expected a whole number, 1 to 10000, got 1.5",
  ],
  [
    "limits: {body_bytes: lots}\n",
    '1:22 limits.body_bytes: expected a size such as 8KiB or 1MiB, got "lots"',
  ],
  [
    "file_systems: {a: {kind: disc, root: x}}\n",
    '1:26 file_systems.a.kind: expected disk, memory, overlay, subtree, read-only, mounts or https, got "disc"',
  ],
  [
    "file_systems: {a: {root: x}}\n",
    "1:16 file_systems.a.kind: is missing; expected disk, memory, overlay, subtree, read-only, mounts or https",
  ],
  ["file_systems: {a: {kind: disk}}\n", "1:16 file_systems.a.root: is missing; expected a path"],
  ["file_systems: {a: {kind: memory, root: x}}\n", "1:34 file_systems.a.root: unknown key"],
  [
    "routes: {path: /}\n",
    '1:9 routes: expected a list ("- " before each entry), got keys and values',
  ],
  ["routes: [{files: site}]\n", "1:10 routes[0].path: is missing; expected a path"],
] as const) {
  test(`${text.trim()}: ${problem}`, () => {
    assert.deepEqual(problemsOf(text), [problem]);
  });
}

test("hints say what was probably meant", () => {
  const hintOf = (text: string) => {
    const result = read(text);
    return result.kind === "problems" ? result.problems[0]?.hint : "no problem";
  };
  assert.equal(hintOf("servr: {}\n"), "did you mean server?");
  assert.equal(hintOf("serve_dir: x\n"), "serve_dir belongs under paths:");
  assert.equal(
    hintOf("server: {headers: {}}\n"),
    "headers belongs to the top level, without indentation",
  );
  assert.equal(hintOf("a: &a {b: c}\nserver: {<<: *a}\n"), undefined);
  assert.equal(
    hintOf("server: {<<: {index: true}}\n"),
    "merge keys are not used here; write the values out",
  );
  assert.equal(hintOf("server: {index: no}\n"), "YAML 1.2 takes it for text; write false");
  assert.equal(hintOf('server: {http_port: "80"}\n'), "write it without quotes");
  assert.equal(hintOf("server: {router: sap}\n"), "did you mean spa?");
  assert.equal(hintOf("headers: {X-A: 1}\n"), 'write quotes: "1"');
  assert.equal(hintOf("file_systems: {a: {kind: dsk}}\n"), "did you mean disk?");
  assert.equal(
    hintOf("file_systems: {a: {kind: disk, roott: x, root: y}}\n"),
    "did you mean root?",
  );
  assert.equal(hintOf("tls: {enabled: true}\n"), "for development: dev: true");
});

test("every problem of a file is told at once, rules between words included", () => {
  assert.deepEqual(
    problemsOf(
      "server:\n  adr: x\n  http_port: eighty\nlimits:\n  linger: 0755\n" +
        "routes:\n  - {path: a, files: b}\n  - {path: /c}\ntls: {cert_path: a}\nz: 1\nz: 2\n",
    ),
    [
      "2:3 server.adr: unknown key",
      '3:14 server.http_port: expected a port (0 to 65535), got "eighty"',
      "5:11 limits.linger: 0755 starts with a zero, but is read as 755",
      "5:11 limits.linger: expected 0 to 1m, got 755 seconds",
      '7:12 routes[0].path: expected a path that starts with "/", got "a"',
      "8:5 routes[1]: says where, but not what: files, redirect, metrics, health, vfs_https or precomputed is missing",
      "9:1 tls.enabled: is missing; say true or false",
      "10:1 z: unknown key",
      "11:1 z: is given twice; first in line 10",
    ],
  );
});

test("what may only be an echo of another problem is not told", () => {
  // Without its port the server would listen nowhere, but a port was meant.
  assert.deepEqual(problemsOf("tls: {enabled: true, cert_path: 5, key_path: a}\n"), [
    "1:33 tls.cert_path: expected a path, got 5",
  ]);
});

test("flags and variables are judged like words of the file, under their own names", () => {
  const overrides = [
    { section: "server", word: "http_port", value: "x", origin: "--port" },
    { section: "server", word: "addr", value: "::1", origin: "FERROX_ADDR" },
  ];
  assert.deepEqual(problemsOf(ORIGINAL, { overrides }), [
    '--port server.http_port: expected a port (0 to 65535), got "x"',
  ]);
  assert.equal(configOf(ORIGINAL, { overrides: overrides.slice(1) }).server.addr, "::1");
});

test("TLS with a certificate, and more for other hosts", () => {
  const { tls, server } = configOf(`tls:
  enabled: true
  cert_path: c.pem
  key_path: /k.pem
  certificates:
    - {hosts: ["*.A.example"], cert_path: a.pem, key_path: ak.pem}
`);
  assert.deepEqual(tls, {
    kind: "files",
    main: { certPath: "/etc/ferrox/c.pem", keyPath: "/k.pem", origin: "ferrox.yml:3" },
    others: [
      {
        certPath: "/etc/ferrox/a.pem",
        keyPath: "/etc/ferrox/ak.pem",
        origin: "ferrox.yml:6",
        hosts: ["*.a.example"],
      },
    ],
  });
  assert.equal(server.httpsPort, 443);
});

test("the first of several certificates is for clients that name no host", () => {
  const { tls } = configOf(
    "tls: {enabled: true, certificates: [{hosts: [a.b], cert_path: c, key_path: k}]}\n",
  );
  assert.ok(tls.kind === "files");
  assert.equal(tls.main.certPath, "/etc/ferrox/c");
  assert.equal(tls.others.length, 1);
});

test("TLS for development has names instead of files", () => {
  assert.deepEqual(configOf("tls: {enabled: true, dev: true, names: [Box.local]}\n").tls, {
    kind: "dev",
    names: ["box.local"],
  });
});

test("no text makes it throw", () => {
  const random = randomFrom(20_261_120);
  const pieces = [
    ...": \n-[]{}&*!|>'\"#%@`,?<0\t\r\u0000é",
    "server",
    "tls",
    "\n  ",
    "a: ",
    "*a",
    "&a ",
  ] as const;
  const [first, ...others] = pieces;
  for (let round = 0; round < 3000; round++) {
    let text = "";
    for (let length = random.below(40); length >= 0; length--)
      text += random.pick([first ?? "", ...others]);
    const result = read(text);
    if (result.kind === "config") continue;
    assert.ok(result.problems.length > 0, JSON.stringify(text));
    for (const { place } of result.problems)
      assert.ok(place.spot !== undefined, JSON.stringify(text));
  }
});

test("a good file that lost or gained a few characters is understood or refused, never thrown at", () => {
  const random = randomFrom(7);
  for (let round = 0; round < 1000; round++) {
    const at = random.below(ORIGINAL.length);
    const cut = random.below(8);
    const extra = random.pick(["{", "[", ":", "- ", "#", "\n", "'", '"', "\t"]);
    const text = ORIGINAL.slice(0, at) + extra + ORIGINAL.slice(at + cut);
    assert.equal(
      lines(read(text)).some((line) => line.includes("undefined")),
      false,
      text,
    );
  }
});
