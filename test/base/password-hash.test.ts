import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePasswordHash, passwordHashText } from "../../src/base/password-hash.ts";

const SCRYPT =
  "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const BCRYPT = "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC";

test("a hash of scrypt is read, and written as it was", () => {
  const parsed = parsePasswordHash(SCRYPT);
  assert.ok(parsed.kind === "hash" && parsed.hash.kind === "scrypt");
  const { costLog2, blockSize, parallelization, salt, key } = parsed.hash;
  assert.deepEqual([costLog2, blockSize, parallelization], [14, 8, 5]);
  assert.deepEqual([salt.length, key.length, key[31]], [16, 32, 31]);
  assert.equal(passwordHashText(parsed.hash), SCRYPT);
});

for (const sort of ["2a", "2b", "2y"]) {
  test(`a hash of bcrypt may begin with $${sort}$`, () => {
    const text = BCRYPT.replace("2y", sort);
    assert.deepEqual(parsePasswordHash(text), {
      kind: "hash",
      hash: { kind: "bcrypt", rounds: 5, text },
    });
  });
}

for (const [name, text, message] of [
  ["a password", "secret", /neither a hash of scrypt nor one of bcrypt/],
  ["nothing", "", /neither/],
  ["MD5 of htpasswd", "$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/", /MD5, which is too weak/],
  ["SHA-1 of htpasswd", "{SHA}0DPiKuNIrrVmD8IUCuw1hQxNqZc=", /SHA-1, which is too weak/],
  ["crypt", "rqXexS6ZhobKA", /DES\), which is too weak/],
  ["bcrypt cut short", BCRYPT.slice(0, -1), /broken hash of bcrypt/],
  ["bcrypt of a day", BCRYPT.replace("$05$", "$31$"), /takes too long: 2\^31, at most 2\^12/],
  ["bcrypt of no time", BCRYPT.replace("$05$", "$03$"), /broken hash of bcrypt/],
  ["scrypt with a word missing", SCRYPT.replace(",p=5", ""), /is a broken hash: \$scrypt\$ln=/],
  ["scrypt of a gigabyte", SCRYPT.replace("ln=14", "ln=20"), /take too long/],
  ["scrypt of a minute", SCRYPT.replace("p=5", "p=999"), /take too long/],
  ["scrypt without salt", SCRYPT.replace("$AAECAwQFBgcICQoLDA0ODw$", "$AAEC$"), /too short/],
] as const) {
  test(`${name} is refused, and not repeated`, () => {
    const parsed = parsePasswordHash(text);
    assert.ok(parsed.kind === "fault");
    assert.match(parsed.message, message);
    assert.ok(text === "" || !parsed.message.includes(text));
  });
}
