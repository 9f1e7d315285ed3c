// `ferrox resource`: one file of a store, in words or in its other form.

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { codeOf } from "../base/system-error.ts";
import { harmless } from "../config/reading.ts";
import {
  isFlatBuffer,
  readFlatBuffer,
  writeFlatBuffer,
} from "../handlers/precomputed/flatbuffer.ts";
import { readJson, writeJson } from "../handlers/precomputed/json-form.ts";
import { BadResource, type Resource } from "../handlers/precomputed/resource.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { messageOf } from "./machine-error.ts";
import { resourceLines } from "./resource-words.ts";
import { formatOf } from "./store-format.ts";

export interface ResourceOptions {
  /** show FILE, convert FILE OUT */
  readonly operands: readonly string[];
  readonly format: string | undefined;
}

export function runResource({ operands, format: word }: ResourceOptions, io: Io): ExitCode {
  const [action, file, out, ...spare] = operands;
  const format = formatOf(word);
  if (format === undefined) return refuse(io, "--format is flatbuffers or json");
  if (action === "show" && file !== undefined && out === undefined) {
    return withResource(file, io, (resource) => io.out(`${resourceLines(resource).join("\n")}\n`));
  }
  if (action === "convert" && file !== undefined && out !== undefined && spare.length === 0) {
    return withResource(file, io, (resource) => {
      const bytes = format === "json" ? writeJson(resource) : writeFlatBuffer(resource);
      writeFileSync(resolve(io.cwd, out), bytes);
    });
  }
  return refuse(io, "say what to do: ferrox resource show FILE, ferrox resource convert FILE OUT");
}

function refuse(io: Io, why: string): ExitCode {
  io.err(`ferrox resource: ${why}\n`);
  return EXIT_USAGE;
}

function withResource(file: string, io: Io, act: (resource: Resource) => void): ExitCode {
  try {
    const bytes = readFileSync(resolve(io.cwd, file));
    act(isFlatBuffer(bytes) ? readFlatBuffer(bytes) : readJson(bytes));
    return EXIT_FINE;
  } catch (error) {
    if (!(error instanceof BadResource) && codeOf(error) === undefined) throw error;
    const why = error instanceof BadResource ? `no resource: ${error.message}` : messageOf(error);
    io.err(`ferrox resource: ${harmless(file)}: ${harmless(why)}\n`);
    return EXIT_FAILED;
  }
}
