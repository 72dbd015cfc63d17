import { Presets, SingleBar } from "cli-progress";

/** Progress on stderr: a bar on a terminal, a line every few seconds otherwise, nothing when asked to be quiet. */
export interface Progress {
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 5000;

export function startProgress(label: string, quiet: boolean): Progress {
  if (quiet) return { update: () => {}, stop: () => {} };
  return process.stderr.isTTY ? bar(label) : lines(label);
}

function bar(label: string): Progress {
  const bar = new SingleBar(
    {
      format: `${label} {bar} {percentage}% | {value}/{total} {note}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total, note = "") {
      if (!started) {
        bar.start(total, done, { note });
        started = true;
      }
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function lines(label: string): Progress {
  let told = performance.now();
  return {
    update(done, total, note = "") {
      const now = performance.now();
      if (now - told < LINE_EVERY_MS) return;
      told = now;
      process.stderr.write(`${label}: ${done}/${total} ${note}\n`);
    },
    stop() {},
  };
}
