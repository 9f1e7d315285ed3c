// The fields that `security_headers:` adds to every answer: what a site wants of browsers unless
// it knows better. Off unless asked for, because some of them change what a page can do. What the
// configuration says itself, under `headers:`, stands instead.

import type { Field } from "../http/fields.ts";

/** `strict` shuts what a site that stands for itself never needs. */
export type SecurityLevel = "off" | "basic" | "strict";

export interface SecurityOptions {
  readonly level: SecurityLevel;
  /**
   * Whether answers go out over TLS with a certificate that is meant to stay. On plain HTTP the
   * promise of TLS must not be made (RFC 6797, section 7.2), and made for localhost it would
   * follow every other program on that machine.
   */
  readonly promisesTls: boolean;
  /** `headers:`; what is said there is left out here. */
  readonly configured: readonly Field[];
}

export function securityFields(options: SecurityOptions): readonly Field[] {
  const { level, promisesTls, configured } = options;
  if (level === "off") return [];
  const said = new Set(configured.map(([name]) => name.toLowerCase()));
  // Browsers heed frame-ancestors alone where both are there: ours must not undo theirs.
  if (said.has("x-frame-options")) said.add("content-security-policy");
  const fields = [...FIELDS[level], ...(promisesTls ? [TLS_ONLY[level]] : [])];
  return fields.filter(([name]) => !said.has(name.toLowerCase()));
}

type Wanted = Exclude<SecurityLevel, "off">;

/** Types are believed, not guessed: a text that looks like a script is still a text. */
const NO_SNIFFING: Field = ["X-Content-Type-Options", "nosniff"];

/** A page that was opened from elsewhere shares no window object with whoever opened it. */
const OWN_WINDOWS: Field = ["Cross-Origin-Opener-Policy", "same-origin"];

const FIELDS: Readonly<Record<Wanted, readonly Field[]>> = {
  basic: [
    NO_SNIFFING,
    // Other sites learn which site a visitor comes from, not which page.
    ["Referrer-Policy", "strict-origin-when-cross-origin"],
    // Nobody lays the site under a page of their own (clickjacking); the first for old browsers.
    ["X-Frame-Options", "SAMEORIGIN"],
    ["Content-Security-Policy", "frame-ancestors 'self'"],
    OWN_WINDOWS,
    // What most sites never ask for, no script slipped into them can ask for either.
    ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
  ],
  strict: [
    NO_SNIFFING,
    ["Referrer-Policy", "no-referrer"],
    ["X-Frame-Options", "DENY"],
    // No plugins, no <base> that turns links elsewhere, no form that is sent elsewhere.
    [
      "Content-Security-Policy",
      "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
    ],
    OWN_WINDOWS,
    [
      "Permissions-Policy",
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ],
  ],
};

/** RFC 6797: for a year, browsers come by TLS only; strict: to every host below this one too. */
const TLS_ONLY: Readonly<Record<Wanted, Field>> = {
  basic: ["Strict-Transport-Security", "max-age=31536000"],
  strict: ["Strict-Transport-Security", "max-age=31536000; includeSubDomains"],
};
