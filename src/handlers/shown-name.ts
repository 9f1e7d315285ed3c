// Names of files as text that people read: whatever bytes a name is made of, it shows what it is and
// does not pretend to be another. HTML's own rules come on top (html.ts).

/**
 * Control characters as the pictures made for them, so that "a\nb" cannot pose as two names; those
 * that turn the direction of text as U+FFFD, so that "U+202E gpj.exe" cannot pose as "exe.jpg".
 */
export function shownName(name: string): string {
  return name.replace(DISGUISE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u{2421}" : "\u{fffd}";
  });
}

const DISGUISE = /[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;
