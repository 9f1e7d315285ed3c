// Conditions by date. RFC 9110, sections 13.1.3 and 13.1.4; the three forms of dates: 5.6.7.

import type { Group } from "../case.ts";
import { date, past, when, whole } from "../claims.ts";
import { get, request } from "./words.ts";

const STILL = { answers: ["304"], connection: "as said" } as const;
const IN_FULL = { answers: ["200"], claims: [whole] } as const;

const NO_DATES = (
  [
    ["words", "yesterday"],
    ["number", "0"],
    ["iso", "2026-11-20T10:00:00Z"],
    ["zone", "Fri, 20 Nov 2037 10:00:00 +0100"],
    ["no-such-day", "Fri, 31 Feb 2037 10:00:00 GMT"],
    ["hour-25", "Fri, 20 Nov 2037 25:00:00 GMT"],
  ] as const
).map(
  ([id, text]) =>
    ({
      id: `modified-since-${id}`,
      level: "must",
      section: "RFC 9110, 13.1.3",
      rule: `"${text}" is no date of HTTP, so the condition is ignored.`,
      send: [get(`If-Modified-Since: ${text}`)],
      expect: IN_FULL,
      needs: ["stable"],
    }) as const,
);

export const DATES: Group = {
  name: "dates",
  title: "Conditions by date",
  cases: [
    {
      id: "form",
      level: "must",
      section: "RFC 9110, 8.8.2 and 5.6.7",
      rule: "Last-Modified is written in the one form that may be.",
      send: [get()],
      expect: { answers: ["200"], claims: [date("last-modified")] },
      needs: ["last-modified"],
    },
    {
      id: "past",
      level: "must",
      section: "RFC 9110, 8.8.2.1",
      rule: "Last-Modified is not later than Date.",
      send: [get()],
      expect: { answers: ["200"], claims: [past] },
      needs: ["last-modified"],
    },
    {
      id: "modified-since-same",
      level: "should",
      section: "RFC 9110, 13.1.3",
      rule: "If-Modified-Since with the date of change itself is answered with 304.",
      send: [get("If-Modified-Since: {last-modified}")],
      expect: STILL,
    },
    {
      id: "modified-since-head",
      level: "should",
      section: "RFC 9110, 13.1.3",
      rule: "If-Modified-Since with the date of change is answered with 304 to HEAD as well.",
      send: [request("HEAD {path} HTTP/1.1", "If-Modified-Since: {last-modified}")],
      methods: ["HEAD"],
      expect: STILL,
    },
    {
      id: "modified-since-now",
      level: "should",
      section: "RFC 9110, 13.1.3",
      rule: "If-Modified-Since with a later date is answered with 304: nothing has changed since.",
      send: [get("If-Modified-Since: {date}")],
      expect: STILL,
      needs: ["last-modified"],
    },
    {
      id: "modified-since-850",
      level: "should",
      section: "RFC 9110, 5.6.7",
      rule: "A date in the form of RFC 850, with two digits for the year, is read.",
      send: [get("If-Modified-Since: {last-modified-850}")],
      expect: STILL,
    },
    {
      id: "modified-since-asctime",
      level: "should",
      section: "RFC 9110, 5.6.7",
      rule: "A date in the form of asctime() is read.",
      send: [get("If-Modified-Since: {last-modified-asctime}")],
      expect: STILL,
    },
    {
      id: "modified-since-before",
      level: "must",
      section: "RFC 9110, 13.1.3",
      rule: "If-Modified-Since with an earlier date is answered in full.",
      send: [get("If-Modified-Since: {before}")],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "modified-since-missing",
      level: "must",
      section: "RFC 9110, 13.2.1",
      rule: "What does not exist is not found, whatever If-Modified-Since says.",
      send: [request("GET {missing} HTTP/1.1", "If-Modified-Since: {date}")],
      expect: { answers: ["{missing-status}"] },
    },
    {
      id: "not-modified-date",
      level: "must",
      section: "RFC 9110, 15.4.5",
      rule: "A 304 carries a Date.",
      send: [get("If-Modified-Since: {last-modified}")],
      expect: { answers: ["200 304"], claims: [when("304", date("date"))] },
    },
    {
      id: "unmodified-since-same",
      level: "must",
      section: "RFC 9110, 13.1.4",
      rule: "If-Unmodified-Since with the date of change lets the request go on.",
      send: [get("If-Unmodified-Since: {last-modified}")],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "unmodified-since-now",
      level: "must",
      section: "RFC 9110, 13.1.4",
      rule: "If-Unmodified-Since with a later date lets the request go on.",
      send: [get("If-Unmodified-Since: {date}")],
      expect: IN_FULL,
      needs: ["stable", "last-modified"],
    },
    {
      id: "unmodified-since-before",
      level: "must",
      section: "RFC 9110, 13.1.4",
      rule: "If-Unmodified-Since with an earlier date stops the request: it has changed since.",
      send: [get("If-Unmodified-Since: {before}")],
      expect: { answers: ["4xx"] },
    },
    {
      id: "unmodified-since-412",
      level: "house",
      section: "RFC 9110, 15.5.13",
      rule: "The status for an If-Unmodified-Since that failed is 412.",
      send: [get("If-Unmodified-Since: {before}")],
      expect: { answers: ["412"] },
    },
    {
      id: "unmodified-since-no-date",
      level: "must",
      section: "RFC 9110, 13.1.4",
      rule: "An If-Unmodified-Since that is no date is ignored.",
      send: [get("If-Unmodified-Since: long ago")],
      expect: IN_FULL,
      needs: ["stable"],
    },
    {
      id: "unmodified-since-beside-match",
      level: "must",
      section: "RFC 9110, 13.1.4",
      rule: "Beside If-Match, If-Unmodified-Since does not count.",
      send: [get("If-Match: {strong-etag}", "If-Unmodified-Since: {before}")],
      expect: IN_FULL,
      needs: ["stable"],
    },
    ...NO_DATES,
  ],
};
