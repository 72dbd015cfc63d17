import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decompressChunk } from "../../src/record/chunk-compression.ts";

// 40 doubles 0, 0.5, 1, … and 30 × "abcabcabcabc", compressed by Apache Arrow (liblz4, libzstd).
const LZ4 =
  "04224d18604082af0000001900010022e03f0f0013f0080013f8080022004018001304080013080800130c08001310080013120800131408" +
  "001316080013180800131a0800131c0800131e080013200800132108001322080013230800132408001325080013260800132708001328" +
  "080013290800132a0800132b0800132c0800132d0800132e0800132f080012300800138008002300311000030800230032100003080023" +
  "003310005f33406162630300ff4e50626361626300000000";
const ZSTD =
  "28b52ffd60a8017d030044030000e03f00f0f8004004080c10121416181a1c1e202122232425262728292a2b2c2d2e2f3080003180003280" +
  "00338033406162632820f0850362aa823133a3653130b321f932cb922f3359f26596255f6659f2659625dfccb2e4cb2c4bbeccb2e4cb2c" +
  "8b0341664bd10eee6101";
const SIZE = 680;
const SHA256 = "4e385ae70cac91f277e0707eeff8c3d4f443c2035718e78fa07e4102668805f5";

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

describe("decompressChunk", () => {
  it.each([
    ["lz4", LZ4],
    ["zstd", ZSTD],
  ])("decodes %s as other libraries write it", (compression, hex) => {
    const decoded = decompressChunk(compression, bytes(hex), SIZE, true);
    expect(createHash("sha256").update(decoded).digest("hex")).toBe(SHA256);
  });

  it("gives what an LZ4 frame holds before it is cut off", () => {
    const whole = decompressChunk("lz4", bytes(LZ4), SIZE, true);
    const part = decompressChunk("lz4", bytes(LZ4).subarray(0, 100), SIZE, false);
    expect(part.length).toBeGreaterThan(100);
    expect(part).toEqual(whole.subarray(0, part.length));
  });

  it("gives nothing, and does not throw, for a zstd frame cut inside its only block", () => {
    expect(decompressChunk("zstd", bytes(ZSTD).subarray(0, 60), SIZE, false).length).toBe(0);
  });

  it("names the tool that can rewrite a compression it does not know", () => {
    expect(() => decompressChunk("brotli", new Uint8Array(3), 10, true)).toThrow(/"brotli"[^]*mcap compress/);
  });

  it("does not follow an LZ4 match to before the data", () => {
    const frame = bytes("04224d18604082" + "05000000" + "10" + "61" + "0900" + "00" + "00000000");
    expect(() => decompressChunk("lz4", frame, 50, true)).toThrow(/before the data/);
  });
});
