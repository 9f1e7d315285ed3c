// What was decided on the way of one request, and why. Nobody collects it in normal service;
// `ferrox explain` does, by running the same code with a Trace in the Context.

export interface Trace {
  /**
   * @param where the file that decided, as a reader would look it up: "handlers/routes"
   * @param decision one statement, with the values compared: "host a.example, prefix /up/ → route 3"
   */
  note(where: string, decision: string): void;
}
