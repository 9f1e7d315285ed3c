// How a command ended, for the shell. 130 and 143 are not here: a process that a signal killed
// gets them from the shell.

export type ExitCode = 0 | 1 | 2;

export const EXIT_FINE: ExitCode = 0;
/** It could not start, or stopped working: a port that is taken, a file that cannot be written. */
export const EXIT_FAILED: ExitCode = 1;
/** What was asked for makes no sense: the command line or the configuration. */
export const EXIT_USAGE: ExitCode = 2;
