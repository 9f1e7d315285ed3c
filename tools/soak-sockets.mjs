// Connections for clients that do as they like, and chance.

import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";

/** A connection, plain or over TLS. Errors later on are for whoever waits for its end. */
export function opened({ plainPort, securePort }, isPlain) {
  return new Promise((resolve, reject) => {
    const raw = connectTcp({ port: isPlain ? plainPort : securePort, host: "127.0.0.1" });
    raw.on("error", reject);
    const socket = isPlain ? raw : connectTls({ socket: raw, rejectUnauthorized: false });
    socket.beneath = raw;
    socket.on("error", reject);
    socket.once(isPlain ? "connect" : "secureConnect", () => resolve(socket));
  });
}

/** Resolves when the connection is over, or after `ms`. */
export function ended(socket, ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function below(limit) {
  return Math.floor(Math.random() * limit);
}

export function pick(choices) {
  return choices[below(choices.length)];
}
