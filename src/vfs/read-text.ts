// A whole file as text.

import { isUtf8 } from "node:buffer";
import { FsError } from "./fs-error.ts";
import type { Place } from "./tree.ts";

/** @throws FsError "unsupported": no UTF-8, or longer than `bytesMax` */
export async function readText({ fileSystem, path }: Place, bytesMax: number): Promise<string> {
  const file = await fileSystem.open(path);
  try {
    if (file.stat.size > bytesMax) {
      throw new FsError("unsupported", `${path} is longer than ${bytesMax} bytes`);
    }
    const bytes = Buffer.alloc(file.stat.size);
    let length = 0;
    while (length < bytes.length) {
      const count = await file.readAt(bytes.subarray(length), length);
      if (count === 0) break;
      length += count;
    }
    const text = bytes.subarray(0, length);
    if (!isUtf8(text)) throw new FsError("unsupported", `${path} is no text in UTF-8`);
    return text.toString("utf8");
  } finally {
    await file.close();
  }
}
