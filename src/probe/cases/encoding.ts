// The same content in several codings. RFC 9110, sections 8.4, 12.5.3 and 12.5.5.

import type { Case, Group } from "../case.ts";
import { lacks, sameIfSaid, whole } from "../claims.ts";
import { codedIn, decodes, tagOfItsOwn, uncoded, variesByCoding } from "../claims-coding.ts";
import { get, request } from "./words.ts";

const UNCODED = (
  [
    ["empty", "An empty Accept-Encoding", ""],
    ["identity", "Accept-Encoding: identity", "identity"],
    ["unknown", "A coding nobody has", "x-nobody-has-this"],
    ["refused", "All codings with a weight of zero", "gzip;q=0, br;q=0, zstd;q=0, deflate;q=0"],
    ["star-refused", "Anything but identity refused", "identity, *;q=0"],
  ] as const
).map(
  ([id, what, value]): Case => ({
    id,
    level: "should",
    section: "RFC 9110, 12.5.3",
    rule: `${what} means: not coded, please.`,
    send: [get(`Accept-Encoding: ${value}`)],
    expect: { answers: ["200"], claims: [uncoded, whole] },
    needs: ["stable"],
  }),
);

const CHOSEN = (
  [
    ["gzip", "gzip", ["gzip", "x-gzip"]],
    ["br", "br", ["br"]],
    ["case", "GZIP", ["gzip", "x-gzip"]],
    ["weights", "gzip;q=0.5, br;q=0", ["gzip", "x-gzip"]],
    ["weight-small", "gzip;q=0.001, br;q=0", ["gzip", "x-gzip"]],
    ["weight-blanks", "gzip ; q=1 , br ; q=0", ["gzip", "x-gzip"]],
  ] as const
).map(
  ([id, value, codings]): Case => ({
    id,
    level: "should",
    section: "RFC 9110, 12.5.3",
    rule: `"${value}" is answered in ${codings[0]} or uncoded, and decodes to the content.`,
    send: [get(`Accept-Encoding: ${value}`)],
    expect: { answers: ["200"], claims: [codedIn(...codings), decodes] },
    needs: ["stable"],
  }),
);

export const ENCODING: Group = {
  name: "encoding",
  title: "Content codings",
  cases: [
    {
      id: "decodes",
      level: "must",
      section: "RFC 9110, 8.4",
      rule: "What is called coded is coded, and decodes to the content.",
      send: [get("Accept-Encoding: gzip, br")],
      expect: { answers: ["200"], connection: "as said", claims: [decodes] },
      needs: ["coded", "stable"],
    },
    {
      id: "any",
      level: "must",
      section: "RFC 9110, 8.4 and 12.5.3",
      rule: "Whatever is chosen for * decodes to the content.",
      send: [get("Accept-Encoding: *")],
      expect: { answers: ["200"], claims: [decodes] },
      needs: ["stable"],
    },
    {
      id: "varies",
      level: "should",
      section: "RFC 9110, 12.5.5",
      rule: "A coded answer tells caches that Accept-Encoding decided.",
      send: [get("Accept-Encoding: gzip, br")],
      expect: { answers: ["200"], claims: [variesByCoding] },
      needs: ["coded"],
    },
    {
      id: "varies-uncoded",
      level: "should",
      section: "RFC 9110, 12.5.5",
      rule: "The uncoded answer of a path that is coded for others tells caches so.",
      send: [get()],
      expect: { answers: ["200"], claims: [variesByCoding] },
      needs: ["coded"],
    },
    {
      id: "tag",
      level: "must",
      section: "RFC 9110, 8.8.3.3",
      rule: "Coded bytes have a strong tag of their own.",
      send: [get("Accept-Encoding: gzip, br")],
      expect: { answers: ["200"], claims: [tagOfItsOwn] },
      needs: ["coded"],
    },
    {
      id: "tag-still",
      level: "must",
      section: "RFC 9110, 13.1.2",
      rule: "The tag of coded bytes is good for a 304.",
      send: [get("Accept-Encoding: gzip, br", "If-None-Match: {coded-etag}")],
      expect: { answers: ["304"] },
    },
    {
      id: "head",
      level: "must",
      section: "RFC 9110, 8.6 and 9.3.2",
      rule: "HEAD says a length of the coded bytes, or none.",
      send: [request("HEAD {path} HTTP/1.1", "Accept-Encoding: gzip, br")],
      methods: ["HEAD"],
      expect: {
        answers: ["200"],
        claims: [
          ({ answer, facts }) => {
            const said = answer.fields.get("content-length");
            const length = String(facts.coded?.body.length);
            return said === undefined || said === length ? undefined : `Content-Length: ${said}`;
          },
        ],
      },
      needs: ["coded", "stable"],
    },
    {
      id: "none-asked",
      level: "house",
      section: "RFC 9110, 12.5.3",
      rule: "Who does not speak of codings gets none.",
      send: [get()],
      expect: { answers: ["200"], claims: [uncoded] },
    },
    {
      id: "none-identity-said",
      level: "should",
      section: "RFC 9110, 8.4.1",
      rule: "An uncoded content does not call itself identity.",
      send: [get()],
      expect: {
        answers: ["200"],
        claims: [
          (it) =>
            it.answer.fields.get("content-encoding")?.toLowerCase() === "identity"
              ? lacks("content-encoding")(it)
              : undefined,
        ],
      },
    },
    {
      id: "nothing-acceptable",
      level: "must",
      section: "RFC 9110, 12.5.3",
      rule: "When nothing is acceptable, that is said, or something is sent all the same.",
      send: [get("Accept-Encoding: *;q=0")],
      expect: { answers: ["200 406 415"] },
    },
    {
      id: "broken",
      level: "house",
      section: "RFC 9110, 12.5.3",
      rule: "An Accept-Encoding that cannot be read is passed over.",
      send: [get("Accept-Encoding: ;q=1,,gzip;q=nine, ,/")],
      expect: { answers: ["200"], claims: [decodes] },
      needs: ["stable"],
    },
    {
      id: "length-uncoded",
      level: "must",
      section: "RFC 9110, 8.6",
      rule: "A refused coding leaves the length of the content itself.",
      send: [get("Accept-Encoding: gzip;q=0, br;q=0")],
      expect: { answers: ["200"], claims: [decodes, sameIfSaid("content-length")] },
      needs: ["stable"],
    },
    ...UNCODED,
    ...CHOSEN,
  ],
};
