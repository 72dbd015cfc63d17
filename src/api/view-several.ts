import { UnavailableError } from "../viewer/source.ts";
import { compare } from "./compare.ts";
import { readManifest } from "./evidence-files.ts";
import { contractHere, viewEvidence, type ViewedSource } from "./view-evidence.ts";
import type { WorldRef } from "../exam/contract.ts";

/**
 * Several exams of one contract: their candidates side by side, in every start as in the numbers.
 * @throws SimgateError `input` if the contracts differ, saying where
 */
export async function viewSeveral(folders: readonly string[], scenario?: string): Promise<ViewedSource> {
  const comparison = await compare({ folders });
  const [first = "", ...others] = folders;
  const names = distinct(await Promise.all(folders.map(candidateOf)));
  const beside = new Map<string, WorldRef>();
  for (const [i, folder] of others.entries()) {
    const contract = await contractHere(await readManifest(folder), scenario).catch(() => undefined);
    // One whose model is not on this machine is compared, but cannot be rolled out.
    if (contract !== undefined) beside.set(names[i + 1]!, contract.candidate);
  }
  const sources = [await viewEvidence(first, { scenario, beside })];
  for (const folder of others) sources.push(await viewEvidence(folder, { scenario }));
  const of = (candidate: number): ViewedSource => {
    const source = sources[candidate];
    if (source === undefined) throw new UnavailableError(`there is no candidate ${candidate} here`);
    return source;
  };
  const main = sources[0]!;
  const session = await main.session();
  const worlds = ["truth", "candidate", ...beside.keys()].map(encodeURIComponent).join(",");
  return {
    ...main,
    session: async () => ({
      ...session,
      title: `${names.join(", ")} as stand-ins for ${session.truth ?? "truth"} on ${session.scenario?.name ?? "?"}`,
      candidates: names,
      worlds: [...new Set([...session.worlds, ...beside.keys()])],
      runs: session.runs.map((run) =>
        session.abilities.rollouts === true && run.policy !== null
          ? {
              ...run,
              href: `api/rollouts/${encodeURIComponent(run.policy)}/${run.start}.mcap?worlds=${worlds}`,
            }
          : run,
      ),
      abilities: { ...session.abilities, comparison: true },
    }),
    result: async (candidate) => of(candidate).result(0),
    episodes: async (candidate) => of(candidate).episodes(0),
    comparison: async () => comparison,
    close: async () => {
      for (const source of sources) await source.close();
    },
  };
}

async function candidateOf(folder: string): Promise<string> {
  const { contract } = await readManifest(folder);
  const { name } = contract["candidate"] as { readonly name: string };
  // It names topics, too.
  return name.replace(/[^\w-]+/g, "_");
}

/** `gru`, `gru-2`: the same model may have been examined twice. */
function distinct(names: readonly string[]): string[] {
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((one) => one === name).length;
    return before === 0 ? name : `${name}-${before + 1}`;
  });
}
