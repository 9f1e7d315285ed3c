// A refusal as a page: the operator's template, or the built-in one; JSON for clients that prefer
// it (RFC 9457). Strangers see the status; whoever sits at this machine also sees why.

import type { Field } from "../http/fields.ts";
import type { Context, ErrorPages } from "../http/handler.ts";
import type { HttpError } from "../http/http-error.ts";
import { preferredType } from "../http/negotiation.ts";
import type { Request } from "../http/request.ts";
import { type Response, reusable } from "../http/response.ts";
import { reasonPhrase } from "../http/status.ts";
import { type ErrorTemplates, type ErrorWords, filledTemplate } from "./error-templates.ts";
import { oneVary } from "./extra-fields.ts";
import { escapeHtml } from "./html.ts";
import { isLocalVisitor } from "./local-visitor.ts";
import { pageHtml, pagePolicy } from "./page.ts";

export interface ErrorPagesOptions {
  readonly templates: ErrorTemplates;
  /** Tell visitors at this machine which rule refused. */
  readonly showWhy: boolean;
}

export function errorPages(options: ErrorPagesOptions): ErrorPages {
  const { templates, showWhy } = options;
  // One value per status and form: drivers know a reusable response's bytes by identity.
  const plain = new Map<string, Response>();
  return (error, request, context) => {
    const form = prefersJson(request) ? "json" : "html";
    const why = showWhy ? whyFor(error, request, context) : undefined;
    const { requestId } = context;
    const words = { status: error.status, message: reasonPhrase(error.status), why, requestId };
    if (why !== undefined || requestId !== "" || error.fields.length > 0) {
      return page({ form, words, templates, fields: error.fields });
    }
    const key = `${error.status} ${form}`;
    const known = plain.get(key);
    if (known !== undefined) return known;
    const fresh = reusable(page({ form, words, templates, fields: [] }));
    plain.set(key, fresh);
    return fresh;
  };
}

function whyFor(
  error: HttpError,
  request: Request | undefined,
  context: Context,
): string | undefined {
  // Without a request nobody knows which name was asked for, or by way of which proxy.
  if (request === undefined || !isLocalVisitor(request, context.peer)) return undefined;
  return error.reason === "" ? undefined : error.reason;
}

function prefersJson(request: Request | undefined): boolean {
  const accept = request?.fields.get("accept");
  if (accept === undefined) return false;
  const type = preferredType(accept, ["text/html", "application/problem+json", "application/json"]);
  return type !== undefined && type !== "text/html";
}

interface Form {
  readonly form: "html" | "json";
  readonly words: ErrorWords;
  readonly templates: ErrorTemplates;
  /** What the refusal itself must say: Allow, Content-Range … */
  readonly fields: readonly Field[];
}

// Not kept anywhere: the next answer may be a file. no-cache (not no-store) leaves "back" quick.
const COMMON_FIELDS: readonly Field[] = [
  ["Cache-Control", "no-cache"],
  ["Vary", "Accept"],
];

function page({ form, words, templates, fields }: Form): Response {
  if (form === "json") {
    return response(words.status, problemJson(words), [
      ["Content-Type", "application/problem+json"],
      ...COMMON_FIELDS,
      ...fields,
    ]);
  }
  const template = templates.byStatus.get(words.status) ?? templates.general;
  const html = template === undefined ? builtInPage(words) : filledTemplate(template, words);
  // A template may load what it likes; only of our own page do we know what it needs.
  const policy = template === undefined ? [POLICY] : [];
  return response(words.status, html, [
    ["Content-Type", "text/html; charset=utf-8"],
    ...COMMON_FIELDS,
    ...policy,
    ...fields,
  ]);
}

function response(status: number, text: string, fields: readonly Field[]): Response {
  return { status, fields: oneVary(fields), body: { kind: "bytes", bytes: Buffer.from(text) } };
}

function problemJson(words: ErrorWords): string {
  const { status, message: title, why: detail } = words;
  const requestId = words.requestId === "" ? undefined : words.requestId;
  return `${JSON.stringify({ type: "about:blank", title, status, detail, requestId })}\n`;
}

function builtInPage(words: ErrorWords): string {
  const { status, message, why, requestId } = words;
  const request = requestId === "" ? "" : `<p class="id">${escapeHtml(requestId)}</p>\n`;
  return pageHtml({
    title: `${status} ${message}`,
    style: STYLE,
    body: `<main>
<p class="code">${status}</p>
<h1>${escapeHtml(message)}</h1>
${why === undefined ? "" : `<p class="why">${escapeHtml(why)}</p>\n`}${request}<footer>Ferrox</footer>
</main>`,
  });
}

const STYLE = `
body{display:grid;place-items:center;min-height:100vh;padding:1.5rem}
main{max-width:34rem;text-align:center}
.code{margin:0;font-size:clamp(3.5rem,18vw,6rem);font-weight:700;line-height:1;letter-spacing:-.03em;color:var(--link)}
h1{margin:.75rem 0 0;font-size:1.4rem;font-weight:600}
.why{margin:1.5rem 0 0;padding:.75rem 1rem;border-radius:.5rem;background:var(--hover);color:var(--soft);font:.85rem/1.5 ui-monospace,monospace;text-align:start;overflow-wrap:anywhere}
.id{margin:1.5rem 0 0;color:var(--soft);font:.75rem ui-monospace,monospace}
footer{margin-top:2rem}
`;
const POLICY = pagePolicy(STYLE);
