// What a method asks for, and who says no how. RFC 9110, section 9.
// Nothing here can change anything: methods that might are asked of a path that nobody has, and
// PUT is never sent, because that path would then be somebody's.

import type { Group } from "../case.ts";
import { empty, has, keeps, same, sameIfSaid, when, without } from "../claims.ts";
import { ANY, get, post, request, SERVED } from "./words.ts";

const HEAD = request("HEAD {path} HTTP/1.1");

const ALLOWED = (
  [
    ["delete", "DELETE", "DELETE {missing}"],
    ["post", "POST", "POST {missing}"],
    ["trace", "TRACE", "TRACE {path}"],
    ["propfind", "PROPFIND", "PROPFIND {path}"],
    ["unknown", "a method nobody knows", "FERROX {path}"],
  ] as const
).map(
  ([id, what, line]) =>
    ({
      id: `allow-${id}`,
      level: "must",
      section: "RFC 9110, 15.5.6",
      rule: `A refusal of ${what} with 405 lists in Allow what is possible.`,
      send: [request(`${line} HTTP/1.1`, "Content-Length: 0")],
      expect: { answers: [ANY], claims: [when("405", has("allow"))] },
    }) as const,
);

const AS_GET = (
  [
    ["content-type", "type"],
    ["etag", "entity tag"],
    ["last-modified", "date of change"],
  ] as const
).map(
  ([name, what]) =>
    ({
      id: `head-${name}`,
      level: "should",
      section: "RFC 9110, 9.3.2",
      rule: `HEAD tells the same ${what} as GET.`,
      send: [HEAD],
      methods: ["HEAD"],
      expect: { answers: ["200"], claims: [same(name)] },
      needs: ["stable"],
    }) as const,
);

export const METHODS: Group = {
  name: "methods",
  title: "Methods",
  cases: [
    {
      id: "head",
      level: "must",
      section: "RFC 9110, 9.1 and 9.3.2",
      rule: "HEAD is answered as GET is, without the content.",
      send: [HEAD],
      methods: ["HEAD"],
      expect: SERVED,
    },
    {
      id: "head-length",
      level: "must",
      section: "RFC 9110, 8.6",
      rule: "A length in the answer to HEAD is the length that GET would have.",
      send: [HEAD],
      methods: ["HEAD"],
      expect: { answers: ["200"], claims: [sameIfSaid("content-length")] },
      needs: ["stable"],
    },
    {
      id: "head-length-said",
      level: "house",
      section: "RFC 9110, 9.3.2",
      rule: "Where GET says a length, HEAD does.",
      send: [HEAD],
      methods: ["HEAD"],
      expect: { answers: ["200"], claims: [keeps("content-length")] },
    },
    {
      id: "head-missing",
      level: "must",
      section: "RFC 9110, 9.3.2",
      rule: "The answer to HEAD for a path that does not exist has no body.",
      send: [request("HEAD {missing} HTTP/1.1")],
      methods: ["HEAD"],
      expect: { answers: ["{missing-status}"], connection: "as said" },
    },
    {
      id: "head-close",
      level: "must",
      section: "RFC 9110, 9.3.2",
      rule: "The answer to a HEAD that ends the connection has no body.",
      send: [request("HEAD {path} HTTP/1.1", "Connection: close")],
      methods: ["HEAD"],
      expect: { answers: ["200"], connection: "closed" },
    },
    {
      id: "head-old",
      level: "must",
      section: "RFC 9110, 9.3.2",
      rule: "The answer to a HEAD of HTTP/1.0 has no body.",
      send: [request("HEAD {path} HTTP/1.0")],
      methods: ["HEAD"],
      expect: { answers: ["200"], connection: "closed" },
    },
    {
      id: "unknown",
      level: "should",
      section: "RFC 9110, 9.1 and 15.6.2",
      rule: "A method that nobody knows is answered with 501.",
      send: [request("FERROX {path} HTTP/1.1")],
      expect: { answers: ["501"] },
    },
    {
      id: "unknown-not-get",
      level: "must",
      section: "RFC 9110, 9.1",
      rule: "A method that nobody knows is not taken for GET.",
      send: [request("FERROX {path} HTTP/1.1")],
      expect: { answers: ["4xx 501"] },
    },
    {
      id: "unknown-close-to-get",
      level: "must",
      section: "RFC 9110, 9.1",
      rule: "A method that only begins like GET is not taken for GET.",
      send: [request("GETS {path} HTTP/1.1")],
      expect: { answers: ["4xx 501"] },
    },
    {
      id: "delete-missing",
      level: "must",
      section: "RFC 9110, 9.3.5",
      rule: "Nothing is deleted where nothing is: refused, or not found.",
      send: [request("DELETE {missing} HTTP/1.1")],
      expect: { answers: ["204 4xx 501"] },
    },
    {
      id: "options",
      level: "should",
      section: "RFC 9110, 9.3.7",
      rule: "An answer to OPTIONS that succeeds says what is possible.",
      send: [request("OPTIONS {path} HTTP/1.1")],
      expect: { answers: ["2xx 3xx 4xx 501"], claims: [when("2xx", has("allow"))] },
    },
    {
      id: "options-body",
      level: "must",
      section: "RFC 9110, 8.6",
      rule: "An answer to OPTIONS is framed like any other.",
      send: [request("OPTIONS {path} HTTP/1.1")],
      expect: { answers: ["2xx 3xx 4xx 501"], connection: "as said" },
    },
    {
      id: "trace-secrets",
      level: "should",
      section: "RFC 9110, 9.3.8",
      rule: "TRACE does not send back what is secret.",
      send: [
        request(
          "TRACE {path} HTTP/1.1",
          "Cookie: session=ferrox-probe-secret",
          "Authorization: Basic ZmVycm94LXByb2JlLXNlY3JldA==",
        ),
      ],
      expect: {
        answers: [ANY],
        claims: [without("a secret", /ferrox-probe-secret|ZmVycm94LXByb2Jl/)],
      },
    },
    {
      id: "trace-refused",
      level: "house",
      section: "RFC 9110, 9.3.8",
      rule: "TRACE is refused: it helps nobody but thieves of cookies.",
      send: [request("TRACE {path} HTTP/1.1")],
      expect: { answers: ["403 404 405 501"] },
    },
    {
      id: "allow-names-get",
      level: "must",
      section: "RFC 9110, 10.2.1 and 15.5.6",
      rule: "Where GET works, Allow names it.",
      send: [request("TRACE {path} HTTP/1.1")],
      expect: {
        answers: [ANY],
        claims: [when("405", has("allow", /(?:^|[\t ,])GET(?:$|[\t ,])/))],
      },
    },
    {
      id: "post-missing",
      level: "must",
      section: "RFC 9110, 9.3.3",
      rule: "POST to nowhere is answered, and the connection goes on or ends as said.",
      send: [post("Content-Length: 0")],
      expect: { answers: ["2xx 3xx 4xx 501"], connection: "as said" },
    },
    {
      id: "get-with-type",
      level: "must",
      section: "RFC 9110, 9.3.1",
      rule: "A GET that describes a body it does not have is a GET.",
      send: [get("Content-Type: text/plain", "Content-Length: 0")],
      expect: SERVED,
    },
    {
      id: "head-empty-behind",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "A 304 to HEAD has no body.",
      send: [request("HEAD {path} HTTP/1.1", "If-None-Match: *")],
      methods: ["HEAD"],
      expect: { answers: ["200 304"], connection: "as said", claims: [empty] },
    },
    ...AS_GET,
    ...ALLOWED,
  ],
};
