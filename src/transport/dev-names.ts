// The names a development certificate is asked to cover: checked here, because the library that
// writes certificates pastes them into text, and because a name no browser would accept is better
// refused now than wondered about later.

import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { canonicalHost } from "./certificate-names.ts";

export type DevName =
  | { readonly kind: "dns" | "address"; readonly name: string }
  | { readonly kind: "unusable"; readonly message: string; readonly hint: string };

export function devNameOf(text: string): DevName {
  const name = canonicalHost(text);
  // A zone ("fe80::1%eth0") means something on one machine only.
  if (isIP(name) !== 0 && !name.includes("%")) return { kind: "address", name };
  const fault = faultOf(name);
  if (fault === undefined) return { kind: "dns", name };
  // JSON, so that control characters do not reach a terminal.
  return { kind: "unusable", message: `${JSON.stringify(text)} ${fault[0]}`, hint: fault[1] };
}

const EXAMPLES = 'names look like "app.test", "*.app.test" or "192.168.1.20"';

/** What is wrong, and what to write instead. */
function faultOf(name: string): readonly [string, string] | undefined {
  if (name === "") return ["is empty", EXAMPLES];
  if (/[^\x21-\x7e]/.test(name)) return unprintable(name);
  if (name.includes("://") || name.includes("/"))
    return ["is not a host name", "leave out scheme and path"];
  if (/^[^:]+:\d+$/.test(name))
    return ["has a port", "leave it out: a certificate is good for all ports"];
  if (name.length > 253) return ["is longer than 253 characters", EXAMPLES];
  const labels = name.split(".");
  if (labels[0] === "*") {
    if (labels.length < 3)
      return ["is a wildcard that browsers refuse", "it needs two labels: *.app.test"];
    labels.shift();
  }
  if (labels.some((label) => label.length > 63))
    return ["has a label longer than 63 characters", EXAMPLES];
  if (!labels.every(isLabel)) return ["is not a host name", EXAMPLES];
  // "256.1.1.1", "10.1": browsers read a last label of digits as an address.
  if (/^\d+$/.test(labels.at(-1) ?? "")) return ["is neither a host name nor an address", EXAMPLES];
  return undefined;
}

// Underscores are no part of host names (RFC 952), but people have them and browsers take them.
const isLabel = (label: string) => /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label);

function unprintable(name: string): readonly [string, string] {
  const ascii = /[\s\p{C}]/u.test(name) ? "" : domainToASCII(name);
  return ascii === ""
    ? ["has spaces or control characters", EXAMPLES]
    : ["has letters beyond ASCII", `write it in punycode: ${ascii}`];
}
