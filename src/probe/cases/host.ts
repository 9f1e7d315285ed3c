// Whom a request is for. RFC 9112, section 3.2; RFC 9110, section 7.2.

import type { Group } from "../case.ts";
import { bare, REFUSED_EITHER_WAY, request, SERVED } from "./words.ts";

const INVALID = (
  [
    ["space", "with a space inside", "a b"],
    ["slash", "with a path", "{host}/path"],
    ["userinfo", "with a user name", "user@{host}"],
    ["bracket-open", "with a bracket that never closes", "[::1"],
    ["bracket-empty", "with nothing in its brackets", "[]"],
    ["port-letters", "with letters for a port", "localhost:http"],
    ["port-signed", "with a signed port", "localhost:-1"],
    ["colons", "with two ports", "localhost:1:2"],
    ["scheme", "that is a URL", "{scheme}://{host}"],
    ["quoted", "in quotes", '"{host}"'],
    ["beyond-ascii", "with a letter beyond ASCII", "caf\xe9"],
  ] as const
).map(
  ([id, what, value]) =>
    ({
      id: `invalid-${id}`,
      level: "must",
      section: "RFC 9112, 3.2",
      rule: `A Host ${what} is answered with 400.`,
      send: [bare("GET {path} HTTP/1.1", `Host: ${value}`)],
      expect: REFUSED_EITHER_WAY,
    }) as const,
);

export const HOST: Group = {
  name: "host",
  title: "Host",
  cases: [
    {
      id: "missing",
      level: "must",
      section: "RFC 9112, 3.2",
      rule: "A request of HTTP/1.1 without Host is answered with 400.",
      send: [bare("GET {path} HTTP/1.1")],
      expect: REFUSED_EITHER_WAY,
    },
    {
      id: "missing-absolute",
      level: "must",
      section: "RFC 9112, 3.2",
      rule: "Without Host it is 400 even when the target is a whole URL that names one.",
      send: [bare("GET {scheme}://{host}{path} HTTP/1.1")],
      expect: REFUSED_EITHER_WAY,
    },
    {
      id: "twice",
      level: "must",
      section: "RFC 9112, 3.2",
      rule: "Two Host lines that disagree are answered with 400.",
      send: [request("GET {path} HTTP/1.1", "Host: other.invalid")],
      expect: REFUSED_EITHER_WAY,
    },
    {
      id: "twice-same",
      level: "must",
      section: "RFC 9112, 3.2",
      rule: "Two Host lines are answered with 400 even when they agree.",
      send: [request("GET {path} HTTP/1.1", "Host: {host}")],
      expect: REFUSED_EITHER_WAY,
    },
    {
      id: "twice-1.0",
      level: "must",
      section: "RFC 9112, 3.2",
      rule: "Two Host lines are answered with 400 in HTTP/1.0 as in 1.1.",
      send: [request("GET {path} HTTP/1.0", "Host: other.invalid")],
      expect: REFUSED_EITHER_WAY,
    },
    {
      id: "twice-other-case",
      level: "must",
      section: "RFC 9110, 5.1",
      rule: "HOST and Host are the same field, so these are two of them.",
      send: [request("GET {path} HTTP/1.1", "HOST: other.invalid")],
      expect: REFUSED_EITHER_WAY,
    },
    {
      id: "name-case",
      level: "must",
      section: "RFC 9110, 5.1",
      rule: "A field name may be written in any case.",
      send: [bare("GET {path} HTTP/1.1", "hOsT: {host}")],
      expect: SERVED,
    },
    {
      id: "value-case",
      level: "must",
      section: "RFC 9110, 4.2.3",
      rule: "A host may be written in any case.",
      send: [bare("GET {path} HTTP/1.1", "Host: {HOST}")],
      expect: SERVED,
    },
    {
      id: "last-field",
      level: "must",
      section: "RFC 9110, 5.3",
      rule: "Host may stand behind other fields.",
      send: [bare("GET {path} HTTP/1.1", "Accept: */*", "X-Probe: 1", "Host: {host}")],
      expect: SERVED,
    },
    {
      id: "missing-1.0",
      level: "should",
      section: "RFC 9112, 3.2",
      rule: "HTTP/1.0 knows no Host, so its absence is no fault there.",
      send: [bare("GET {path} HTTP/1.0")],
      expect: { answers: ["2xx 3xx 403 404 421"] },
    },
    {
      id: "empty",
      level: "house",
      section: "RFC 9110, 4.2.1",
      rule: "An empty Host names nobody: an http URL has a host.",
      send: [bare("GET {path} HTTP/1.1", "Host:")],
      expect: REFUSED_EITHER_WAY,
    },
    ...INVALID,
  ],
};
