// The frame of the pages that the server writes itself (listings, errors): one style sheet, light
// and dark, no script, nothing loaded from anywhere. A folder of error templates replaces the
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
}

const COMMON_STYLE = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6675;--line:#dfe3e8;--back:#fff;--link:#0b57d0;--hover:#f3f6fa}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#9aa5b4;--line:#323a46;--back:#14181f;--link:#8ab4f8;--hover:#1c222b}}
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
<style>${COMMON_STYLE}${page.style}</style>
</head>
<body>
${page.body}
</body>
</html>
`;
}

/**
 * Allows the page's own style and nothing else: should a name ever slip through unescaped, the
 * browser still runs and loads nothing of it.
 */
export function pagePolicy(style: string): Field {
  const hash = createHash("sha256").update(`${COMMON_STYLE}${style}`).digest("base64");
  return [
    "Content-Security-Policy",
    `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
  ];
}
