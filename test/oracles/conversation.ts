// Many questions in turn over one connection, read by the strict reader of wire-response.ts. When
// the server ends the connection, as it says it will, the next question opens another.

import type { Field } from "../../src/http/fields.ts";
import { connect, type WireConnection, type WireTarget } from "../support/wire-client.ts";
import type { WireResponse } from "../support/wire-response.ts";

export interface Question {
  /** Default: GET. */
  readonly method?: string;
  /** As sent. */
  readonly path: string;
  /** Besides Host. */
  readonly fields?: readonly Field[];
}

export interface Conversation {
  ask(question: Question): Promise<WireResponse>;
  /** Connections opened so far. */
  readonly connections: number;
  end(): void;
}

export function conversationWith(target: WireTarget): Conversation {
  let connection: WireConnection | undefined;
  let connections = 0;
  return {
    get connections() {
      return connections;
    },
    async ask({ method = "GET", path, fields = [] }) {
      if (connection === undefined) {
        connection = await connect(target);
        connections++;
      }
      const lines = [["Host", `127.0.0.1:${target.port}`], ...fields]
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join("");
      connection.send(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`);
      const answer = await connection.response(method);
      if (answer.fields.get("connection") === "close") {
        connection.reset();
        connection = undefined;
      }
      return answer;
    },
    end() {
      connection?.reset();
      connection = undefined;
    },
  };
}
