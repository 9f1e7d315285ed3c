// The section `file_systems:`: places where files live, by name, and file systems made of others.
// What they have to do with each other is build-file-systems.ts's business.

import type { SymlinkPolicy } from "./config.ts";
import { choice, diskPath, flag, type Kind, row, size, word } from "./kinds.ts";
import { readTreePath } from "./paths.ts";
import { expected, meant, type Reading } from "./reading.ts";
import { type Zod, z } from "./zod.ts";

export type FileSystemWords =
  | {
      readonly kind: "disk";
      readonly root: string;
      readonly symlinks: SymlinkPolicy;
      readonly dotfiles: boolean;
      readonly writable: boolean;
    }
  | { readonly kind: "memory"; readonly writable: boolean; readonly size: number }
  | { readonly kind: "overlay"; readonly of: readonly string[] }
  | { readonly kind: "subtree"; readonly of: string; readonly path: string }
  | { readonly kind: "read-only"; readonly of: string }
  | { readonly kind: "mounts"; readonly at: Readonly<Record<string, string>> }
  | {
      readonly kind: "https";
      readonly url: string;
      readonly ca?: string | undefined;
      readonly user?: string | undefined;
      readonly password_env?: string | undefined;
      readonly writable: boolean;
    };

/** The name of a file system. */
export const fileSystemName: Kind<string> = word("name of a file system", (value) =>
  typeof value === "string" && value !== ""
    ? meant(value)
    : expected("the name of a file system", value),
);

const kindRow = <Name extends string>(name: Name, description: string) =>
  z.literal(name).meta({ title: name, description });

const writable = row(
  flag,
  "Whether files can be changed: `PUT`, `DELETE` and `MKCOL` on routes of these files, unless a " +
    "route says `writable: false`.",
).prefault(false);

const diskRows = z
  .strictObject({
    kind: kindRow("disk", "A folder of this machine."),
    root: row(diskPath("path of a folder"), "The folder whose content is served."),
    symlinks: row(
      choice<SymlinkPolicy>(["inside", "never", "any"]),
      "Which symbolic links are followed: those that stay inside the root, none, or any.",
    ).prefault("inside"),
    dotfiles: row(
      flag,
      "Serve names that start with a dot. `.well-known` is always served.",
    ).prefault(false),
    writable,
  })
  .meta({ title: "disk" });

const GIB = 1024 ** 3;

const memoryRows = z
  .strictObject({
    kind: kindRow("memory", "Files kept in memory; gone when the server stops."),
    writable,
    size: row(
      size({ min: 0, max: 1024 * GIB }),
      "All its files together, those that are being sent included. When there is no room, the " +
        "answer is 507.",
    ).prefault("64MiB"),
  })
  .meta({ title: "memory" });

const overlayRows = z
  .strictObject({
    kind: kindRow("overlay", "File systems laid over each other, as one."),
    of: z.array(row(fileSystemName, "The name of a file system.")).meta({
      title: "list of names of file systems",
      description:
        "The upper one first: it hides what the others hold, and all changes go there, so it must " +
        "be writable. The others are never changed.",
    }),
  })
  .meta({ title: "overlay" });

const subtreeRows = z
  .strictObject({
    kind: kindRow("subtree", "A directory of another file system, as if it were all there is."),
    of: row(fileSystemName, "The file system it is in."),
    path: row(word("path", readTreePath), "The directory. It need not be there yet."),
  })
  .meta({ title: "subtree" });

const readOnlyRows = z
  .strictObject({
    kind: kindRow("read-only", "Another file system, to be read only."),
    of: row(fileSystemName, "That file system."),
  })
  .meta({ title: "read-only" });

const mountsRows = z
  .strictObject({
    kind: kindRow("mounts", "Several file systems as one tree."),
    at: z
      .record(
        row(word("path", readTreePath), "A path in the tree."),
        row(fileSystemName, "The name of a file system."),
      )
      .meta({
        title: "paths and names of file systems",
        description: "What is found where: `{/: site, /docs: manuals}`. The deepest path counts.",
      }),
  })
  .meta({ title: "mounts" });

const httpsRows = z
  .strictObject({
    kind: kindRow("https", "Files of another server that lends them (`vfs_https`)."),
    url: row(word("URL", readHttpsUrl), "Where they are lent: `https://files.example.org/`."),
    ca: row(
      diskPath("path of a PEM file"),
      "Certificates that are trusted beside those of the system: the server's own, or its authority's.",
    ).optional(),
    user: row(word("user name", readUser), "Whom the server knows us as.").optional(),
    password_env: row(
      word("name of an environment variable", readVariable),
      "The environment variable that holds the password of `user`.",
    ).optional(),
    writable,
  })
  .meta({ title: "https" });

export const fileSystemRows: Zod.ZodType<Readonly<Record<string, FileSystemWords>>> = z.record(
  z.string(),
  z.discriminatedUnion("kind", [
    diskRows,
    memoryRows,
    overlayRows,
    subtreeRows,
    readOnlyRows,
    mountsRows,
    httpsRows,
  ]),
);

function readHttpsUrl(value: unknown): Reading<string> {
  const what = "a URL that starts with https://";
  if (typeof value !== "string" || !/^https:\/\/[\x21-\x7e]+$/i.test(value)) {
    return expected(what, value);
  }
  if (!URL.canParse(value)) return expected(what, value);
  const url = new URL(value);
  if (url.username !== "" || url.password !== "") {
    // A word of a configuration is shown by `check --origin`, and often kept where others read it.
    return expected("a URL without a password", "…@…", "write user and password_env");
  }
  return url.search === "" && url.hash === ""
    ? meant(value)
    : expected("a URL without ? and #", value);
}

/** RFC 7617, section 2: a colon ends the name. */
function readUser(value: unknown): Reading<string> {
  const isName = typeof value === "string" && /^[^\p{Cc}:]+$/u.test(value);
  return isName ? meant(value) : expected("a user name without a colon", value);
}

export function readVariable(value: unknown): Reading<string> {
  const isName = typeof value === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value);
  return isName ? meant(value) : expected("the name of an environment variable", value);
}
