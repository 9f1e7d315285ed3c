// What trials of Node's private parts have in common: a server for one connection, on this machine,
// that nobody else is told of.

import type { Server } from "node:net";

/** Has it listen, and gives its port. Rejects with the error of bind. */
export function trialPort(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });
}

/** Whatever fails in a trial, it does not come to its end, and that is the answer. */
export function ignored(): void {}
