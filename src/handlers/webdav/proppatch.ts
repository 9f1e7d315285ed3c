// PROPPATCH. RFC 4918, section 9.2: all instructions in the order they stand in, or none. What they
// ask for is judged first; only then is anything written, and dead properties in one step.

import type { LimitName } from "../../base/limit-watch.ts";
import { Turns } from "../../base/turns.ts";
import { parseDate } from "../../http/date.ts";
import { HttpError } from "../../http/http-error.ts";
import type { Response } from "../../http/response.ts";
import type { Stat } from "../../vfs/file-system.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { writerOf } from "../../vfs/tree.ts";
import { assertPreconditions, type DavJob, hrefOf, lookAtExisting, note } from "./job.ts";
import type { WebdavLimits } from "./limits.ts";
import { isProtected, MODIFIED_TIME } from "./live-properties.ts";
import { multistatus, type PropStat, propertiesXml } from "./multistatus.ts";
import type { DeadProperties, DeadProperty } from "./property-store.ts";
import { xmlBody } from "./request-xml.ts";
import { assertWritable, whileUnlocked } from "./submission.ts";
import type { XmlElement } from "./xml.ts";
import {
  elementsIn,
  elementXml,
  isNamed,
  keyOf,
  type QualifiedName,
  standaloneXml,
  textIn,
} from "./xml-write.ts";

type Instruction = { readonly name: QualifiedName; readonly key: string } & (
  | { readonly kind: "remove" }
  | { readonly kind: "set"; readonly property: DeadProperty; readonly text: string }
);

export async function proppatch(job: DavJob): Promise<Response> {
  assertWritable(job);
  const { path } = job;
  const stat = await lookAtExisting(job);
  assertPreconditions(job, stat);
  return whileUnlocked(job, [{ path, isDeep: false, isMember: false }], async () => {
    const update = await xmlBody(job, "propertyupdate");
    if (update === undefined) throw new HttpError(400, "PROPPATCH without a propertyupdate");
    const instructions = instructionsOf(update);
    const propStats = await turnsOf(job).take(() => patched(job, stat, instructions));
    const statuses = propStats.map(({ status }) => status);
    note(job, `${instructions.length} instructions for ${path} → ${statuses.join(", ")}`);
    return multistatus([propertiesXml(hrefOf(job.options, path, stat.kind), propStats)]);
  });
}

/** Reading, changing and writing are three steps: of two requests, one comes after the other. */
const TURNS = new WeakMap<object, Turns>();

function turnsOf({ options }: DavJob): Turns {
  const { properties } = options.state;
  const turns = TURNS.get(properties) ?? new Turns();
  TURNS.set(properties, turns);
  return turns;
}

/** @throws HttpError 400 */
function instructionsOf(update: XmlElement): Instruction[] {
  const instructions = elementsIn(update).flatMap((step) => {
    const isSet = isNamed(step, "set");
    // What is not known is passed over (section 17).
    if (!isSet && !isNamed(step, "remove")) return [];
    const props = elementsIn(step).filter((one) => isNamed(one, "prop"));
    return props.flatMap((prop) =>
      elementsIn(prop).map((element) => instructionOf(element, isSet, [update, step, prop])),
    );
  });
  if (instructions.length === 0) throw new HttpError(400, "a propertyupdate that updates nothing");
  return instructions;
}

function instructionOf(
  element: XmlElement,
  isSet: boolean,
  above: readonly XmlElement[],
): Instruction {
  const name = { namespace: element.namespace, name: element.name };
  const key = keyOf(name);
  if (!isSet) return { kind: "remove", name, key };
  const xml = standaloneXml(element, above);
  return { kind: "set", name, key, property: { ...name, xml }, text: textIn(element) };
}

async function patched(
  job: DavJob,
  stat: Stat,
  instructions: readonly Instruction[],
): Promise<readonly PropStat[]> {
  const { options, path } = job;
  const { properties } = options.state;
  const nowMs = job.context.clock.wallMs();
  const refused = refusalsOf(instructions, nowMs);
  if (refused.size > 0) return failed(instructions, refused, 403);
  const before = await properties.read(path, stat.kind);
  const after = applied(before, instructions);
  const excess = excessOf(after, options.limits);
  if (excess !== undefined) {
    options.watch.hit(excess);
    return failed(instructions, new Set(instructions.filter(isSetting)), 507);
  }
  const modifiedMs = modifiedTimeIn(instructions, nowMs);
  const writer = writerOf({ fileSystem: options.fileSystem, path });
  await properties.write(path, stat.kind, after);
  if (modifiedMs !== undefined) {
    try {
      await writer.setModified(path, modifiedMs);
    } catch (error) {
      await properties.write(path, stat.kind, before);
      if (error instanceof FsError) return failed(instructions, timesIn(instructions), 403);
      throw error;
    }
  }
  return [{ status: 200, properties: namesOf(instructions) }];
}

function isSetting({ kind, key }: Instruction): boolean {
  return kind === "set" && key !== MODIFIED_TIME;
}

function timesIn(instructions: readonly Instruction[]): ReadonlySet<Instruction> {
  return new Set(instructions.filter(({ key }) => key === MODIFIED_TIME));
}

function refusalsOf(instructions: readonly Instruction[], nowMs: number): ReadonlySet<Instruction> {
  return new Set(
    instructions.filter((one) => {
      if (one.key !== MODIFIED_TIME) return isProtected(one.key);
      return one.kind === "remove" || parseDate(one.text.trim(), nowMs) === undefined;
    }),
  );
}

/** The last one counts, as everywhere. */
function modifiedTimeIn(instructions: readonly Instruction[], nowMs: number): number | undefined {
  const times = instructions.flatMap((one) =>
    one.kind === "set" && one.key === MODIFIED_TIME ? [parseDate(one.text.trim(), nowMs)] : [],
  );
  return times.at(-1);
}

function applied(before: DeadProperties, instructions: readonly Instruction[]): DeadProperties {
  const after = new Map(before);
  for (const one of instructions) {
    if (one.kind === "remove") after.delete(one.key);
    else if (one.key !== MODIFIED_TIME) after.set(one.key, one.property);
  }
  return after;
}

/** The limit that would be broken. */
function excessOf(properties: DeadProperties, limits: WebdavLimits): LimitName | undefined {
  let size = 0;
  for (const { namespace, name, xml } of properties.values()) {
    size += namespace.length + name.length + xml.length;
  }
  if (properties.size > limits.propertiesMax) return "dav_properties";
  return size > limits.propertyBytesMax ? "dav_property_bytes" : undefined;
}

/** Section 9.2.1: nothing was done, because of these. */
function failed(
  instructions: readonly Instruction[],
  culprits: ReadonlySet<Instruction>,
  status: 403 | 507,
): readonly PropStat[] {
  const others = instructions.filter((one) => !culprits.has(one));
  const why = { status, properties: namesOf([...culprits]) };
  const propStats: PropStat[] = [
    status === 403 ? { ...why, condition: "cannot-modify-protected-property" } : why,
    { status: 424, properties: namesOf(others) },
  ];
  return propStats.filter(({ properties }) => properties.length > 0);
}

/** Each once, however often it was set and removed. */
function namesOf(instructions: readonly Instruction[]): string[] {
  return [...new Map(instructions.map(({ key, name }) => [key, elementXml(name)])).values()];
}
