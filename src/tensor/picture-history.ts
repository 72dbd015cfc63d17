/** The last few pictures of every lane, the oldest first. */
export class PictureHistory {
  readonly lanes: number;
  readonly length: number;
  /** Bytes of one picture. */
  readonly size: number;
  readonly #rgb: Uint8Array;

  constructor(lanes: number, length: number, size: number) {
    this.lanes = lanes;
    this.length = length;
    this.size = size;
    this.#rgb = new Uint8Array(lanes * length * size);
  }

  /** As if this picture had been there always. */
  fill(lane: number, rgb: Uint8Array): void {
    for (let k = 0; k < this.length; k++) this.#rgb.set(rgb, (lane * this.length + k) * this.size);
  }

  /** Makes room for a new picture, and forgets the oldest. */
  push(lane: number): Uint8Array {
    const from = lane * this.length * this.size;
    const to = from + this.length * this.size;
    this.#rgb.copyWithin(from, from + this.size, to);
    return this.#rgb.subarray(to - this.size, to);
  }

  /** The next pictures of these lanes. @param rgb of all lanes */
  take(rows: Int32Array, rgb: Uint8Array): void {
    for (const lane of rows) this.push(lane).set(rgb.subarray(lane * this.size, (lane + 1) * this.size));
  }

  /** The one before was not to be kept: the newest again, as if there had been none since. */
  repeat(lane: number): void {
    const newest = this.push(lane);
    if (this.length > 1) newest.set(this.at(lane, this.length - 2));
  }

  /** @param k 0 is the oldest */
  at(lane: number, k: number): Uint8Array {
    const from = (lane * this.length + k) * this.size;
    return this.#rgb.subarray(from, from + this.size);
  }

  save(): Uint8Array {
    return this.#rgb.slice();
  }

  restore(saved: Uint8Array): void {
    this.#rgb.set(saved);
  }
}
