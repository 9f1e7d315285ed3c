// The request target in its four forms. RFC 9112, section 3.2; RFC 3986.

import type { Group } from "../case.ts";
import { whole, without } from "../claims.ts";
import { bare, get, request, SERVED } from "./words.ts";

/** Grammar that no URI has. */
const INVALID = (
  [
    ["fragment", "A fragment", "{path}#part"],
    ["bad-escape", "A % without two hexadecimal digits", "/%zz"],
    ["cut-escape", "A % at the very end", "/a%4"],
    ["beyond-ascii", "A letter beyond ASCII that is not escaped", "/caf\xe9"],
    ["nul", "NUL", "/a\x00b"],
    ["control", "A control byte", "/a\x07b"],
    ["delete", "DEL", "/a\x7fb"],
    ["quote", "A double quote", '/a"b'],
    ["angle", "An angle bracket", "/a<b>"],
    ["no-slash", "A path without its first slash", "index.html"],
    ["asterisk-get", "The target * with any method but OPTIONS", "*"],
    ["authority-get", "Host and port alone with any method but CONNECT", "{host}"],
  ] as const
).map(
  ([id, what, target]) =>
    ({
      id,
      level: "should",
      section: "RFC 9112, 3.2",
      rule: `${what} in a target is answered with 400, not repaired.`,
      send: [request(`GET ${target} HTTP/1.1`)],
      // 404: it was looked for as it stands, and nothing was repaired either.
      expect: { answers: ["301 400 404"] },
    }) as const,
);

const CLIMBING = (
  [
    ["dots", "dots", "/../../../../../../../../etc/passwd"],
    ["dots-escaped", "escaped dots", "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd"],
    ["dots-slash-escaped", "an escaped slash", "/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd"],
    ["dots-backslash", "backslashes", "/..%5c..%5c..%5c..%5c..%5cetc%5cpasswd"],
    ["dots-twice-escaped", "dots escaped twice", "/%252e%252e/%252e%252e/%252e%252e/etc/passwd"],
  ] as const
).map(
  ([id, what, target]) =>
    ({
      id,
      level: "house",
      section: "RFC 9110, 17.3",
      rule: `No way up by ${what} leads out of what is served.`,
      send: [request(`GET ${target} HTTP/1.1`)],
      expect: {
        answers: ["200 3xx 4xx"],
        claims: [without("the password file", /^root:[^:\n]*:0:0:/m)],
      },
    }) as const,
);

export const TARGET: Group = {
  name: "target",
  title: "Target",
  cases: [
    {
      id: "absolute",
      level: "must",
      section: "RFC 9112, 3.2.2",
      rule: "A whole URL as target is accepted like its path.",
      send: [request("GET {scheme}://{host}{path} HTTP/1.1")],
      expect: { ...SERVED, claims: [whole] },
      needs: ["stable"],
    },
    {
      id: "absolute-wins",
      level: "must",
      section: "RFC 9112, 3.2.2",
      rule: "The host of a whole URL counts, and the Host field beside it is ignored.",
      send: [bare("GET {scheme}://{host}{path} HTTP/1.1", "Host: other.invalid")],
      expect: SERVED,
    },
    {
      id: "absolute-scheme-case",
      level: "should",
      section: "RFC 9110, 4.2.3",
      rule: "The scheme of a URL may be written in any case.",
      send: [request("GET HTTP://{host}{path} HTTP/1.1")],
      // Over TLS this names the other scheme, and somebody else may be meant.
      expect: { answers: ["200 3xx 421"] },
    },
    {
      id: "absolute-no-path",
      level: "must",
      section: "RFC 9112, 3.2.2",
      rule: "A URL that ends behind its host means the path /.",
      send: [request("GET {scheme}://{host} HTTP/1.1")],
      expect: { answers: ["2xx 3xx 401 403 404"] },
    },
    {
      id: "absolute-userinfo",
      level: "should",
      section: "RFC 9110, 4.2.4",
      rule: "A user name in a URL is treated as an error: it is made to mislead.",
      send: [request("GET {scheme}://trusted.example@{host}{path} HTTP/1.1")],
      expect: { answers: ["4xx"] },
    },
    {
      id: "scheme-other",
      level: "house",
      section: "RFC 9112, 3.2.2",
      rule: "A URL of a scheme that is not HTTP is refused.",
      send: [request("GET file:///etc/passwd HTTP/1.1")],
      expect: { answers: ["4xx"] },
    },
    {
      id: "escaped-letter",
      level: "should",
      section: "RFC 9110, 4.2.3",
      rule: "A letter and its percent-encoding are the same letter.",
      send: [request("GET {path-escaped} HTTP/1.1")],
      expect: { answers: ["200"], claims: [whole] },
      needs: ["stable"],
    },
    {
      id: "length-8000",
      level: "should",
      section: "RFC 9112, 3",
      rule: "A request line of 8000 bytes is not too long.",
      send: [request(`GET {path}?${"a".repeat(7900)} HTTP/1.1`)],
      expect: { answers: ["2xx 3xx 4xx -400 -414 -431"] },
    },
    {
      id: "options-asterisk",
      level: "should",
      section: "RFC 9112, 3.2.4",
      rule: "OPTIONS * is a request about the server as a whole, not a syntax error.",
      send: [request("OPTIONS * HTTP/1.1", "Content-Length: 0")],
      expect: { answers: ["2xx 403 404 405 501"] },
    },
    {
      id: "connect",
      level: "must",
      section: "RFC 9110, 9.3.6",
      rule: "A server that is no proxy does not pretend to open a tunnel.",
      send: [bare("CONNECT unknown.invalid:80 HTTP/1.1", "Host: unknown.invalid:80")],
      expect: { answers: ["4xx 5xx"], atLeast: 0 },
    },
    {
      id: "nul-escaped",
      level: "house",
      section: "RFC 9110, 17.3",
      rule: "An escaped NUL names no file, and cuts none short.",
      send: [request("GET {path}%00.html HTTP/1.1")],
      expect: { answers: ["400 403 404"] },
    },
    {
      id: "query",
      level: "house",
      section: "RFC 9110, 4.2.2",
      rule: "A query does not change which file is meant.",
      send: [request("GET {path}?a=b&c HTTP/1.1")],
      expect: SERVED,
    },
    {
      id: "space-not-run",
      level: "must",
      section: "RFC 9112, 3.2",
      rule: "A space in a target makes no second request of its rest.",
      send: [`GET /a b HTTP/1.1\r\nHost: {host}\r\n\r\n`],
      expect: { answers: ["301 4xx"] },
    },
    {
      id: "served-after-404",
      level: "house",
      section: "RFC 9112, 9.3",
      rule: "A path that does not exist is no reason to end the connection.",
      send: [request("GET {missing} HTTP/1.1")],
      expect: { answers: ["{missing-status}"], connection: "open" },
    },
    {
      id: "stable",
      level: "must",
      section: "RFC 9110, 9.3.1",
      rule: "The same path gives the same content again.",
      send: [get()],
      expect: { answers: ["200"], claims: [whole] },
      needs: ["stable"],
    },
    ...INVALID,
    ...CLIMBING,
  ],
};
