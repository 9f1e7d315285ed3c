// Words and names of the listing's script: pure functions of text and numbers.
// Sent to browsers as they stand here (script.ts): each may call only what is sent with it.

/** Why the server did not do it, for people. 0: it could not be reached. */
export function wordsOf(status: number): string {
  switch (status) {
    case 0:
      return "The connection was lost.";
    case 401:
    case 403:
      return "This is not allowed here.";
    case 404:
      return "It is not there any more.";
    case 405:
    case 409:
      return "Something with this name is in the way.";
    case 412:
      return "It was changed by somebody else in the meantime.";
    case 413:
      return "It is larger than this server takes.";
    case 414:
      return "Its name is too long.";
    case 423:
      return "It is locked.";
    case 429:
    case 503:
      return "The server is busy; try again in a moment.";
    case 507:
      return "There is no room left on the server.";
    default:
      return `The server refused (${status}).`;
  }
}

/** "a (2).txt" of "a.txt": the ending stays what programs know it by. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  const stem = dot <= 0 ? name : name.slice(0, dot);
  return `${stem} (${number})${name.slice(stem.length)}`;
}

/** "3.4 MiB" */
export function sizeWords(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = 0;
  while (unit < units.length - 1 && Math.round(size) >= 1024) {
    size /= 1024;
    unit++;
  }
  return `${unit > 0 && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

export function countWords(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Below the directory's own URL. A name that is no Unicode text cannot be sent: "". */
export function hrefTo(path: readonly string[]): string {
  try {
    return `./${path.map((name) => encodeURIComponent(name)).join("/")}`;
  } catch {
    return "";
  }
}

/** What a link or a button names; itself, when its bytes are no UTF-8. */
export function decodedName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
