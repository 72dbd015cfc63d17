/**
 * Resume after `kill -9`: exams from dist/ are killed at random moments (every fifth while the evidence folder is being
 * written) and started again until they end. Nothing that was finished may be lost, and the bytes must be those of an
 * undisturbed run. `npm run build`, then `npx jiti bench/kills.ts --kills 50`.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { deserialize } from "node:v8";
import { parseArgs } from "node:util";
import { RandomStream } from "../src/core/random.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    starts: { type: "string", default: "8" },
  },
});
const KILLS = Number(values.kills);
const MAIN = resolve(import.meta.dirname, "../dist/cli/main.js");
/** Of them in turn: a policy that stands, one that falls; a world that is nearly right, one that is not. */
const EXAMS = [
  ["ensemble", "lqr,sleepy", "stressors,boundary"],
  ["optimist", "lqr,random", "stressors,boundary"],
] as const;
/** What the clock and the process say is not compared. */
const CLOCKED = ["run.json", "manifest.json", "report.html"];

const random = new RandomStream(BigInt(values.seed), "kills");
const folder = await mkdtemp(join(tmpdir(), "simgate-kills-"));
const kills = { computing: 0, writing: 0 };
let draws = 0;
let exams = 0;
let attempts = 0;
let mostKills = 0;
/** Rollouts of the jobs that were finished at the last kill: the next start must take them over. */
let rolloutsKept = 0;

try {
  const references: { readonly bytes: ReadonlyMap<string, Buffer>; readonly ms: number }[] = [];
  for (let round = 0; kills.computing + kills.writing < KILLS; round++) {
    const which = round % EXAMS.length;
    if (references[which] === undefined) {
      const out = join(folder, `undisturbed-${which}`);
      const began = performance.now();
      await run(which, out, () => false);
      references[which] = { bytes: await frozen(out), ms: performance.now() - began };
    }
    await disturbed(which, join(folder, `exam-${round}`), references[which]);
  }
  const total = kills.computing + kills.writing;
  process.stdout.write(
    `${total} kills (${kills.writing} of them while the evidence was written) in ${exams} exams, ${attempts} starts of ` +
      `the process, at most ${mostKills} kills in one exam: nothing finished was lost, final bytes those of an ` +
      `undisturbed run in ${exams} of ${exams}\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** One exam, killed until the kills are used up or it is quicker than they are. */
async function disturbed(
  which: number,
  out: string,
  reference: { readonly bytes: ReadonlyMap<string, Buffer>; readonly ms: number },
): Promise<void> {
  const store = `${out}.unfinished`;
  let finished = new Map<string, number>();
  let own = 0;
  for (;;) {
    attempts++;
    const left = kills.computing + kills.writing < KILLS;
    const writing = (kills.computing + kills.writing) % 5 === 4;
    const afterMs = random.uniform(draws++) * (writing ? 150 : 0.8 * reference.ms);
    const end = await run(which, out, (ms, writingMs) => left && (writing ? writingMs : ms) >= afterMs);
    if (end === "ended") break;
    own++;
    kills[end]++;
    const now = await storedJobs(store);
    // Once the evidence is in its place, the store is given up.
    for (const [name, time] of existsSync(out) ? [] : finished) {
      if (now.get(name) !== time)
        throw new Error(`${name} was finished before the kill and is lost or was run again`);
    }
    finished = now;
    process.stderr.write(`kill ${kills.computing + kills.writing}: ${finished.size} jobs finished\n`);
  }
  exams++;
  mostKills = Math.max(mostKills, own);
  const { resumed } = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as { resumed: number };
  if (resumed < rolloutsKept) {
    throw new Error(
      `${rolloutsKept} rollouts were finished before the last start, only ${resumed} were taken over`,
    );
  }
  rolloutsKept = 0;
  const bytes = await frozen(out);
  for (const [name, expected] of reference.bytes) {
    if (bytes.get(name)?.equals(expected) !== true)
      throw new Error(`${name} differs from the undisturbed run`);
  }
  if (bytes.size !== reference.bytes.size) throw new Error(`there are ${bytes.size} files`);
  const besides = (await readdir(folder)).filter(
    (name) => name.includes(".partial") || name.includes(".unfinished"),
  );
  if (besides.length > 0) throw new Error(`left behind: ${besides.join(", ")}`);
  await rm(out, { recursive: true });
}

/**
 * Runs an exam and kills it when told to. `writingMs`: for how long it has been writing its evidence; −1 before.
 * @throws Error if it ends otherwise than well.
 */
function run(
  which: number,
  out: string,
  when: (ms: number, writingMs: number) => boolean,
): Promise<"ended" | "computing" | "writing"> {
  const [world, policies, without] = EXAMS[which]!;
  const args = ["exam", "cartpole", "--world", world, "--policy", policies, "--without", without];
  const child = spawn(process.execPath, [MAIN, ...args, "--starts", values.starts, "--out", out], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const partial = join(folder, `.${out.slice(folder.length + 1)}.${child.pid}.partial`);
  const began = performance.now();
  let writingSince: number | undefined;
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((done, reject) => {
    const watch = setInterval(() => {
      if (existsSync(partial)) writingSince ??= performance.now();
      const now = performance.now();
      if (when(now - began, writingSince === undefined ? -1 : now - writingSince)) child.kill("SIGKILL");
    }, 5);
    child.on("close", (code, signal) => {
      clearInterval(watch);
      if (signal === "SIGKILL") done(writingSince === undefined ? "computing" : "writing");
      else if (code === 0 || code === 1 || code === 3) done("ended");
      else reject(new Error(`the exam ended with ${code}: ${said}`));
    });
  });
}

/** Finished jobs and when each was written; counts what rollouts they hold. */
async function storedJobs(store: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  rolloutsKept = 0;
  for (const name of await readdir(store).catch(() => [])) {
    if (!name.endsWith(".job")) continue;
    found.set(name, (await stat(join(store, name))).mtimeMs);
    rolloutsKept += (deserialize(await readFile(join(store, name))) as { traces: unknown[] }).traces.length;
  }
  return found;
}

async function frozen(out: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !CLOCKED.includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
    .sort();
  const bytes = await Promise.all(paths.map((path) => readFile(join(out, path))));
  return new Map(paths.map((path, i) => [path, bytes[i]!]));
}
