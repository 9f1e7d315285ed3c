// What is too much is refused in words, and nothing is read without end. RFC 9110, sections 5.4
// and 15.5.15; RFC 9112, section 3; RFC 6585, section 5.

import type { Group } from "../case.ts";
import { get, request } from "./words.ts";

const MUCH = 4 * 1024 * 1024;

export const LIMITS: Group = {
  name: "limits",
  title: "Limits",
  cases: [
    {
      id: "target-64k",
      level: "must",
      section: "RFC 9112, 3",
      rule: "A target longer than it wishes to read is answered with 414.",
      send: [request(`GET /${"a".repeat(64 * 1024)} HTTP/1.1`)],
      expect: { answers: ["2xx 3xx 404 414"] },
    },
    {
      id: "query-64k",
      level: "must",
      section: "RFC 9112, 3",
      rule: "A query longer than it wishes to read is answered with 414.",
      send: [request(`GET {path}?${"a".repeat(64 * 1024)} HTTP/1.1`)],
      expect: { answers: ["2xx 3xx 404 414"] },
    },
    {
      id: "field-64k",
      level: "must",
      section: "RFC 9110, 5.4",
      rule: "A field larger than it wishes to read is answered with a status of 4xx.",
      send: [get(`X-Probe: ${"a".repeat(64 * 1024)}`)],
      expect: { answers: ["200 4xx"] },
    },
    {
      id: "fields-64k",
      level: "must",
      section: "RFC 9110, 5.4",
      rule: "Fields that are too much together are answered with a status of 4xx.",
      send: [get(...Array.from({ length: 640 }, (_, at) => `X-Probe-${at}: ${"a".repeat(90)}`))],
      expect: { answers: ["200 4xx"] },
    },
    {
      id: "fields-2000",
      level: "must",
      section: "RFC 9110, 5.4",
      rule: "Too many fields, however small, are answered with a status of 4xx.",
      send: [get(...Array.from({ length: 2000 }, () => "X: 1"))],
      expect: { answers: ["200 4xx"] },
    },
    {
      id: "field-431",
      level: "house",
      section: "RFC 6585, 5",
      rule: "The status for fields that are too large is 431, which says why.",
      send: [get(`X-Probe: ${"a".repeat(64 * 1024)}`)],
      expect: { answers: ["431"], connection: "closed" },
    },
    {
      id: "target-414",
      level: "house",
      section: "RFC 9110, 15.5.15",
      rule: "The status for a target of 64 KiB is 414.",
      send: [request(`GET /${"a".repeat(64 * 1024)} HTTP/1.1`)],
      expect: { answers: ["414"], connection: "closed" },
    },
    {
      id: "field-4k",
      level: "house",
      section: "RFC 9110, 5.4",
      rule: "A field of four thousand bytes, a big cookie, is not too much.",
      send: [get(`Cookie: a=${"b".repeat(4000)}`)],
      expect: { answers: ["200"] },
    },
    {
      id: "fields-60",
      level: "house",
      section: "RFC 9110, 5.4",
      rule: "Sixty fields are not too many.",
      send: [get(...Array.from({ length: 60 }, (_, at) => `X-Probe-${at}: 1`))],
      expect: { answers: ["200"] },
    },
    {
      id: "request-line-endless",
      level: "house",
      section: "RFC 9112, 3",
      rule: "A request line without end is cut off.",
      send: ["GET /", { flood: "a".repeat(16_384), bytes: MUCH }],
      expect: { answers: ["4xx 501"], atLeast: 0, connection: "closed" },
    },
    {
      id: "field-endless",
      level: "house",
      section: "RFC 9110, 5.4",
      rule: "A field without end is cut off.",
      send: [
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Probe: ",
        { flood: "a".repeat(16_384), bytes: MUCH },
      ],
      expect: { answers: ["4xx"], atLeast: 0, connection: "closed" },
    },
    {
      id: "head-endless",
      level: "house",
      section: "RFC 9110, 5.4",
      rule: "A head without end is cut off.",
      send: [
        "GET {path} HTTP/1.1\r\nHost: {host}\r\n",
        { flood: "X-Probe: 1\r\n".repeat(1000), bytes: MUCH },
      ],
      expect: { answers: ["4xx"], atLeast: 0, connection: "closed" },
    },
    {
      id: "empty-lines-endless",
      level: "house",
      section: "RFC 9112, 2.2",
      rule: "Empty lines before a request are not skipped for ever.",
      send: [{ flood: "\r\n".repeat(8192), bytes: MUCH }],
      expect: { answers: ["4xx"], atLeast: 0, connection: "closed" },
    },
  ],
};
