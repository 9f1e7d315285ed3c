// How the hash of a password is written down. Two ways: scrypt in the "PHC string format", which is
// what `ferrox user add` makes, and bcrypt as htpasswd -B writes it. Only reads the text; computing is
// for handlers/password.ts.
//
// How expensive a hash is stands in the hash itself, so what stands there is bounded: a line of a
// file must not cost a gigabyte of memory, or a minute, for everybody who knocks.

export interface ScryptHash {
  readonly kind: "scrypt";
  /** N, as its logarithm: 14 is 16,384. */
  readonly costLog2: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

export interface BcryptHash {
  readonly kind: "bcrypt";
  /** As a logarithm. */
  readonly rounds: number;
  readonly text: string;
}

export type PasswordHash = ScryptHash | BcryptHash;

export type PasswordHashParse =
  | { readonly kind: "hash"; readonly hash: PasswordHash }
  /** What is wrong, without the text itself: it may be a password. */
  | { readonly kind: "fault"; readonly message: string };

/** N * r * 128 is the memory of one check. */
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
/** N * r * p, against 1.3 million of what we make ourselves: a check of some seconds. */
const WORK_MAX = 32 * 1024 * 1024;
const KEY_BYTES_MIN = 16;
const SALT_BYTES_MIN = 8;
const BYTES_MAX = 64;

/** More would take too long: bcrypt is computed in JavaScript, on a thread for each check. */
const ROUNDS_MAX = 12;
const ROUNDS_MIN = 4;

export function parsePasswordHash(text: string): PasswordHashParse {
  if (text.startsWith("$scrypt$")) return scryptHash(text);
  if (/^\$2[aby]\$/.test(text)) return bcryptHash(text);
  const other = OTHERS.find(({ form }) => form.test(text));
  if (other !== undefined) return fault(`is a hash of ${other.name}, which is too weak to be used`);
  return fault("is neither a hash of scrypt nor one of bcrypt");
}

/** What else htpasswd writes. */
const OTHERS: readonly { readonly form: RegExp; readonly name: string }[] = [
  { form: /^\$apr1\$/, name: "MD5" },
  { form: /^\$1\$/, name: "MD5" },
  { form: /^\{SHA\}/, name: "SHA-1" },
  { form: /^\$[56]\$/, name: "crypt (SHA-2)" },
  { form: /^[./0-9A-Za-z]{13}$/, name: "crypt (DES)" },
];

const SCRYPT =
  /^\$scrypt\$ln=([1-9][0-9]?),r=([1-9][0-9]{0,2}),p=([1-9][0-9]{0,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function scryptHash(text: string): PasswordHashParse {
  const [, ln, r, p, salt = "", key = ""] = SCRYPT.exec(text) ?? [];
  if (ln === undefined) return fault("is a broken hash: $scrypt$ln=…,r=…,p=…$salt$key is expected");
  const hash: ScryptHash = {
    kind: "scrypt",
    costLog2: Number(ln),
    blockSize: Number(r),
    parallelization: Number(p),
    salt: Buffer.from(salt, "base64"),
    key: Buffer.from(key, "base64"),
  };
  const blocks = 2 ** hash.costLog2 * hash.blockSize;
  if (blocks * 128 > MEMORY_BYTES_MAX || blocks * hash.parallelization > WORK_MAX) {
    return fault("is a hash that would take too long to check");
  }
  if (hash.salt.length < SALT_BYTES_MIN || hash.key.length < KEY_BYTES_MIN) {
    return fault("is a broken hash: its salt or key is too short");
  }
  if (hash.salt.length > BYTES_MAX || hash.key.length > BYTES_MAX) {
    return fault("is a broken hash: its salt or key is too long");
  }
  return { kind: "hash", hash };
}

const BCRYPT = /^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}$/;

function bcryptHash(text: string): PasswordHashParse {
  const rounds = Number(BCRYPT.exec(text)?.[1]);
  if (Number.isNaN(rounds) || rounds < ROUNDS_MIN) return fault("is a broken hash of bcrypt");
  if (rounds > ROUNDS_MAX) {
    return fault(`is a hash of bcrypt that takes too long: 2^${rounds}, at most 2^${ROUNDS_MAX}`);
  }
  return { kind: "hash", hash: { kind: "bcrypt", rounds, text } };
}

export function passwordHashText(hash: PasswordHash): string {
  if (hash.kind === "bcrypt") return hash.text;
  const { costLog2, blockSize, parallelization, salt, key } = hash;
  const cost = `ln=${costLog2},r=${blockSize},p=${parallelization}`;
  return `$scrypt$${cost}$${unpadded(salt)}$${unpadded(key)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

function fault(message: string): PasswordHashParse {
  return { kind: "fault", message };
}
