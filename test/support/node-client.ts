// Node's own HTTP client, as a stranger's opinion of what the server sends. Only for tests: the
// server itself uses node:http nowhere.

import http, { type Agent, type IncomingHttpHeaders } from "node:http";
import https from "node:https";

export interface NodeAnswer {
  readonly status: number;
  readonly fields: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface NodeAsk {
  readonly method?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Trusted for https. */
  readonly ca?: Buffer;
  /** Host name to ask for in TLS, when it differs from the URL's. */
  readonly servername?: string;
  readonly agent?: Agent;
}

export function askWithNode(url: string, ask: NodeAsk = {}): Promise<NodeAnswer> {
  const { method = "GET", fields = {}, body, ...rest } = ask;
  const client = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const options = { method, headers: fields, agent: false, ...rest } as const;
    const request = client.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          fields: response.headers,
          body: Buffer.concat(chunks),
        });
      });
    });
    request.setTimeout(10_000, () => request.destroy(new Error(`no answer from ${url}`)));
    request.on("error", reject);
    request.end(body);
  });
}
