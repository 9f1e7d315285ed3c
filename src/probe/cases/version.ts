// The version of HTTP, as said and as answered. RFC 9112, section 2.3; RFC 9110, section 2.5.

import type { Group } from "../case.ts";
import { version } from "../claims.ts";
import { get, old, REFUSED, request } from "./words.ts";

const MALFORMED = (
  [
    ["lower-case", "in lower case", "http/1.1"],
    ["no-minor", "without a minor number", "HTTP/1"],
    ["no-digits", "without digits", "HTTP/"],
    ["comma", "with a comma for its dot", "HTTP/1,1"],
    ["two-digits", "with a minor number of two digits", "HTTP/1.10"],
    ["zero-first", "with a zero in front", "HTTP/01.1"],
    ["sign", "with a sign", "HTTP/+1.1"],
    ["suffix", "with letters behind it", "HTTP/1.1x"],
    ["other-protocol", "of another protocol", "ICY/1.1"],
  ] as const
).map(
  ([id, what, text]) =>
    ({
      id,
      level: "should",
      section: "RFC 9112, 2.3 and 3",
      rule: `A version ${what} is none: 400.`,
      send: [request(`GET {path} ${text}`)],
      expect: { answers: ["400 505"] },
    }) as const,
);

export const VERSION: Group = {
  name: "version",
  title: "Version",
  cases: [
    {
      id: "answer-1.1",
      level: "should",
      section: "RFC 9110, 2.5",
      rule: "An answer carries the highest version that the server conforms to: HTTP/1.1.",
      send: [get()],
      expect: { answers: ["200"], claims: [version("1.1")] },
    },
    {
      id: "answer-1.1-to-1.0",
      level: "should",
      section: "RFC 9110, 2.5",
      rule: "The version of an answer to HTTP/1.0 is the server's own: HTTP/1.1.",
      send: [old()],
      expect: { answers: ["200"], claims: [version("1.1")] },
    },
    {
      id: "minor-higher",
      level: "should",
      section: "RFC 9110, 2.5",
      rule: "A higher minor version is answered as the highest one that is known.",
      send: [request("GET {path} HTTP/1.2")],
      expect: { answers: ["200"] },
    },
    {
      id: "minor-9",
      level: "should",
      section: "RFC 9110, 2.5",
      rule: "HTTP/1.9 is answered as the highest minor version that is known.",
      send: [request("GET {path} HTTP/1.9")],
      expect: { answers: ["200"] },
    },
    {
      id: "major-2",
      level: "should",
      section: "RFC 9110, 2.5 and 15.6.6",
      rule: "HTTP/2.0 in a request line is refused: that version is not spoken like this.",
      send: [request("GET {path} HTTP/2.0")],
      expect: { answers: ["400 426 505"] },
    },
    {
      id: "major-3",
      level: "should",
      section: "RFC 9110, 15.6.6",
      rule: "A major version nobody speaks is refused.",
      send: [request("GET {path} HTTP/3.0")],
      expect: { answers: ["400 426 505"] },
    },
    {
      id: "none",
      level: "should",
      section: "RFC 9112, 3",
      rule: "A request line without a version (HTTP/0.9) is refused with a proper answer.",
      send: ["GET {path}\r\n\r\n"],
      expect: { answers: ["400 505"], atLeast: 0, connection: "closed" },
    },
    {
      id: "major-refused-as-505",
      level: "house",
      section: "RFC 9110, 15.6.6",
      rule: "The status for another major version is 505, which says why.",
      send: [request("GET {path} HTTP/2.0")],
      expect: { ...REFUSED, answers: ["505"] },
    },
    ...MALFORMED,
  ],
};
