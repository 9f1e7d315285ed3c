// A configuration read from text, for the tests of this folder.

import assert from "node:assert/strict";
import type { Config } from "../../src/config/config.ts";
import { placeText } from "../../src/config/problem.ts";
import { type ConfigResult, type ReadOptions, readConfig } from "../../src/config/read-config.ts";

const OPTIONS: ReadOptions = { folder: "/etc/ferrox" };

export function read(text: string, options: Partial<ReadOptions> = {}): ConfigResult {
  return readConfig(text, "ferrox.yml", { ...OPTIONS, ...options });
}

export function configOf(text: string, options: Partial<ReadOptions> = {}): Config {
  const result = read(text, options);
  assert.ok(result.kind === "config", lines(result).join("\n"));
  return result.config;
}

/** Problems, or warnings, as "3:14 server.http_port: message". */
export function lines(result: ConfigResult): string[] {
  const problems = result.kind === "config" ? result.warnings : result.problems;
  return problems.map(({ place, key, message }) => {
    const where = placeText(place).replace("ferrox.yml:", "");
    return `${where} ${key === "" ? "" : `${key}: `}${message}`;
  });
}

export function problemsOf(text: string, options: Partial<ReadOptions> = {}): string[] {
  const result = read(text, options);
  assert.equal(result.kind, "problems");
  return lines(result);
}
