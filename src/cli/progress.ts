// How far a long transfer is, in one line that is drawn over and over: only for people, and only
// when it takes longer than they like to wait without a word.

import type { Clock } from "../base/clock.ts";
import { harmless } from "../config/reading.ts";
import { sizeText } from "./size-text.ts";

export interface ProgressOptions {
  readonly name: string;
  /** undefined: nobody knows beforehand. */
  readonly total: number | undefined;
  readonly clock: Clock;
  /** Of the terminal. */
  readonly columns: number;
  /** Draws; undefined: nobody looks. */
  readonly draw: ((text: string) => void) | undefined;
}

export interface Progress {
  add(bytes: number): void;
  /** Leaves an empty line, for what is said next. */
  end(): void;
}

const QUIET_MS = 1_000;
const REDRAW_MS = 200;
const ERASE = "\r\x1b[K";

export function showProgress(options: ProgressOptions): Progress {
  const { clock, draw, columns } = options;
  if (draw === undefined) return { add: () => {}, end: () => {} };
  const startMs = clock.monotonicMs();
  let done = 0;
  let isDrawn = false;
  const stop = clock.every(REDRAW_MS, () => {
    const elapsedMs = clock.monotonicMs() - startMs;
    if (elapsedMs < QUIET_MS) return;
    isDrawn = true;
    draw(ERASE + progressLine({ ...options, done, elapsedMs }, columns));
  });
  return {
    add(bytes) {
      done += bytes;
    },
    end() {
      stop();
      if (isDrawn) draw(ERASE);
    },
  };
}

interface State {
  readonly name: string;
  readonly total: number | undefined;
  readonly done: number;
  readonly elapsedMs: number;
}

const BAR_WIDTH = 20;
const NAME_MIN = 8;

/** The name gives way first, then the bar. */
export function progressLine({ name, total, done, elapsedMs }: State, columns: number): string {
  const rate = (1000 * done) / elapsedMs;
  const speed = `${sizeText(rate)}/s`;
  const figures =
    total === undefined || total === 0
      ? `${sizeText(done)}  ${speed}`
      : `${percent(done, total)}  ${sizeText(done)} of ${sizeText(total)}  ${speed}  ${left(total - done, rate)}`;
  const bar = total === undefined || total === 0 ? "" : `${barOf(done / total)} `;
  const room = columns - 1 - figures.length;
  const shown = room - bar.length - 1 >= NAME_MIN ? bar : "";
  const nameRoom = room - shown.length - 1;
  const label = nameRoom >= NAME_MIN ? `${cut(harmless(name), nameRoom)} ` : "";
  return (label + shown + figures).slice(0, columns - 1);
}

function percent(done: number, total: number): string {
  return `${String(Math.floor((100 * done) / total)).padStart(3)}%`;
}

function barOf(share: number): string {
  const full = Math.min(BAR_WIDTH, Math.floor(share * BAR_WIDTH));
  return `[${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}]`;
}

/** "1:05 left"; nothing while nobody can say. */
function left(bytes: number, rate: number): string {
  if (rate <= 0) return "";
  const seconds = Math.ceil(bytes / rate);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, "0");
  const clock =
    hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
  return `${clock} left`;
}

/** The end of a name says more than its beginning. */
function cut(name: string, width: number): string {
  const characters = [...name];
  return characters.length <= width ? name : `…${characters.slice(1 - width).join("")}`;
}
