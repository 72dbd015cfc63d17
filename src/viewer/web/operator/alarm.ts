/** A tone that repeats while something is wrong. Silent until somebody turns it on: browsers ask for that, too. */
export class Alarm {
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #on = false;

  get on(): boolean {
    return this.#on;
  }

  setOn(on: boolean): void {
    this.#on = on;
    if (on) this.#context ??= new AudioContext();
    else this.sound(false);
  }

  /** Begins or ends; may be called as often as one likes. */
  sound(wrong: boolean): void {
    if (wrong && this.#on) {
      if (this.#timer !== undefined) return;
      this.#beep();
      this.#timer = setInterval(() => this.#beep(), 1200);
    } else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #beep(): void {
    const context = this.#context;
    if (context === undefined) return;
    const gain = context.createGain();
    gain.connect(context.destination);
    const now = context.currentTime;
    for (const [at, frequency] of [
      [0, 880],
      [0.22, 660],
    ] as const) {
      const tone = context.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(gain);
      tone.start(now + at);
      tone.stop(now + at + 0.18);
    }
    gain.gain.setValueAtTime(0.12, now);
    gain.gain.setValueAtTime(0, now + 0.42);
  }
}
