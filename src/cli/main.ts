#!/usr/bin/env node
// The program: command line in, exit code out. Commands do not read `process`: what they may know of
// it they are handed as an Io, made here, or through a port beside it (surroundings.ts, processes.ts,
// process-figures.ts, privileges.ts; for workers, those of worker-main.ts and start-crew.ts).
//
// A command is loaded when it is asked for, and `serve` in stages: Node opens all modules of a
// level at once, and a process that may hold only 64 descriptors would not come up.

import { homedir } from "node:os";
import { type Clock, systemClock } from "../base/clock.ts";
import { type Command, parseCommandLine } from "./arguments.ts";
import { EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import { helpText } from "./help.ts";
import { takeVariables } from "./inherited-sockets.ts";
import type { Io } from "./io.ts";
import type { Processes } from "./processes.ts";
import { leaveLostTerminal } from "./terminal.ts";
import { version } from "./version.ts";

function realIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: takeVariables(process.env, process.pid),
    platform: process.platform,
    home: ownHome(),
    cwd: process.cwd(),
    nowMs: systemClock.wallMs(),
    isRoot: process.geteuid?.() === 0,
    isTerminal: process.stdout.isTTY === true,
    // A terminal that does not know its width says 0.
    columns: process.stdout.columns || 80,
  };
}

/** A number without a name has no home; containers are run so. What needs one will say so. */
function ownHome(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}

async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const line = parseCommandLine(argv);
  if (line.kind === "usage") {
    io.err(`ferrox: ${line.message}\n`);
    return EXIT_USAGE;
  }
  return runCommand(line.command, io);
}

async function runCommand(command: Command, io: Io): Promise<ExitCode> {
  switch (command.name) {
    case "serve": {
      const { realSurroundings } = await import("./surroundings.ts");
      await import("../config/load-config.ts");
      await import("../handlers/static-files.ts");
      await import("../transport/listener.ts");
      const { runServe } = await import("./serve.ts");
      return runServe(command.options, io, realSurroundings);
    }
    case "reload":
      return (await import("./reload.ts")).runReload(command.options, io, await realWorld());
    case "stop":
      return (await import("./stop.ts")).runStop(command.options, io, await realWorld());
    case "check":
      return (await import("./check.ts")).runCheck(command.options, io);
    case "cert":
      return (await import("./certificate.ts")).runCertificate(command.options, io);
    case "user": {
      const { realSecretInput: secrets } = await import("./secret-input.ts");
      return (await import("./user.ts")).runUser(command.options, { ...io, secrets });
    }
    case "probe":
      return (await import("./probe.ts")).runProbeCommand(command.options, io);
    case "vfs-cgi": {
      const { realPipes: pipes } = await import("./pipes.ts");
      const { runVfsCgi } = await import("./vfs-cgi.ts");
      return runVfsCgi(command.options, { io, pipes, clock: systemClock });
    }
    case "compile": {
      const { zlib = "", brotli = "", zstd = "none" } = process.versions;
      const maker = `zlib ${zlib}, brotli ${brotli}, zstd ${zstd}`;
      const { runCompile } = await import("./compile.ts");
      return runCompile(command.options, { io, clock: systemClock, maker });
    }
    case "hash-target":
      return (await import("./hash-target.ts")).runHashTarget(command.options, io);
    case "resource":
      return (await import("./resource.ts")).runResource(command.options, io);
    case "ls":
    case "cat":
    case "put":
    case "rm":
    case "mkdir": {
      const { realPipes } = await import("./pipes.ts");
      const { runRemote } = await import("./remote.ts");
      return runRemote(command.name, command.options, { io, pipes: realPipes });
    }
    case "help":
      io.out(helpText(command.topic));
      return EXIT_FINE;
    case "version":
      io.out(`${version()}\n`);
      return EXIT_FINE;
    default:
      return command satisfies never;
  }
}

async function realWorld(): Promise<{ processes: Processes; clock: Clock }> {
  const { realProcesses } = await import("./processes.ts");
  const { waitingClock } = await import("./look-until.ts");
  return { processes: realProcesses, clock: waitingClock };
}

// Whoever read our output may be gone (`ferrox serve | head -1`): that ends no server.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
// Not process.exit(): what was written to a pipe would be cut off. Nothing of ours keeps the
// process alive once a command is over.
process.exitCode = await run(process.argv.slice(2), realIo());
leaveLostTerminal();
