// What stood on the command line, by names, and what the commands with many words make of it. Cut out
// of the line by arguments.ts.

import type { ServeOptions } from "./arguments.ts";
import type { ProbeOptions } from "./probe.ts";
import type { RemoteOptions } from "./remote-work.ts";

export interface Given {
  readonly kind: "given";
  /** Where each flag that takes nothing stands, by its first spelling. */
  readonly flags: ReadonlyMap<string, readonly number[]>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

export function serveOptions(given: Given): ServeOptions {
  const { flags, values, positionals } = given;
  const last = (name: string) => values.get(name)?.at(-1);
  return {
    dir: positionals[0],
    file: last("config"),
    port: last("port"),
    host: last("host"),
    strictPort: flags.has("strict-port"),
    single: flags.has("single"),
    index: indexChoice(given),
    tls: flags.has("tls"),
    open: flags.has("open"),
    pidFile: last("pid-file"),
    quiet: flags.get("quiet")?.length ?? 0,
  };
}

export function probeOptions({ flags, values, positionals }: Given): ProbeOptions {
  return {
    server: positionals[0],
    path: values.get("path")?.at(-1) ?? "/",
    tls: flags.has("tls"),
    insecure: flags.has("insecure"),
    only: values.get("only")?.at(-1),
    json: flags.has("json"),
    strict: flags.has("strict"),
    owned: flags.has("yes-i-own-it"),
    list: flags.has("list"),
  };
}

export function remoteOptions({ flags, values, positionals }: Given): RemoteOptions {
  return {
    operands: positionals,
    ca: values.get("ca")?.at(-1),
    passwordFile: values.get("password-file")?.at(-1),
    long: flags.has("long"),
    recursive: flags.has("recursive"),
    force: flags.has("force"),
    parents: flags.has("parents"),
  };
}

/** Of --index and --no-index, the later one counts. */
function indexChoice({ flags }: Given): boolean | undefined {
  const yes = flags.get("index")?.at(-1) ?? -1;
  const no = flags.get("no-index")?.at(-1) ?? -1;
  return yes === no ? undefined : yes > no;
}
