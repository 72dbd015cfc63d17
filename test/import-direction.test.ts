import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * One street, one direction. What each folder of src/ may import: a folder (`core`), one file (`world/world.ts`), or
 * types alone (`type scenario`). A folder may always import from itself.
 */
const ALLOWED: Record<string, { may: readonly string[]; because: string }> = {
  core: { may: [], because: "core holds plain records and pure helpers: everything else imports it" },
  scenario: { may: ["core"], because: "the contract knows neither worlds nor policies" },
  metrics: { may: ["core"], because: "a metric takes arrays and returns numbers: pass arrays in" },
  record: { may: ["core"], because: "recordings know channels and traces, nothing that makes them" },
  perception: {
    may: ["core", "tensor", "type scenario"],
    because:
      "a probe takes a frame and says what it sees in it, a detector's graph too; the contract says how the scene is drawn",
  },
  ros: {
    may: [
      "core",
      "record",
      "metrics/divergence.ts",
      "rollout/past.ts",
      "type scenario",
      "world/world.ts",
      "type policy/policy.ts",
    ],
    because:
      "a node of the network hosts whatever world or policy it is given, by its seam; its messages are those of recordings",
  },
  tensor: { may: ["core", "type scenario"], because: "tensors ⇄ channels is shared by worlds and policies" },
  wire: { may: ["core"], because: "codec and sockets carry whatever is said over them" },
  world: {
    may: ["core", "tensor", "wire", "perception", "type scenario"],
    because:
      "an adapter knows its seam and the contract's types; what makes pictures is read through the probe",
  },
  policy: {
    may: ["core", "tensor", "wire", "type scenario"],
    because: "an adapter knows its seam and the contract's types",
  },
  serve: {
    may: ["core", "wire", "type world/world.ts", "type policy/policy.ts"],
    because: "a server offers whatever world or policy it is given, by its seam",
  },
  rollout: {
    may: ["core", "scenario", "type world/world.ts", "type policy/policy.ts"],
    because: "a rollout knows the seams, never an adapter",
  },
  exam: {
    may: [
      "core",
      "scenario",
      "metrics",
      "rollout",
      "perception",
      "report/result.ts",
      "type report/replay-result.ts",
      "type report/calibration-result.ts",
    ],
    because: "an exam asks for rollouts and scores them; it opens nothing itself",
  },
  fleet: {
    may: [
      "core",
      "scenario",
      "exam",
      "rollout",
      "compose.ts",
      "type world/world.ts",
      "type policy/policy.ts",
    ],
    because: "the fleet runs jobs whatever is in them",
  },
  report: { may: ["core", "type metrics"], because: "a report shows a result; it computes none" },
  viewer: {
    may: [
      "core",
      "metrics",
      "record",
      "report/result.ts",
      "type report/replay-result.ts",
      "type report/comparison.ts",
    ],
    because:
      "the viewer shows recordings and results, by the exam's own measures; what opens worlds is handed to it as functions",
  },
};
const FREE = ["compose.ts", "api", "cli", "index.ts"];

const src = resolve(import.meta.dirname, "../src");

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.name.endsWith(".ts") ? [path] : [];
  });
}

function importsOf(file: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"(\.[^"]+)"/gm);
  const dynamic = text.matchAll(/import\("(\.[^"]+)"\)/g);
  const toTarget = (path: string): string =>
    relative(src, resolve(dirname(file), path))
      .split(sep)
      .join(posix.sep);
  return [
    ...[...found].map((match) => ({ target: toTarget(match[2]!), typeOnly: match[1] !== undefined })),
    ...[...dynamic].map((match) => ({ target: toTarget(match[1]!), typeOnly: false })),
  ];
}

describe("imports go one way", () => {
  const problems: string[] = [];
  for (const file of filesBelow(src)) {
    const path = relative(src, file).split(sep).join(posix.sep);
    const folder = path.split("/")[0]!;
    if (FREE.includes(folder)) continue;
    const rule = ALLOWED[folder];
    if (rule === undefined) {
      problems.push(
        `src/${path}: folder "${folder}" is not in the table of allowed imports: decide what it may import`,
      );
      continue;
    }
    for (const { target, typeOnly } of importsOf(file)) {
      const other = target.split("/")[0]!;
      const allowed =
        other === folder ||
        rule.may.some((may) => {
          const types = may.startsWith("type ");
          const what = types ? may.slice(5) : may;
          return (what === other || what === target) && (!types || typeOnly);
        });
      if (!allowed) {
        problems.push(
          `src/${path} imports ${typeOnly ? "types of " : ""}${target}, but ${folder} may import ` +
            `${rule.may.join(", ") || "nothing of ours"}: ${rule.because}`,
        );
      }
    }
  }

  it("from the table above, and each breach explains itself", () => {
    expect(problems).toEqual([]);
  });
});
