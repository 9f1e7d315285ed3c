// R08: a PUT that was answered is on the disk, whole, whatever happens to the server afterwards. The
// real program is killed (SIGKILL) again and again while files are sent to it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { configText, type Program, startProgram } from "../support/program.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const FILES = 40;
const SENDERS = 4;
const ROUNDS = 4;
const PUTS = 1000;
/** What is different each time; what it was yesterday can be had again. */
const SEED = 8;

interface Sent {
  /** The last content that was answered; undefined: none yet. */
  answered: string | undefined;
  /** Sent after that, and never answered. */
  open: string | undefined;
}

test("R08 kill -9 during 1,000 PUTs loses none that was answered", async (t) => {
  const random = randomFrom(SEED);
  const root = await mkdtemp(join(tmpdir(), "ferrox-kill-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "d"));
  const config = configText(
    `file_systems: { up: { kind: disk, root: "${root}", writable: true } }\n` +
      "routes: [{ path: /up/, files: up, index: true }]\n",
  );
  const sent = new Map<string, Sent>();
  let count = 0;
  let answers = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const program = await startProgram(t, { config });
    await assertWhole(program, root, sent);
    // The last round runs to its end, so that there is one in which nothing was lost.
    const until = round === ROUNDS - 1 ? PUTS : Math.ceil((PUTS * (round + 1)) / ROUNDS);
    const end = round === ROUNDS - 1 ? Number.POSITIVE_INFINITY : until - 1 - random.below(60);
    const send = async (sender: number, agent: Agent) => {
      while (count < until) {
        const serial = count++;
        // Each sender has files of its own, so that there is one order of what was sent.
        const name = `f${sender}-${random.below(FILES / SENDERS)}`;
        const content = contentOf(serial, random);
        const state = sent.get(name) ?? { answered: undefined, open: undefined };
        sent.set(name, state);
        state.open = content;
        const answer = put(agent, `${program.url}/up/d/${name}`, content);
        if (serial >= end) program.signal("SIGKILL");
        const status = await answer;
        assert.ok(status === 201 || status === 204, `${status}`);
        state.answered = content;
        state.open = undefined;
        answers++;
      }
    };
    const senders = Array.from({ length: SENDERS }, async (_, sender) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      try {
        await send(sender, agent);
      } catch (error) {
        // Only the kill may end a conversation.
        if (error instanceof assert.AssertionError || !Number.isFinite(end)) throw error;
      } finally {
        agent.destroy();
      }
    });
    await Promise.all(senders);
    if (Number.isFinite(end)) assert.equal(await program.ended(), null, "it was killed");
    else await assertWhole(program, root, sent);
  }
  assert.ok(answers > PUTS / 2, `${answers} of ${count} were answered`);
});

/** From nothing to a few pieces of a socket. */
function contentOf(serial: number, random: Random): string {
  const length = random.pick([0, 10, 1000, 20_000, random.below(200_000)]);
  const body = createHash("sha256").update(`${serial}`).digest("hex");
  const text = `${serial} ${length} ${body.repeat(Math.ceil(length / body.length))}`;
  return text.slice(0, length + 10);
}

function put(agent: Agent, url: string, content: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method: "PUT" }, (answer) => {
      answer.resume().once("error", reject);
      answer.once("end", () => resolve(answer.statusCode));
    });
    asked.once("error", reject);
    asked.end(content);
  });
}

async function assertWhole(
  program: Program,
  root: string,
  sent: ReadonlyMap<string, Sent>,
): Promise<void> {
  const left = readdirSync(join(root, "d")).filter((name) => name.endsWith(".draft"));
  const listing = (await fetchRaw(program, ask("/up/d/"))).body.toString();
  assert.doesNotMatch(listing, /draft/, "what was cut is not seen");
  for (const name of left) {
    assert.equal((await fetchRaw(program, ask(`/up/d/${name}`))).status, 404);
  }
  for (const [name, state] of sent) {
    const there = await readFile(join(root, "d", name), "latin1").catch(() => undefined);
    const { answered, open } = state;
    const isOld = there === answered;
    const isNew = open !== undefined && there === open;
    assert.ok(isOld || isNew, `${name} is neither what was answered nor what was sent last`);
    // From here on this is what it is.
    state.answered = there;
    state.open = undefined;
  }
}
