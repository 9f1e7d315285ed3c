// Headless Chromium, as far as the tests need it. Through require(), because the types of
// playwright-core want the whole DOM as globals, which this project has no other use for; what is
// used of it is written out here instead.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const PROGRAM =
  [process.env.CHROMIUM ?? "", ...PLACES].find((path) => path && existsSync(path)) ?? "";

/** For `test(…, { skip })`: false, or why not. */
export const noChromium: string | false =
  PROGRAM === "" ? "no Chromium (CHROMIUM names one)" : false;

export interface VisitOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
  readonly javaScriptEnabled?: boolean;
}

export interface Link {
  click(): Promise<void>;
}

export interface Page {
  goto(url: string, options: { waitUntil: "networkidle" }): Promise<unknown>;
  goBack(): Promise<unknown>;
  title(): Promise<string>;
  textContent(selector: string): Promise<string | null>;
  /** An expression of JavaScript, evaluated in the page. */
  evaluate(expression: string): Promise<unknown>;
  getByRole(role: "link", options: { name: string; exact?: boolean }): Link;
  locator(selector: string): { count(): Promise<number> };
  click(selector: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  press(selector: string, key: string): Promise<void>;
  selectOption(selector: string, value: string): Promise<unknown>;
  setInputFiles(selector: string, paths: readonly string[] | string): Promise<void>;
  /** Until there is one that can be seen (or, "detached", none). */
  waitForSelector(
    selector: string,
    options?: { readonly state?: "attached" | "detached" | "visible" | "hidden" },
  ): Promise<unknown>;
  waitForLoadState(state: "load"): Promise<void>;
  screenshot(options: { path: string; fullPage?: boolean }): Promise<unknown>;
  context(): BrowserContext;
  on(event: "console", act: (message: { type(): string; text(): string }) => void): void;
  on(event: "pageerror", act: (error: Error) => void): void;
  on(event: "requestfailed", act: (request: { url(): string }) => void): void;
  on(event: "dialog", act: (dialog: { dismiss(): Promise<void> }) => void): void;
}

export interface BrowserContext {
  newPage(): Promise<Page>;
  /** The browser's own protocol, for what no page may do: dropping files of this machine. */
  newCDPSession(page: Page): Promise<{
    send(method: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown>;
  }>;
  close(): Promise<void>;
}

export interface Browser {
  newContext(options: VisitOptions & { ignoreHTTPSErrors: boolean }): Promise<BrowserContext>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: {
    launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser>;
  };
}

export function launchChromium(): Promise<Browser> {
  const { chromium }: Playwright = createRequire(import.meta.url)("playwright-core");
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}

export interface Visit {
  readonly page: Page;
  /** Whatever the browser complained about: console, scripts, failed loads, dialogs. */
  readonly complaints: readonly string[];
  leave(): Promise<void>;
}

/** Opens a page in a window of its own, and waits until it has loaded everything. */
export async function visit(
  browser: Browser,
  url: string,
  options: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`not loaded: ${request.url()}`));
  page.on("dialog", (dialog) => {
    complaints.push("a dialog");
    void dialog.dismiss();
  });
  await page.goto(url, { waitUntil: "networkidle" });
  return { page, complaints, leave: () => context.close() };
}
