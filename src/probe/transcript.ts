// What was sent and what came back, on few lines: bytes escaped, so that nothing in them can
// break a line or colour a terminal, and the middle of what is long left out.

import type { Exchange } from "./conversation.ts";

const LINES_MAX = 12;
const LINE_CHARACTERS_MAX = 160;

/** Line by line, as the bytes have it. */
export function sentLines({ sent, sentBytes }: Exchange): string[] {
  const lines = sent.flatMap((text) => text.match(/[^\n]*\n|[^\n]+/g) ?? []);
  const shown = lines.slice(0, LINES_MAX).map((line) => shortened(escaped(line)));
  return lines.length > LINES_MAX || sentBytes > sent.join("").length
    ? [...shown, `… ${sentBytes} bytes in all`]
    : shown;
}

/** One line for each answer, and one for the end. */
export function receivedLines(exchange: Exchange): string[] {
  const { reading, ending, followUp } = exchange;
  const asked = followUp === undefined || followUp === "none" ? undefined : followUp;
  const lines = reading.answers.map((answer) => {
    const { status, reason, version, body, interim } = answer;
    const before = interim.length === 0 ? "" : `${interim.join(", ")}, then `;
    const why = answer === asked ? ", to a further GET" : "";
    return escaped(`${before}HTTP/${version} ${status} ${reason}, ${body.length} bytes${why}`);
  });
  if (reading.interim.length > 0) lines.push(`${reading.interim.join(", ")}, and no final answer`);
  if (reading.restBytes > 0) lines.push(`${reading.restBytes} bytes that are no whole answer`);
  if (followUp === "none") lines.push("nothing to a further GET");
  return [...lines, END[ending]];
}

const END = {
  open: "left open",
  finished: "closed",
  reset: "reset",
  "flooded us": "cut off by us: too much came",
} as const;

export function escaped(text: string): string {
  return text.replace(/[^ !#-[\]-~"]/gu, (character) => {
    const code = character.charCodeAt(0);
    const name = NAMES[character];
    return name ?? `\\x${code.toString(16).padStart(2, "0")}`;
  });
}

const NAMES: Readonly<Record<string, string>> = {
  "\r": "\\r",
  "\n": "\\n",
  "\t": "\\t",
  "\\": "\\\\",
};

/** The beginning and the end of it. */
function shortened(text: string): string {
  if (text.length <= LINE_CHARACTERS_MAX) return text;
  const left = text.length - LINE_CHARACTERS_MAX;
  return `${text.slice(0, 120)} …${left} more… ${text.slice(-40)}`;
}
