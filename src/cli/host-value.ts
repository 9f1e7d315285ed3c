// "--host" of `ferrox serve` may stand without its value; parseArgs knows no such option. So the
// words are mended before it sees them.

const EVERY_ADDRESS = "0.0.0.0";

/** "--host" may stand alone: it takes the next word only when that looks like an address. */
export function withHostValue(args: readonly string[]): string[] {
  return args.flatMap((word, at) => {
    if (args[at - 1] === "--host" && isLikeAddress(word)) return [];
    if (word !== "--host") return [word];
    const next = args[at + 1];
    return [`--host=${next !== undefined && isLikeAddress(next) ? next : EVERY_ADDRESS}`];
  });
}

/** Rather too much than too little: "300.1.2.3" is a wrong address, not a folder. */
function isLikeAddress(word: string): boolean {
  if (/^[A-Za-z]:[\\/]/.test(word) || word.startsWith("-")) return false;
  return (
    word.toLowerCase() === "localhost" || word.includes(":") || /^[0-9]+(\.[0-9]+)+$/.test(word)
  );
}
