// What a command may know of the world around it, as a port: main.ts fills it from `process`,
// tests from plain values. No command reads `process` itself.

export interface Io {
  /** To standard output, as it is: the text brings its own line breaks. */
  out(text: string): void;
  /** To standard error. */
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As process.platform says it: "linux", "darwin", "win32" … */
  readonly platform: string;
  /** The user's own folder. */
  readonly home: string;
  readonly cwd: string;
  readonly nowMs: number;
  /** Whether it is root who asks. */
  readonly isRoot?: boolean;
  /** Whether people read along: more lines, pictures and colour are welcome. */
  readonly isTerminal: boolean;
  readonly columns: number;
}
