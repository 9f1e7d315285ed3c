// The first bytes of a TLS client, for those who will never say the next ones.

import { Duplex } from "node:stream";
import { connect } from "node:tls";

export function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        resolve(Buffer.from(chunk));
        done();
        socket.destroy();
      },
    });
    // Its end comes with an error: nobody has answered.
    connect({ socket, servername: "localhost", rejectUnauthorized: false }).on("error", () => {});
  });
}
