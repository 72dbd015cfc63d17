/** Runs one operation after another, in the order they were asked for. One that fails does not stop the next. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** True if the next operation would begin at once. */
  get idle(): boolean {
    return this.#waiting === 0;
  }

  run<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.idle ? operation() : this.#last.then(operation);
    this.#waiting++;
    this.#last = result.then(
      () => this.#waiting--,
      () => this.#waiting--,
    );
    return result;
  }
}
