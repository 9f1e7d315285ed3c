// Conditions by entity tag: "not again if it is still this one". RFC 9110, section 13.

import type { Group } from "../case.ts";
import { empty, has, keeps, lacks, same, when, whole } from "../claims.ts";
import { get, request } from "./words.ts";

const STILL: { readonly answers: readonly string[]; readonly connection: "as said" } = {
  answers: ["304"],
  connection: "as said",
};
/** The condition is no reason not to answer in full. */
const IN_FULL = { answers: ["200"], claims: [whole] } as const;
const FAILED = { answers: ["412"] } as const;

export const TAGS: Group = {
  name: "tags",
  title: "Conditions by tag",
  cases: [
    {
      id: "sent",
      level: "should",
      section: "RFC 9110, 8.8 and 15.3.1",
      rule: "What can be asked again has a validator: an entity tag or a date of change.",
      send: [get()],
      expect: {
        answers: ["200"],
        claims: [
          (witness) =>
            has("etag")(witness) === undefined ? undefined : has("last-modified")(witness),
        ],
      },
    },
    {
      id: "form",
      level: "must",
      section: "RFC 9110, 8.8.3",
      rule: "An entity tag is a quoted text, perhaps with W/ in front.",
      send: [get()],
      expect: {
        answers: ["200"],
        claims: [when("200", (it) => quotedTag(it.answer.fields.get("etag")))],
      },
    },
    {
      id: "same-again",
      level: "must",
      section: "RFC 9110, 8.8.1",
      rule: "The same content keeps its strong tag.",
      send: [get()],
      expect: { answers: ["200"], claims: [same("etag")] },
      needs: ["stable", "strong-etag"],
    },
    {
      id: "none-match",
      level: "must",
      section: "RFC 9110, 13.1.2",
      rule: "If-None-Match with the present tag is answered with 304.",
      send: [get("If-None-Match: {etag}")],
      expect: STILL,
    },
    {
      id: "none-match-head",
      level: "must",
      section: "RFC 9110, 13.1.2",
      rule: "If-None-Match with the present tag is answered with 304 to HEAD as well.",
      send: [request("HEAD {path} HTTP/1.1", "If-None-Match: {etag}")],
      methods: ["HEAD"],
      expect: STILL,
    },
    {
      id: "none-match-weak",
      level: "must",
      section: "RFC 9110, 13.1.2",
      rule: "If-None-Match compares weakly: W/ in front makes no difference.",
      send: [get('If-None-Match: W/"{opaque}"')],
      expect: STILL,
    },
    {
      id: "none-match-list",
      level: "must",
      section: "RFC 9110, 13.1.2",
      rule: "One of several tags in If-None-Match is enough for a 304.",
      send: [get('If-None-Match: "probe-1", {etag}, W/"probe-2"')],
      expect: STILL,
    },
    {
      id: "none-match-lines",
      level: "must",
      section: "RFC 9110, 5.3 and 13.1.2",
      rule: "The tags of If-None-Match may stand in several lines.",
      send: [get('If-None-Match: "probe-1"', "If-None-Match: {etag}")],
      expect: STILL,
    },
    {
      id: "none-match-comma-inside",
      level: "must",
      section: "RFC 9110, 8.8.3 and 13.1.2",
      rule: "A comma inside a tag of If-None-Match separates nothing.",
      send: [get('If-None-Match: "probe,1", {etag}')],
      expect: STILL,
    },
    {
      id: "none-match-no-blanks",
      level: "must",
      section: "RFC 9110, 5.6.1",
      rule: "No space is needed between the tags of If-None-Match.",
      send: [get('If-None-Match: "probe-1",{etag}')],
      expect: STILL,
    },
    {
      id: "none-match-any",
      level: "must",
      section: "RFC 9110, 13.1.2",
      rule: "If-None-Match: * is false as soon as there is anything.",
      send: [get("If-None-Match: *")],
      expect: STILL,
    },
    {
      id: "none-match-other",
      level: "must",
      section: "RFC 9110, 13.1.2",
      rule: "If-None-Match with another tag is answered in full.",
      send: [get('If-None-Match: "probe-1"')],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "none-match-part",
      level: "must",
      section: "RFC 9110, 8.8.3.2",
      rule: "A tag that only begins like the present one is another tag.",
      send: [get('If-None-Match: "{opaque}x"')],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "none-match-unquoted",
      level: "house",
      section: "RFC 9110, 8.8.3",
      rule: "A tag without its quotes is none, so the answer is in full.",
      send: [get("If-None-Match: {opaque}")],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "none-match-before-date",
      level: "must",
      section: "RFC 9110, 13.1.3",
      rule: "Beside If-None-Match, If-Modified-Since does not count: another tag, an answer in full.",
      send: [get('If-None-Match: "probe-1"', "If-Modified-Since: {date}")],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "none-match-despite-date",
      level: "must",
      section: "RFC 9110, 13.2.2",
      rule: "If-None-Match with the present tag is 304, however old the If-Modified-Since beside it.",
      send: [get("If-None-Match: {etag}", "If-Modified-Since: {before}")],
      expect: STILL,
    },
    {
      id: "none-match-missing",
      level: "must",
      section: "RFC 9110, 13.2.1",
      rule: "Conditions change no refusal: what does not exist is still not there.",
      send: [request("GET {missing} HTTP/1.1", 'If-None-Match: "probe-1"')],
      expect: { answers: ["{missing-status}"] },
    },
    {
      id: "not-modified-tag",
      level: "must",
      section: "RFC 9110, 15.4.5",
      rule: "A 304 carries the tag that the 200 has.",
      send: [get("If-None-Match: {etag}")],
      expect: { answers: ["304"], claims: [same("etag")] },
      needs: ["stable"],
    },
    {
      id: "not-modified-keeps",
      level: "must",
      section: "RFC 9110, 15.4.5",
      rule: "A 304 carries Cache-Control, Content-Location, Expires and Vary as the 200 does.",
      send: [get("If-None-Match: {etag}")],
      expect: {
        answers: ["304"],
        claims: [
          keeps("cache-control"),
          keeps("content-location"),
          keeps("expires"),
          keeps("vary"),
        ],
      },
    },
    {
      id: "not-modified-lacks",
      level: "should",
      section: "RFC 9110, 15.4.5",
      rule: "A 304 does not describe a content it does not have.",
      send: [get("If-None-Match: {etag}")],
      expect: {
        answers: ["304"],
        claims: [lacks("content-type"), lacks("content-encoding"), lacks("content-range"), empty],
      },
    },
    {
      id: "match",
      level: "must",
      section: "RFC 9110, 13.1.1",
      rule: "If-Match with the present tag lets the request go on.",
      send: [get("If-Match: {strong-etag}")],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "match-any",
      level: "must",
      section: "RFC 9110, 13.1.1",
      rule: "If-Match: * lets the request go on when there is anything.",
      send: [get("If-Match: *")],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "match-list",
      level: "must",
      section: "RFC 9110, 13.1.1",
      rule: "One of several tags in If-Match is enough to go on.",
      send: [get('If-Match: "probe-1", {strong-etag}')],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "match-other",
      level: "must",
      section: "RFC 9110, 13.1.1",
      rule: "If-Match with another tag stops the request.",
      send: [get('If-Match: "probe-1"')],
      expect: { answers: ["4xx"] },
    },
    {
      id: "match-other-412",
      level: "house",
      section: "RFC 9110, 15.5.13",
      rule: "The status for an If-Match that failed is 412.",
      send: [get('If-Match: "probe-1"')],
      expect: FAILED,
    },
    {
      id: "match-weak",
      level: "must",
      section: "RFC 9110, 13.1.1",
      rule: "If-Match compares strongly: with W/ in front no tag is equal.",
      send: [get('If-Match: W/"{opaque}"')],
      expect: { answers: ["4xx"] },
    },
    {
      id: "match-missing",
      level: "must",
      section: "RFC 9110, 13.2.1",
      rule: "What does not exist stays not found, whatever If-Match says.",
      send: [request("GET {missing} HTTP/1.1", "If-Match: *")],
      expect: { answers: ["{missing-status} 412"] },
    },
    {
      id: "match-then-none-match",
      level: "must",
      section: "RFC 9110, 13.2.2",
      rule: "If-Match comes first, then If-None-Match: both with the present tag is 304.",
      send: [get("If-Match: {strong-etag}", "If-None-Match: {strong-etag}")],
      expect: STILL,
    },
  ],
};

function quotedTag(value: string | undefined): string | undefined {
  if (value === undefined || /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(value)) return undefined;
  return `ETag: ${value}`;
}
