// nginx in four forms, lighttpd and h2o, each set up for speed by its own documentation, without an
// access log; nginx-default is how Debian ships it.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../cache.mjs";

const FILES = ["small", "file", "tag", "range", "listing"];
const asRoot = process.getuid?.() === 0;

export const C_SERVERS = [
  nginx("nginx", "sendfile, tcp_nopush, open_file_cache", {}),
  nginx("nginx-nonopush", "the same without tcp_nopush", { nopush: "off" }),
  nginx("nginx-nosendfile", "the same without sendfile", { sendfile: "off" }),
  nginx("nginx-default", "as Debian ships it, access log on", { asShipped: true }),
  {
    name: "lighttpd",
    does: "sendfile, stat cache",
    answers: FILES,
    find: () => found(output("lighttpd", ["-v"]), /lighttpd\/(\S+)/),
    command: (means) => ({ command: "lighttpd", args: ["-D", "-f", lighttpdConfig(means)] }),
  },
  {
    name: "h2o",
    does: "HTTP/1.1",
    answers: [...FILES, "gzip", "br"],
    find: () => found(output("h2o", ["-v"]), /h2o version (\S+)/),
    command: (means) => ({ command: "h2o", args: ["-c", h2oConfig(means)] }),
  },
];

function nginx(name, does, variant) {
  return {
    name,
    does,
    answers: [...FILES, "gzip"],
    find: () => found(output("nginx", ["-v"]), /nginx\/(\S+)/),
    command: (means) => {
      const { folder } = means;
      const args = [
        "-p",
        folder,
        "-e",
        join(folder, "error.log"),
        "-c",
        nginxConfig(means, variant),
      ];
      return { command: "nginx", args };
    },
  };
}

function found(text, pattern) {
  const version = text === undefined ? undefined : pattern.exec(text)?.[1];
  return version === undefined ? { missing: "not installed" } : { version };
}

function file(folder, name, text) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function nginxConfig({ folder, site, port, setup, tls }, variant) {
  const { sendfile = "on", nopush = "on", asShipped = false } = variant;
  const reuse = setup.workers > 1 && !asShipped ? " reuseport" : "";
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return file(
    folder,
    "nginx.conf",
    `${asRoot ? "user root;" : ""}
worker_processes ${setup.workers};
worker_rlimit_nofile 20000;
daemon off;
pid ${folder}/pid;
events { worker_connections 16384; ${asShipped ? "" : "multi_accept on;"} }
http {
  types { text/html html; text/plain txt; application/octet-stream bin; }
  default_type application/octet-stream;
  sendfile ${sendfile};
  tcp_nopush ${nopush};
  ${
    asShipped
      ? `gzip on; types_hash_max_size 2048; access_log ${folder}/access.log;`
      : `tcp_nodelay on; keepalive_timeout 75s; keepalive_requests 1000000000; server_tokens off;
  access_log off; gzip_static on;
  open_file_cache max=20000 inactive=60s; open_file_cache_valid 30s;
  open_file_cache_min_uses 1; open_file_cache_errors on;`
  }
  ${tls === undefined ? "" : nginxTls(tls, asShipped)}
  ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ")}
  server {
    listen 127.0.0.1:${port}${tls === undefined ? "" : " ssl"} backlog=4096${reuse};
    root ${site};
    autoindex on;
  }
}
`,
  );
}

function nginxTls({ cert, key }, asShipped) {
  const usual = `ssl_certificate ${cert}; ssl_certificate_key ${key};
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:SSL:10m;`;
  // The cheapest cipher of those that Ferrox would choose, too.
  return asShipped
    ? usual
    : `${usual} ssl_ciphers ECDHE+AESGCM; ssl_buffer_size 16k;
  ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384;`;
}

function lighttpdConfig({ folder, site, port, setup, tls }) {
  const modules = ['"mod_dirlisting"', ...(tls === undefined ? [] : ['"mod_openssl"'])];
  const secure =
    tls === undefined
      ? ""
      : `ssl.engine = "enable"\nssl.pemfile = "${tls.cert}"\nssl.privkey = "${tls.key}"\n`;
  return file(
    folder,
    "lighttpd.conf",
    `server.modules = (${modules.join(", ")})
server.document-root = "${site}"
server.bind = "127.0.0.1"
server.port = ${port}
${setup.workers > 1 ? `server.max-worker = ${setup.workers}\n` : ""}server.max-keep-alive-requests = 1000000000
server.max-keep-alive-idle = 75
server.max-connections = 16000
server.max-fds = 20000
server.network-backend = "sendfile"
server.stat-cache-engine = "simple"
dir-listing.activate = "enable"
mimetype.assign = (".html" => "text/html", ".txt" => "text/plain", "" => "application/octet-stream")
${secure}`,
  );
}

function h2oConfig({ folder, site, port, setup, tls }) {
  const secure =
    tls === undefined
      ? ""
      : `  ssl:\n    certificate-file: ${tls.cert}\n    key-file: ${tls.key}\n    cipher-suite: "ECDHE+AESGCM"\n`;
  return file(
    folder,
    "h2o.conf",
    `${asRoot ? "user: root\n" : ""}num-threads: ${setup.workers}
max-connections: 16000
http1-request-timeout: 75
listen:
  host: 127.0.0.1
  port: ${port}
${secure}hosts:
  default:
    paths:
      /:
        file.dir: ${site}
        file.dirlisting: ON
        file.send-compressed: ON
`,
  );
}
