// `tls:` → TlsConfig. HTTPS is off, or has files, or makes its own certificate for development;
// anything in between is a question back to the author, because serving plain HTTP where somebody
// wrote down a certificate would be the wrong guess.

import type { CertificateFiles, CertificateSecret, TlsConfig } from "./config.ts";
import { absolutePath, type Draft } from "./draft.ts";
import type { KeyPath } from "./key.ts";

const OFF: TlsConfig = { kind: "off" };

export function buildTls(draft: Draft): TlsConfig {
  const { tls } = draft.words;
  const isSaid = draft.origins.isSaid(["tls"]) || draft.origins.isSaid(["tls", "enabled"]);
  if (isSaid && tls.enabled === undefined) {
    draft.error(["tls", "enabled"], "is missing; say true or false");
  }
  // Paths may be wrong as long as nobody uses them.
  if (tls.enabled !== true) return OFF;
  const hasPaths =
    tls.cert_path !== undefined || tls.key_path !== undefined || tls.pkcs12_path !== undefined;
  if (tls.dev) {
    if (hasPaths || tls.certificates.length > 0) {
      draft.error(["tls", "dev"], "makes its own certificate, but one is given too", "remove one");
    }
    return { kind: "dev", names: tls.names };
  }
  if (tls.names.length > 0) {
    draft.error(["tls", "names"], "is for dev: true only; a certificate brings its own names");
  }
  return filesOf(draft);
}

function filesOf(draft: Draft): TlsConfig {
  const { tls } = draft.words;
  const others = tls.certificates.map((words, index) => {
    const at = ["tls", "certificates", index];
    return {
      ...pairOf(draft, at, { cert: words.cert_path, key: words.key_path }),
      hosts: words.hosts,
    };
  });
  const main = mainPair(draft) ?? others[0];
  if (main === undefined) return OFF;
  return { kind: "files", main, others };
}

function mainPair(draft: Draft): CertificateFiles | undefined {
  const { cert_path: cert, key_path: key, pkcs12_path: both, certificates } = draft.words.tls;
  const passphrase = passphraseOf(draft);
  if (both !== undefined) {
    if (cert !== undefined || key !== undefined) {
      draft.error(["tls", "pkcs12_path"], "holds certificate and key, but others are given too");
    }
    const secret = { form: "pkcs12", passphrase: passphrase ?? "" } as const;
    return pairOf(draft, ["tls"], { cert: both, key: both, secret });
  }
  if (cert !== undefined && key !== undefined) {
    const secret = passphrase === undefined ? {} : { secret: { form: "pem", passphrase } as const };
    return pairOf(draft, ["tls"], { cert, key, ...secret });
  }
  if (cert !== undefined) {
    draft.error(["tls", "cert_path"], "has no tls.key_path beside it; both are needed");
  } else if (key !== undefined) {
    draft.error(["tls", "key_path"], "has no tls.cert_path beside it; both are needed");
  } else if (certificates.length === 0) {
    draft.error(
      ["tls", "enabled"],
      "is true, but there is no certificate: tls.cert_path and tls.key_path are missing",
      "for development: dev: true",
    );
  }
  return undefined;
}

/** Secrets stand in the environment, so that the file can be shown to everybody. */
function passphraseOf(draft: Draft): string | undefined {
  const name = draft.words.tls.passphrase_env;
  if (name === undefined) return undefined;
  const passphrase = draft.env[name];
  if (passphrase === undefined) {
    const hint = `start ferrox with ${name}=…`;
    draft.error(["tls", "passphrase_env"], `the variable ${name} is not set`, hint);
  }
  return passphrase;
}

interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly secret?: CertificateSecret;
}

function pairOf(draft: Draft, at: KeyPath, { cert, key, ...secret }: Pair): CertificateFiles {
  const certPath = absolutePath(draft, cert);
  const keyPath = absolutePath(draft, key);
  const isOne = secret.secret?.form === "pkcs12";
  const certKey = [...at, isOne ? "pkcs12_path" : "cert_path"];
  const keyKey = [...at, isOne ? "pkcs12_path" : "key_path"];
  draft.claim({ kind: "certificate", certPath, keyPath, certKey, keyKey, ...secret });
  return { certPath, keyPath, ...secret, origin: draft.origins.originOf(certKey) };
}
