// The words of the command that a web server starts.

import type { CommandWords } from "./options.ts";

export const VFS_CGI: CommandWords = {
  name: "vfs-cgi",
  usage: "ferrox vfs-cgi [options]",
  summary: "answer for a lent file system, under another web server (CGI)",
  description: [
    "A web server starts this for each request, and says in variables what was",
    "asked for (RFC 3875). Answers one command, as a route with vfs_https does.",
    "Whom the web server has authenticated (REMOTE_USER) is that user.",
  ],
  operand: "none",
  options: [
    {
      name: "config",
      aliases: ["c"],
      takes: "FILE",
      help: ["the configuration; ferrox.yml if absent"],
    },
    { name: "route", takes: "PATH", help: ["which route; the only one with vfs_https if absent"] },
    {
      name: "key",
      takes: "FILE",
      help: [
        "32 random bytes that seal logins; without it the",
        "password comes with every command",
      ],
    },
    { name: "help", aliases: ["h"], help: ["print this"] },
    { name: "version", aliases: ["v", "V"], help: ["print the version"] },
  ],
};
