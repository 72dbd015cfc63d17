import { inputError } from "../core/errors.ts";
import { describeShape, NdArray } from "./ndarray.ts";

/** The .npy file format, versions 1 to 3 (numpy.lib.format), which GR00T puts into its messages. */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ALIGNMENT = 64;

/** Version 1.0, as `numpy.save` writes it. */
export function encodeNpy({ dtype, shape, data }: NdArray): Uint8Array {
  const lengths = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${dtype.name}', 'fortran_order': False, 'shape': ${lengths}, }`;
  const before = MAGIC.length + 4;
  const header =
    text.padEnd(Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT - before - 1) + "\n";
  const file = new Uint8Array(before + header.length + data.byteLength);
  file.set([...MAGIC, 1, 0, header.length & 0xff, header.length >> 8]);
  file.set(new TextEncoder().encode(header), before);
  file.set(data, before + header.length);
  return file;
}

/** @throws SimgateError `input` for anything but numbers in C order: nothing is unpickled. */
export function decodeNpy(file: Uint8Array): NdArray {
  const broken = (got: string): Error =>
    inputError("an array in .npy form cannot be read", {
      expected: "what numpy.save writes for an array of numbers (C order, no pickle)",
      got,
    });
  if (file.length < 12 || MAGIC.some((byte, i) => file[i] !== byte)) throw broken("no .npy header");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const [from, length] = file[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (from + length > file.length) throw broken("a header longer than the file");
  const header = new TextDecoder("latin1").decode(file.subarray(from, from + length));
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1];
  const shape = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  if (descr === undefined || shape === undefined) throw broken(header.trim().slice(0, 200));
  const lengths = shape.split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)]));
  if (/'fortran_order': *True/.test(header) && lengths.length > 1)
    throw broken(`${describeShape(lengths)} in Fortran order`);
  return new NdArray(descr, lengths, file.subarray(from + length));
}
