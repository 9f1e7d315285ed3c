// The words that cases are written in: requests with as little in them as they may have, and the
// outcomes that come again and again.

import type { Expectation } from "../case.ts";

/** A head, line by line; nothing is added but its line ends. */
export function bare(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** A head with a right Host behind its first line. */
export function request(line: string, ...fields: readonly string[]): string {
  return bare(line, "Host: {host}", ...fields);
}

export function get(...fields: readonly string[]): string {
  return request("GET {path} HTTP/1.1", ...fields);
}

/** Bodies are only ever sent to a path that nobody has. */
export function post(...fields: readonly string[]): string {
  return request("POST {missing} HTTP/1.1", ...fields);
}

export function old(...fields: readonly string[]): string {
  return request("GET {path} HTTP/1.0", ...fields);
}

export const CHUNKED = "Transfer-Encoding: chunked";

/** Any answer will do: the case is about what is not run, or about how it ends. */
export const ANY = "2xx 3xx 4xx 5xx";
/** The request was read: answered with anything but "bad request" and "too slow". */
export const READ = "2xx 3xx 4xx 501 -400 -408";

export const SERVED: Expectation = { answers: ["200"], connection: "as said" };
export const REFUSED: Expectation = { answers: ["400"], connection: "closed" };
/** Refused, and whether the connection goes on is left to the server. */
export const REFUSED_EITHER_WAY: Expectation = { answers: ["400"] };
/** One answer, and nothing of what follows is run. */
export const ONE_ANSWER: Expectation = { answers: [ANY] };
/** The next request is found behind the body, or the connection ends. */
export const THEN_SERVED: Expectation = { answers: [READ, "200"], atLeast: 1 };
