// When a connection goes on and when it ends. RFC 9112, sections 9.3 and 9.6.

import type { Group } from "../case.ts";
import { has } from "../claims.ts";
import { ANY, get, old, request, SERVED } from "./words.ts";

const CLOSING = (
  [
    ["close", "close", ["Connection: close"]],
    ["close-case", "close in any case", ["Connection: ClOsE"]],
    ["close-in-list", "close among others", ["Connection: keep-alive, close"]],
    ["close-before-keep-alive", "close before keep-alive", ["Connection: close, keep-alive"]],
    ["close-behind-comma", "close behind an empty element", ["Connection: ,, close"]],
    ["close-in-second-line", "close in a second line", ["Connection: TE", "Connection: close"]],
  ] as const
).map(
  ([id, what, fields]) =>
    ({
      id,
      level: "must",
      section: "RFC 9112, 9.6",
      rule: `After "Connection" with ${what}, the connection ends with the answer.`,
      send: [get(...fields)],
      expect: { answers: ["200"], connection: "closed" },
    }) as const,
);

const NOT_CLOSING = (
  [
    ["close-prefix", "closed"],
    ["close-suffix", "x-close"],
    ["close-quoted", '"close"'],
  ] as const
).map(
  ([id, option]) =>
    ({
      id,
      level: "house",
      section: "RFC 9110, 7.6.1",
      rule: `The option ${option} is not close: the connection goes on.`,
      send: [get(`Connection: ${option}`)],
      expect: { answers: ["200"], connection: "open" },
    }) as const,
);

export const PERSISTENCE: Group = {
  name: "persistence",
  title: "Persistence",
  cases: [
    {
      id: "honest",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "A connection goes on, unless the answer says close.",
      send: [get()],
      expect: SERVED,
    },
    {
      id: "goes-on",
      level: "house",
      section: "RFC 9112, 9.3",
      rule: "A connection goes on as long as nobody wants its end.",
      send: [get()],
      expect: { answers: ["200"], connection: "open" },
    },
    {
      id: "three-in-turn",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "Requests one after the other on one connection are all answered.",
      send: [get(), { answers: 1 }, get(), { answers: 2 }, get()],
      expect: { answers: ["200", "200", "200"], connection: "as said" },
    },
    {
      id: "close-not-run-further",
      level: "must",
      section: "RFC 9112, 9.6",
      rule: "What stands behind a request with close is not run.",
      send: [`${get("Connection: close")}{canary}`],
      expect: { answers: ["200 400"], connection: "closed" },
    },
    {
      id: "close-is-said",
      level: "should",
      section: "RFC 9112, 9.6",
      rule: "The last answer on a connection says close.",
      send: [get("Connection: close")],
      expect: {
        answers: ["200"],
        connection: "closed",
        claims: [has("connection", /(?:^|[\t ,])close(?:$|[\t ,])/i)],
      },
    },
    {
      id: "close-of-refused",
      level: "must",
      section: "RFC 9112, 9.6",
      rule: "After a refused request with close, the connection ends.",
      send: [request("GET {missing} HTTP/1.1", "Connection: close")],
      expect: { answers: ["{missing-status}"], connection: "closed" },
    },
    {
      id: "keep-alive-1.1",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "The option keep-alive says nothing new in HTTP/1.1.",
      send: [get("Connection: keep-alive")],
      expect: SERVED,
    },
    {
      id: "options-unknown",
      level: "must",
      section: "RFC 9110, 7.6.1",
      rule: "Connection options that nobody knows are no fault.",
      send: [get("Connection: X-Probe, TE", "X-Probe: 1")],
      expect: SERVED,
    },
    {
      id: "old-closes",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "HTTP/1.0 without keep-alive ends with its answer.",
      send: [old()],
      expect: { answers: ["200"], connection: "closed" },
    },
    {
      id: "old-not-run-further",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "Nothing behind a request of HTTP/1.0 without keep-alive is run.",
      send: [`${old()}{canary}`],
      expect: { answers: ["200 400"], connection: "closed" },
    },
    {
      id: "old-other-option",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "In HTTP/1.0 no other option stands for keep-alive.",
      send: [old("Connection: TE")],
      expect: { answers: ["200"], connection: "closed" },
    },
    {
      id: "old-close",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "In HTTP/1.0 close counts for more than keep-alive.",
      send: [old("Connection: keep-alive, close")],
      expect: { answers: ["200"], connection: "closed" },
    },
    {
      id: "old-keep-alive",
      level: "must",
      section: "RFC 9112, 9.3; appendix C.2.2",
      rule: "HTTP/1.0 with keep-alive goes on if the answer says so, and ends if not.",
      send: [old("Connection: keep-alive")],
      expect: SERVED,
    },
    {
      id: "last-word",
      level: "house",
      section: "RFC 9112, 9.6",
      rule: "A client that has finished speaking is still answered.",
      send: [get(), { finish: "half close" }],
      expect: { answers: ["200"], connection: "closed" },
      needs: ["half-close"],
    },
    {
      id: "upgrade-unknown",
      level: "must",
      section: "RFC 9110, 7.8",
      rule: "Nobody is switched to a protocol that nobody knows.",
      send: [get("Connection: Upgrade", "Upgrade: x-probe/1")],
      expect: { answers: ["200 4xx"], connection: "as said" },
    },
    {
      id: "upgrade-1.0",
      level: "must",
      section: "RFC 9110, 7.8",
      rule: "An upgrade in HTTP/1.0 is ignored.",
      send: [old("Connection: Upgrade", "Upgrade: websocket")],
      expect: { answers: ["2xx 3xx 4xx"], interim: "none" },
    },
    {
      id: "body-then-close",
      level: "must",
      section: "RFC 9112, 9.6",
      rule: "After a request with close and a body, nothing is run and the connection ends.",
      send: [
        request("POST {missing} HTTP/1.1", "Connection: close", "Content-Length: 5"),
        "hello{canary}",
      ],
      expect: { answers: [ANY], connection: "closed" },
    },
    ...CLOSING,
    ...NOT_CLOSING,
  ],
};
