// One line typed at a terminal that hands over every key as it is pressed ("raw mode"): the editing
// that the terminal would do itself if it did not also show what is typed.

export type Typed =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C */
  | { readonly kind: "interrupted" }
  /** Ctrl-D on an empty line, or the terminal is gone. */
  | { readonly kind: "ended" };

/** @param echo shows what a key did */
export async function typedLine(
  keys: AsyncIterable<Uint8Array>,
  echo: (text: string) => void,
): Promise<Typed> {
  const decoder = new TextDecoder();
  const line: string[] = [];
  for await (const chunk of keys) {
    for (const key of decoder.decode(chunk, { stream: true })) {
      const end = endOf(key, line);
      if (end !== undefined) return end;
      edit(key, line, echo);
    }
  }
  return { kind: "ended" };
}

function endOf(key: string, line: readonly string[]): Typed | undefined {
  switch (key) {
    case "\r":
    case "\n":
      return { kind: "line", text: line.join("") };
    case "\x03":
      return { kind: "interrupted" };
    case "\x04":
      return line.length === 0 ? { kind: "ended" } : undefined;
    default:
      return undefined;
  }
}

/** Nobody types that much; a cable that hums does. */
const CHARACTERS_MAX = 4096;
const RUB_OUT = "\b \b";

function edit(key: string, line: string[], echo: (text: string) => void): void {
  switch (key) {
    case "\x7f":
    case "\b":
      if (line.pop() !== undefined) echo(RUB_OUT);
      break;
    case "\x15": // Ctrl-U
      echo(RUB_OUT.repeat(line.length));
      line.length = 0;
      break;
    default:
      if (key < " " || line.length === CHARACTERS_MAX) return;
      line.push(key);
      echo(key);
  }
}
