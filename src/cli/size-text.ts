// Sizes for people: three figures and a unit, as `ls -h` and curl have them. Powers of 1000, like
// the disks they buy.

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

export function sizeText(bytes: number): string {
  let [size, unit] = [bytes, 0];
  // 999.6 kB would be shown as 1000 kB.
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : 1;
  return `${size.toFixed(digits)} ${UNITS[unit]}`;
}
