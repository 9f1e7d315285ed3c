// Reads a wire story (test/wire/*.http): a whole conversation as text.
//
//   a sentence that says what it shows
//   # pieces: whole          only as written (the answer depends on how the bytes arrive)
//   > GET / HTTP/1.1         bytes sent; the line ends with CR LF …
//   > hel\                   … unless it ends with a backslash; \r \n \t \xHH stand for bytes
//   < HTTP/1.1 200 OK        bytes expected, same rules; Date is that of the fake clock
//   ~ 10s                    time passes
//   = end                    the client has finished (FIN)
//   = closed                 the server has closed by now
//   = open                   it has not

export type StoryStep =
  | { readonly kind: "send"; readonly text: string }
  | { readonly kind: "expect"; readonly text: string }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "end" | "closed" | "open" };

export interface Story {
  readonly title: string;
  readonly wholeOnly: boolean;
  readonly steps: readonly StoryStep[];
}

export function parseStory(text: string): Story {
  const steps: StoryStep[] = [];
  const title: string[] = [];
  let wholeOnly = false;
  for (const line of text.split("\n")) {
    if (line === "# pieces: whole") wholeOnly = true;
    else if (/^[><~=]/.test(line)) addStep(steps, line[0] ?? "", line.slice(2));
    else if (line.trim() !== "") title.push(line.trim());
  }
  return { title: title.join(" "), wholeOnly, steps };
}

function addStep(steps: StoryStep[], mark: string, rest: string): void {
  if (mark === ">" || mark === "<") {
    const kind = mark === ">" ? "send" : "expect";
    const last = steps.at(-1);
    const bytes = bytesOfLine(rest);
    if (last?.kind === kind) steps[steps.length - 1] = { kind, text: last.text + bytes };
    else steps.push({ kind, text: bytes });
  } else if (mark === "~") {
    steps.push({ kind: "wait", ms: Number.parseFloat(rest) * 1000 });
  } else if (rest === "end" || rest === "closed" || rest === "open") {
    steps.push({ kind: rest });
  } else {
    throw new Error(`a wire story has no step "${mark} ${rest}"`);
  }
}

function bytesOfLine(line: string): string {
  const open = line.endsWith("\\") && !line.endsWith("\\\\");
  const text = (open ? line.slice(0, -1) : line).replace(
    /\\(?:x([0-9a-f]{2})|([rnt\\]))/g,
    (_, hex: string | undefined, letter: string | undefined) =>
      hex === undefined
        ? ({ r: "\r", n: "\n", t: "\t", "\\": "\\" }[letter ?? ""] ?? "")
        : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return open ? text : `${text}\r\n`;
}
