import assert from "node:assert/strict";
import { test } from "node:test";
import { dataFolder } from "../../src/cli/data-folder.ts";

for (const [platform, home, env, folder] of [
  ["linux", "/home/u", {}, "/home/u/.local/share/ferrox"],
  ["linux", "/home/u", { XDG_DATA_HOME: "/data" }, "/data/ferrox"],
  ["linux", "/home/u", { XDG_DATA_HOME: "data" }, "/home/u/.local/share/ferrox"],
  ["linux", "/home/u", { XDG_DATA_HOME: "" }, "/home/u/.local/share/ferrox"],
  ["freebsd", "/home/u", {}, "/home/u/.local/share/ferrox"],
  ["darwin", "/Users/u", {}, "/Users/u/Library/Application Support/ferrox"],
  ["win32", "C:\\Users\\u", {}, "C:\\Users\\u\\AppData\\Local\\ferrox"],
  ["win32", "C:\\Users\\u", { LOCALAPPDATA: "D:\\Local" }, "D:\\Local\\ferrox"],
] as const) {
  test(`on ${platform} with ${JSON.stringify(env)} it is ${folder}`, () => {
    assert.equal(dataFolder({ platform, home, env }), folder);
  });
}
