// The frame of the pages that the server writes itself (listings, errors): one style sheet, light
// and dark, nothing loaded from anywhere. A folder of error templates replaces the
// error page; it shares nothing with this file but taste.

import { createHash } from "node:crypto";
import type { Field } from "../http/fields.ts";
import { escapeHtml } from "./html.ts";

export interface Page {
  readonly title: string;
  /** HTML, already escaped. */
  readonly body: string;
  /** Rules beside the common ones; a constant of the module, because it is hashed. */
  readonly style: string;
  /** More of the head, in HTML. Default: nothing. */
  readonly head?: string;
}

const COMMON_STYLE = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6675;--line:#dfe3e8;--back:#fff;--link:#0b57d0;--hover:#f3f6fa;--mark:#e3edfd;--good:#1e7e34;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#9aa5b4;--line:#323a46;--back:#14181f;--link:#8ab4f8;--hover:#1c222b;--mark:#1f2f4a;--good:#7bd88f;--bad:#f2948c}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
footer{color:var(--soft);font-size:.85rem}
`;

export function pageHtml(page: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="data:,">
${page.head ?? ""}<style>${COMMON_STYLE}${page.style}</style>
</head>
<body>
${page.body}
</body>
</html>
`;
}

export interface PageMeans {
  /** The text between the tags of its only script; undefined: it has none. */
  readonly script?: string;
  /** It sends forms, and its script requests, to this site. Default: it sends nothing. */
  readonly sends?: boolean;
}

/**
 * Allows the page's own style and script and nothing else: should a name ever slip through
 * unescaped, the browser still runs and loads nothing of it. A page that changes things is laid
 * under no page of another site, where clicks could be stolen for it.
 */
export function pagePolicy(style: string, { script, sends = false }: PageMeans = {}): Field {
  const scripts = script === undefined ? "" : ` script-src '${hashOf(script)}';`;
  const own = sends ? "'self'" : "'none'";
  const sending = sends ? " connect-src 'self'; frame-ancestors 'self';" : "";
  return [
    "Content-Security-Policy",
    `default-src 'none'; style-src '${hashOf(`${COMMON_STYLE}${style}`)}';${scripts}${sending} ` +
      `img-src data:; base-uri 'none'; form-action ${own}`,
  ];
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
