// What the benchmark says while it runs and when it is done. Progress is one line that is written
// over, on a terminal only; in a pipe there are only results.

import { cellsOf, digits } from "./table.mjs";

export function terminalProgress(out = process.stdout, line = process.stderr) {
  const startMs = performance.now();
  const clear = () => line.isTTY && line.write("\r\x1b[K");
  return {
    turn(scenario, server, where) {
      if (!line.isTTY) return;
      const seconds = Math.round((performance.now() - startMs) / 1000);
      line.write(`\r\x1b[K${seconds} s  ${scenario.name}: ${server.name}, ${where}`);
    },
    trouble(text) {
      clear();
      line.write(`left out: ${text}\n`);
    },
    done(scenario, samples) {
      clear();
      out.write(`\n${scenario.name}: ${scenario.title}\n${textTable(cellsOf(scenario, samples))}`);
    },
  };
}

/** Columns as wide as they must be; words to the left, numbers to the right. */
export function textTable({ head, cells }) {
  const lines = [head, ...cells].map((line) => line.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const fit = (text, column) =>
    column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return lines.map((line) => `  ${line.map(fit).join("  ").trimEnd()}\n`).join("");
}

export function goalTable(goals) {
  const head = ["goal", "wanted", "measured", "", "against"];
  const cells = goals.map(goalCells);
  return textTable({ head, cells });
}

export function goalCells({ scenario, server, far, wanted, figure, met, note }) {
  const name = server === "ferrox" ? scenario : `${scenario} (${server})`;
  const verdict = met === undefined ? "not measured" : met ? "met" : far ? "not yet" : "not met";
  return [name, wanted, digits(figure, figure > 100 ? 0 : 2), verdict, note ?? ""];
}
