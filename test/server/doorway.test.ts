import assert from "node:assert/strict";
import { test } from "node:test";
import { Doorway } from "../../src/server/doorway.ts";
import { tlsContexts } from "../../src/transport/tls-context.ts";
import { selfSigned, temporaryFolder } from "../transport/openssl.ts";
import { siteOf, text } from "./support.ts";

const [ONE, TWO, REDIRECT] = ["one", "two", "redirect"].map((it) => siteOf(() => text(200, it)));

test("holders stay, and hold what stands behind the door now", (t) => {
  assert.ok(ONE && TWO && REDIRECT);
  const pair = selfSigned(temporaryFolder(t), "a.example", "DNS:a.example");
  const tls = { contexts: tlsContexts({ main: pair, others: [] }), plainSite: REDIRECT };
  const doorway = new Doorway({ site: ONE });
  const { plain, secure } = doorway;
  assert.equal(plain.site, ONE);
  doorway.house = { site: TWO, tls };
  assert.equal(plain.site, REDIRECT);
  assert.equal(secure.site, TWO);
  doorway.house = { site: ONE };
  assert.equal(plain.site, ONE);
  assert.equal(secure.site, ONE, "who came by TLS is still answered");
});
