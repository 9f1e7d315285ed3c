import assert from "node:assert/strict";
import { test } from "node:test";
import { banner, localUrl, plainLines, urlOf } from "../../src/cli/banner.ts";

const tcp = (host: string, port: number, secure = false) => ({
  address: { kind: "tcp", host, port } as const,
  secure,
});

test("a URL has brackets around IPv6 and no usual port", () => {
  assert.equal(urlOf(tcp("127.0.0.1", 8080)), "http://127.0.0.1:8080");
  assert.equal(urlOf(tcp("::1", 8443, true)), "https://[::1]:8443");
  assert.equal(urlOf(tcp("192.0.2.1", 80)), "http://192.0.2.1");
  assert.equal(urlOf(tcp("192.0.2.1", 443, true)), "https://192.0.2.1");
  assert.equal(urlOf(tcp("192.0.2.1", 443)), "http://192.0.2.1:443");
  assert.equal(
    urlOf({ address: { kind: "unix", path: "/run/ferrox.sock" }, secure: false }),
    "http+unix:/run/ferrox.sock",
  );
});

test("people on this machine ask for localhost", () => {
  assert.equal(localUrl(tcp("127.0.0.1", 8080)), "http://localhost:8080");
  assert.equal(localUrl(tcp("0.0.0.0", 8080)), "http://localhost:8080");
  assert.equal(localUrl(tcp("192.0.2.1", 8080)), "http://192.0.2.1:8080");
});

const FACTS = {
  version: "1.2.3",
  serving: "/srv/www",
  notes: [],
  networkAddresses: ["192.0.2.7"],
};

test("scripts get one line for each address", () => {
  const doors = [tcp("127.0.0.1", 8443, true), tcp("127.0.0.1", 8080)];
  assert.equal(
    plainLines({ ...FACTS, doors, notes: ["port 8080 is in use, using 8081"] }),
    "port 8080 is in use, using 8081\n" +
      "Ferrox running on https://127.0.0.1:8443\n" +
      "Ferrox running on http://127.0.0.1:8080\n",
  );
});

test("a terminal gets aligned lines, with the network only when it is listened to", () => {
  const here = banner({ ...FACTS, doors: [tcp("127.0.0.1", 8080)] });
  assert.match(here, /^ {2}Serving {2}\/srv\/www\n {2}Local {4}http:\/\/localhost:8080$/m);
  assert.doesNotMatch(here, /Network/);
  const everywhere = banner({ ...FACTS, doors: [tcp("0.0.0.0", 8080)] });
  assert.match(everywhere, /^ {2}Network {2}http:\/\/192\.0\.2\.7:8080$/m);
});
