// What every answer must look like, whatever was asked. RFC 9110, sections 5.6.7, 6.6.1 and 8.3;
// RFC 9112, section 6. That each can be read at all is judged with every case.

import type { Group } from "../case.ts";
import { date, delimited, empty, has, lacks, now, when, without } from "../claims.ts";
import { bare, get, old, request } from "./words.ts";

const DATED = (
  [
    ["200", "A 200", [get()], "200"],
    ["missing", "A 404", [request("GET {missing} HTTP/1.1")], "{missing-status}"],
    ["304", "A 304", [get("If-None-Match: *")], "200 304"],
    ["old", "An answer to HTTP/1.0", [old()], "200"],
  ] as const
).map(
  ([id, what, send, status]) =>
    ({
      id: `date-${id}`,
      level: "must",
      section: "RFC 9110, 6.6.1 and 5.6.7",
      rule: `${what} carries a Date, in the one form that may be written.`,
      send,
      expect: { answers: [status], claims: [when("2xx 3xx 4xx", date("date"))] },
    }) as const,
);

const NO_DETAILS =
  /\bat .{1,80}:[0-9]+:[0-9]+\)?|node:internal|Traceback \(most recent|\.rb:[0-9]+/;

export const ANSWERS: Group = {
  name: "answers",
  title: "Answers",
  cases: [
    {
      id: "date-refused",
      level: "must",
      section: "RFC 9110, 6.6.1",
      rule: "A 400 for the form of a request carries a Date, as any 4xx does.",
      send: [bare("GET {path} HTTP/1.1")],
      expect: { answers: ["400"], claims: [date("date")] },
    },
    {
      id: "date-now",
      level: "should",
      section: "RFC 9110, 6.6.1",
      rule: "Date is about now.",
      send: [get()],
      expect: { answers: ["200"], claims: [now] },
    },
    {
      id: "type",
      level: "should",
      section: "RFC 9110, 8.3",
      rule: "Content has a Content-Type.",
      send: [get()],
      expect: { answers: ["200"], claims: [has("content-type", /^[^\s/]+\/[^\s/;]+/)] },
    },
    {
      id: "type-missing",
      level: "should",
      section: "RFC 9110, 8.3",
      rule: "The content of a 404 has a Content-Type.",
      send: [request("GET {missing} HTTP/1.1")],
      expect: {
        answers: ["{missing-status}"],
        claims: [
          (witness) =>
            witness.answer.body.length === 0 ? undefined : has("content-type")(witness),
        ],
      },
    },
    {
      id: "delimited",
      level: "house",
      section: "RFC 9112, 6.3",
      rule: "The end of a body is known without ending the connection.",
      send: [get()],
      expect: { answers: ["200"], claims: [delimited] },
    },
    {
      id: "delimited-missing",
      level: "house",
      section: "RFC 9112, 6.3",
      rule: "The end of a 404's body is known without ending the connection.",
      send: [request("GET {missing} HTTP/1.1")],
      expect: { answers: ["{missing-status}"], claims: [delimited] },
    },
    {
      id: "no-coding-to-old",
      level: "must",
      section: "RFC 9112, 6.1",
      rule: "No transfer coding is sent to a client of HTTP/1.0.",
      send: [old()],
      expect: { answers: ["200"], claims: [lacks("transfer-encoding")] },
    },
    {
      id: "no-coding-to-old-keep-alive",
      level: "must",
      section: "RFC 9112, 6.1",
      rule: "No transfer coding is sent to a client of HTTP/1.0 that keeps its connection.",
      send: [old("Connection: keep-alive")],
      expect: { answers: ["200"], claims: [lacks("transfer-encoding")] },
    },
    {
      id: "no-interim-to-old",
      level: "must",
      section: "RFC 9110, 15.2",
      rule: "No interim answer is sent to a client of HTTP/1.0.",
      send: [old()],
      expect: { answers: ["200"], interim: "none" },
    },
    {
      id: "server-version",
      level: "should",
      section: "RFC 9110, 10.2.4",
      rule: "Server does not tell which version runs to the last digit.",
      send: [get()],
      expect: {
        answers: ["200"],
        claims: [
          (witness) => {
            const server = witness.answer.fields.get("server") ?? "";
            return /[0-9]+\.[0-9]+/.test(server) ? `Server: ${server}` : undefined;
          },
        ],
      },
    },
    {
      id: "powered-by",
      level: "house",
      section: "RFC 9110, 17.12",
      rule: "No X-Powered-By tells what the server is made of.",
      send: [get()],
      expect: { answers: ["200"], claims: [lacks("x-powered-by")] },
    },
    {
      id: "reflected",
      level: "house",
      section: "RFC 9110, 17.7",
      rule: "A path is not written into a page as markup.",
      send: [request("GET {missing}/%3Cscript%3Ealert(1)%3C/script%3E HTTP/1.1")],
      expect: { answers: ["2xx 3xx 4xx"], claims: [without("the script", /<script>alert\(1\)/)] },
    },
    {
      id: "redirect-line-end",
      level: "must",
      section: "RFC 9110, 5.5",
      rule: "An escaped line end in a path becomes no field of the answer.",
      send: [request("GET {missing}%0d%0aX-Probe-Injected:%20yes HTTP/1.1")],
      expect: { answers: ["2xx 3xx 4xx"], claims: [lacks("x-probe-injected")] },
    },
    {
      id: "redirect-elsewhere",
      level: "house",
      section: "RFC 9110, 17.3",
      rule: "A path that begins with two slashes does not lead to another host.",
      send: [request("GET //other.invalid/%2e%2e HTTP/1.1")],
      expect: {
        answers: ["2xx 3xx 4xx"],
        claims: [
          ({ answer }) => {
            const location = answer.fields.get("location") ?? "";
            return /^(?:[a-z]+:)?[/\\]{2}other\.invalid/i.test(location)
              ? `Location: ${location}`
              : undefined;
          },
        ],
      },
    },
    {
      id: "no-details",
      level: "house",
      section: "RFC 9110, 17.12",
      rule: "A refusal shows no inner workings: no stack, no file of the program.",
      send: [request("GET /%c0%ae%c0%ae/%ff HTTP/1.1")],
      expect: { answers: ["2xx 3xx 4xx"], claims: [without("inner workings", NO_DETAILS)] },
    },
    {
      id: "empty-304",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "Nothing follows the head of a 304.",
      send: [get("If-None-Match: *")],
      expect: { answers: ["200 304"], connection: "as said", claims: [when("304", empty)] },
    },
    {
      id: "accept-any",
      level: "must",
      section: "RFC 9110, 12.5.1",
      rule: "A type that nobody has is answered with 406, or with what there is.",
      send: [get("Accept: application/x-nobody-has-this")],
      expect: { answers: ["200 406"] },
    },
    {
      id: "accept-broken",
      level: "house",
      section: "RFC 9110, 12.5.1",
      rule: "An Accept that cannot be read is passed over.",
      send: [get("Accept: ;;;,,q=, /", "Accept-Language: ;q=1.2.3", "Accept-Charset: \xff")],
      expect: { answers: ["200"] },
    },
    ...DATED,
  ],
};
