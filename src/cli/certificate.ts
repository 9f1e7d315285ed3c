// `ferrox cert`: makes, or shows, the certificate for development, and says how to use it and how
// to have it trusted. It never touches a trust store: that is for people to decide.

import { X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import { type DevCertificate, devCertificate } from "../transport/dev-certificate.ts";
import { dataFolder } from "./data-folder.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";

export interface CertificateOptions {
  /** Beyond localhost, 127.0.0.1 and ::1. */
  readonly names: readonly string[];
  /** undefined: the user's data folder. */
  readonly dir: string | undefined;
  /** A new certificate and key even when those of before would do. */
  readonly force: boolean;
}

export async function runCertificate(options: CertificateOptions, io: Io): Promise<ExitCode> {
  const dir = options.dir === undefined ? dataFolder(io) : resolve(io.cwd, options.dir);
  const { names, force: renew } = options;
  const outcome = await devCertificate({ dir, names, renew, nowMs: io.nowMs });
  if (outcome.kind === "problems") {
    for (const { message, hint } of outcome.problems) io.err(`ferrox cert: ${message} (${hint})\n`);
    return outcome.problems.some(({ about }) => about === "name") ? EXIT_USAGE : EXIT_FAILED;
  }
  const isWhereServeLooks = dir === dataFolder(io);
  const lines = [
    ...whatThereIs(outcome),
    ...howToUse(outcome, isWhereServeLooks),
    ...howToTrust(outcome.authority.certPath, io.platform),
  ];
  io.out(`${lines.join("\n")}\n`);
  return EXIT_FINE;
}

function whatThereIs(made: DevCertificate): string[] {
  const { authority } = made;
  return [
    made.isNew ? "A new certificate for development" : "The certificate for development",
    ...rows([
      ["certificate", made.certPath],
      ["key", made.keyPath],
      ["good for", made.names.join(", ")],
      ["valid", `${day(made.validFromMs)} to ${day(made.validToMs)}`],
      ["SHA-256", made.fingerprint],
    ]),
    "",
    authority.isNew ? "Signed by a new authority of your own" : "Signed by your own authority",
    ...rows([
      ["name", commonNameOf(authority.cert)],
      ["certificate", authority.certPath],
      ["key", `${authority.keyPath} (never give it away)`],
      ["valid", `to ${day(authority.validToMs)}`],
      ["SHA-256", authority.fingerprint],
    ]),
    "",
  ];
}

function howToUse(made: DevCertificate, isWhereServeLooks: boolean): string[] {
  const files = [
    "Use it, in ferrox.yml",
    "  tls:",
    "    enabled: true",
    `    cert_path: ${yamlText(made.certPath)}`,
    `    key_path: ${yamlText(made.keyPath)}`,
  ];
  if (!isWhereServeLooks) return [...files, ""];
  const further = made.names.filter((name) => !["localhost", "127.0.0.1", "::1"].includes(name));
  const names = further.length === 0 ? "" : `, names: ${JSON.stringify(further)}`;
  return [
    ...files,
    "or, found and renewed at each start",
    `  tls: { enabled: true, dev: true${names} }`,
    "",
  ];
}

function howToTrust(caPath: string, platform: string): string[] {
  const ca = shellText(caPath, platform);
  return [
    "Trust the authority, once per machine, and only on machines of your own",
    ...rows([
      ["curl", `curl --cacert ${ca} https://localhost/`],
      ["Node", `NODE_EXTRA_CA_CERTS=${ca} node app.js`],
      ["Debian, Ubuntu", `sudo cp ${ca} /usr/local/share/ca-certificates/ferrox.crt`],
      ["", "sudo update-ca-certificates"],
      ["Fedora, Arch", `sudo trust anchor ${ca}`],
      ["Chrome on Linux", `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n ferrox -i ${ca}`],
      ["macOS", "security add-trusted-cert -r trustRoot \\"],
      ["", `  -k ~/Library/Keychains/login.keychain-db ${ca}`],
      ["Windows", `certutil -user -addstore Root ${ca}`],
      ["Firefox", "Settings, Privacy & Security, View Certificates, Authorities, Import"],
    ]),
  ];
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([label]) => label.length));
  return pairs.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
}

/** "2026-11-20" */
function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function commonNameOf(cert: string): string {
  return /^CN=(.+)$/m.exec(new X509Certificate(cert).subject)?.[1] ?? "";
}

/** Bare when it can be; otherwise in single quotes, where only the quote itself is special. */
function yamlText(path: string): string {
  return /^[\w/.\\-][\w/.:\\-]*$/.test(path) && !path.endsWith(":")
    ? path
    : `'${path.replaceAll("'", "''")}'`;
}

function shellText(path: string, platform: string): string {
  if (/^[\w/.:\\-]+$/.test(path)) return path;
  return platform === "win32" ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
}
