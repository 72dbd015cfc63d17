import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { inputError, messageOf } from "../core/errors.ts";
import { type ByteSource, type McapScan, scanBytes, type ScanHandlers } from "./mcap-scanner.ts";

/** {@link scanBytes} of a file. @throws SimgateError `input` if it cannot be read or is not MCAP. */
export async function scanMcap(file: string, handlers: ScanHandlers): Promise<McapScan> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (cause) {
    throw inputError("cannot read the recording", { where: file, got: messageOf(cause), cause });
  }
  try {
    const { size } = await handle.stat();
    return await scanBytes(new FileSource(file, handle, size), handlers);
  } finally {
    await handle.close();
  }
}

const WINDOW_BYTES = 4 * 1024 * 1024;

/** A file, read in large pieces. */
class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #handle: FileHandle;
  #window = new Uint8Array(0);
  #windowAt = 0;

  constructor(name: string, handle: FileHandle, size: number) {
    this.name = name;
    this.size = size;
    this.#handle = handle;
  }

  crc32(bytes: Uint8Array): number {
    return crc32(bytes);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const available = Math.max(0, Math.min(length, this.size - offset));
    if (offset < this.#windowAt || offset + available > this.#windowAt + this.#window.length) {
      const wanted = Math.min(Math.max(available, WINDOW_BYTES), this.size - offset);
      const buffer = new Uint8Array(wanted);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await this.#handle.read(buffer, filled, wanted - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      this.#window = buffer.subarray(0, filled);
      this.#windowAt = offset;
    }
    const from = offset - this.#windowAt;
    return this.#window.subarray(from, from + available);
  }
}
