import assert from "node:assert/strict";
import { test } from "node:test";
import { type SecurityOptions, securityFields } from "../../src/handlers/security-headers.ts";
import { assertSendable } from "../../src/http/response-fields.ts";

function fields(changes: Partial<SecurityOptions> = {}): Record<string, string> {
  const options: SecurityOptions = {
    level: "basic",
    promisesTls: false,
    configured: [],
    ...changes,
  };
  const list = securityFields(options);
  assertSendable(list);
  const map = Object.fromEntries(list);
  assert.equal(Object.keys(map).length, list.length, "no field twice");
  return map;
}

test("nothing is added unless asked for", () => {
  assert.deepEqual(fields({ level: "off", promisesTls: true }), {});
});

test("the basic set", () => {
  assert.deepEqual(fields(), {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  });
});

test("the strict set", () => {
  assert.deepEqual(fields({ level: "strict" }), {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy":
      "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy":
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
  });
});

test("TLS is promised where it is spoken, for a year", () => {
  const hsts = (changes: Partial<SecurityOptions>) => fields(changes)["Strict-Transport-Security"];
  assert.equal(hsts({ promisesTls: true }), "max-age=31536000");
  assert.equal(hsts({ promisesTls: true, level: "strict" }), "max-age=31536000; includeSubDomains");
  assert.equal(hsts({ promisesTls: false, level: "strict" }), undefined);
});

test("what the configuration says itself stands instead, whatever its case", () => {
  const configured = [
    ["referrer-policy", "origin"],
    ["STRICT-TRANSPORT-SECURITY", "max-age=0"],
  ] as const;
  const names = Object.keys(fields({ configured, promisesTls: true }));
  assert.deepEqual(names, [
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
  ]);
});

test("a frame policy of the configuration is not undone by another spelling of it", () => {
  const configured = [["X-Frame-Options", "DENY"]] as const;
  const named = fields({ configured });
  assert.ok(!("X-Frame-Options" in named));
  assert.ok(!("Content-Security-Policy" in named));
});
