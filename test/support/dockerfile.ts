// A Dockerfile as its instructions, and what its COPY lines come to, for machines without Docker.
// Nothing is downloaded: a base image is this machine, and `npm ci` is what is installed already.

import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { PROJECT_ROOT } from "./program.ts";

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export function stagesOf(text: string): readonly Stage[] {
  const lines = text.replace(/\\\n/g, " ").split("\n");
  const stages: { image: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [name = "", ...words] = line.trim().split(/\s+/);
    if (name === "FROM") {
      const [image = "", as, stage] = words;
      stages.push({ image, name: as === "AS" ? stage : undefined, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push({ name, text: words.join(" ") });
    }
  }
  return stages;
}

/** The last text of an instruction; the last one counts. */
export function lastOf({ instructions }: Stage, name: string): string | undefined {
  return instructions.findLast((instruction) => instruction.name === name)?.text;
}

/** The exec form: a JSON list. @throws for the shell form, which would put a shell in between */
export function execForm(text: string | undefined): readonly string[] {
  const value: unknown = JSON.parse(text ?? "");
  if (Array.isArray(value) && value.every((word) => typeof word === "string")) return value;
  throw new Error(`no exec form: ${text}`);
}

/** What `COPY` lines put below `root`, from the project or from an earlier stage. */
export function copyInto(root: string, stage: Stage, stages: ReadonlyMap<string, string>): void {
  let workdir = "/";
  for (const { name, text } of stage.instructions) {
    if (name === "WORKDIR") workdir = resolve(workdir, text);
    if (name === "COPY") copy(text, { root, workdir, stages });
  }
}

interface Copying {
  readonly root: string;
  readonly workdir: string;
  readonly stages: ReadonlyMap<string, string>;
}

function copy(text: string, { root, workdir, stages }: Copying): void {
  const words = text.split(" ");
  const from = /^--from=(.*)$/.exec(words[0] ?? "")?.[1];
  const source = from === undefined ? PROJECT_ROOT : stages.get(from);
  if (source === undefined) throw new Error(`no stage ${from}`);
  const [target = "", ...sources] = words.slice(from === undefined ? 0 : 1).reverse();
  const place = join(root, resolve(workdir, target));
  for (const one of sources) {
    // Into a folder under its own name; of a folder, its content.
    const to = target.endsWith("/") ? join(place, basename(one)) : place;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(source, one), to, { recursive: true, verbatimSymlinks: true });
  }
}

/** Packages that a server needs, as `npm ci` and `npm prune --omit=dev` leave them. */
export function linkProductionPackages(folder: string): void {
  const lock: unknown = JSON.parse(readFileSync(join(PROJECT_ROOT, "package-lock.json"), "utf8"));
  const packages = lock !== null && typeof lock === "object" && "packages" in lock && lock.packages;
  for (const [path, facts] of Object.entries(packages || {})) {
    const isDev = typeof facts === "object" && facts !== null && "dev" in facts;
    const isTop = /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path);
    if (!isTop || isDev || (typeof facts === "object" && "optional" in facts)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(PROJECT_ROOT, path), join(folder, path));
  }
}
