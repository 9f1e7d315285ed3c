// A Unix socket leaves its file behind when a server dies, and bind refuses a name that exists.
// The file is removed only when it is a socket and nobody answers on it.

import { lstat, unlink } from "node:fs/promises";
import { connect } from "node:net";

export async function removeStaleSocket(path: string): Promise<void> {
  const isSocket = await lstat(path).then(
    (stat) => stat.isSocket(),
    () => false, // not there, or not to be looked at: bind will say it better
  );
  if (isSocket && !(await isAnswered(path))) await unlink(path);
}

/** Only "nobody listens" makes a file stale; any other failure leaves the decision to bind. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", (error) => {
      resolve(!("code" in error && error.code === "ECONNREFUSED"));
    });
  });
}
