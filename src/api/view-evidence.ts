import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import type { Contract, WorldRef } from "../exam/contract.ts";
import type { EvidenceManifest } from "../report/manifest.ts";
import { readEpisodes } from "../report/read-episodes.ts";
import { replayResultSchema } from "../report/replay-result.ts";
import { type ExamResult, resultSchema } from "../report/result.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Ability, Run, Session, Unavailable } from "../viewer/session.ts";
import { UnavailableError, type ViewerSource } from "../viewer/source.ts";
import { readManifest } from "./evidence-files.ts";
import { KeptScenes } from "./kept-scenes.ts";
import { contractIn, storedContract, storedScenario } from "./manifest-contract.ts";
import { checkFiles, scenarioHere } from "./verify-rerun.ts";
import { Moments } from "./view-moments.ts";
import { ContractRollouts } from "./view-rollouts.ts";
import { scenarioSummary } from "./view-scenario.ts";

export interface ViewedSource extends ViewerSource {
  close(): Promise<void>;
}

/** What of an evidence folder could be opened on this machine. */
interface Here {
  readonly scenario: Scenario;
  readonly contract: Contract;
  readonly rollouts: ContractRollouts;
  readonly scenes: KeptScenes;
  readonly moments: Moments;
}

export interface EvidenceOptions {
  /** Where the scenario lies, if it is not a bundled one. */
  readonly scenario?: string | undefined;
  /** Further worlds that are rolled out beside the candidate, by the names they are shown under. */
  readonly beside?: ReadonlyMap<string, WorldRef>;
}

/**
 * What an exam was asked, with the scenario and the models it was made with on this machine.
 * @throws SimgateError for what is not here, or not the same
 */
export async function contractHere(manifest: EvidenceManifest, scenarioPath?: string): Promise<Contract> {
  const stored = storedContract(manifest);
  const scenario = await scenarioHere({
    contract: stored,
    ...(scenarioPath === undefined ? {} : { scenario: scenarioPath }),
  });
  await checkFiles(dirname(scenario.file), manifest);
  return contractIn(dirname(scenario.file), stored, scenario);
}

/**
 * The evidence folder of an exam or a replay. With the scenario and the models it was made with on this machine, every
 * start of its panel can be rolled out again; without, what lies in the folder is shown.
 * @throws SimgateError `input` if it is no evidence folder
 */
export async function viewEvidence(
  folder: string,
  { scenario: scenarioPath, beside }: EvidenceOptions = {},
): Promise<ViewedSource> {
  const manifest = await readManifest(folder);
  const resultText = await readFile(join(folder, "result.json"), "utf8").catch((cause: unknown) => {
    throw inputError("the evidence has no result", { where: folder, got: messageOf(cause) });
  });
  const isExam = manifest.kind === "exam";
  const stored = isExam ? storedContract(manifest) : undefined;
  const kept = stored === undefined ? undefined : storedScenario(stored);
  let here: Here | Unavailable;
  try {
    if (stored === undefined) {
      here = { reason: "this is the evidence of a replay: it has no panel of starts to roll out" };
    } else {
      const contract = await contractHere(manifest, scenarioPath);
      const { scenario, truth } = contract;
      here = {
        scenario,
        contract,
        rollouts: new ContractRollouts(contract, beside),
        scenes: new KeptScenes(scenario, truth.config),
        moments: new Moments(scenario, truth.config),
      };
    }
  } catch (thrown) {
    here = { reason: messageOf(thrown) };
  }
  const session = describe(manifest.kind, JSON.parse(resultText), kept, here, await traceNames(folder));
  if (!("reason" in here)) here.scenes.prepare(session.runs[0]?.parameters ?? {});
  const require = (): Here => {
    if ("reason" in here) throw new UnavailableError(here.reason);
    return here;
  };
  return {
    session: async () => session,
    scene: async (parameters) => require().scenes.of(parameters),
    result: async () => resultText,
    episodes: async () => {
      if (!isExam) throw new UnavailableError("a replay has no episodes");
      const rows = await readEpisodes(await readFile(join(folder, "episodes.parquet")));
      return rows.map(({ key: _, seed: __, trace, ...row }) => ({
        ...row,
        trace: trace === null ? null : `api/${trace}`,
      }));
    },
    traceFile: async (name) => {
      if ((await traceNames(folder)).includes(name)) return join(folder, "traces", name);
      throw new UnavailableError(`the evidence has no trace ${name}`);
    },
    rollout: async (...asked) => require().rollouts.recording(...asked),
    margins: async (...asked) => require().rollouts.margins(...asked),
    branch: async (...asked) => require().rollouts.branch(...asked),
    fan: async (...asked) => require().rollouts.fan(...asked),
    contacts: async (moment) => require().moments.contacts(moment),
    pictures: async (moment) => require().moments.pictures(moment),
    comparison: async () => {
      throw new UnavailableError(ALONE);
    },
    close: async () => {
      if ("reason" in here) return;
      await here.rollouts.close();
      await here.moments.close();
    },
  };
}

const ALONE = "one evidence folder has nothing to be compared with";

function describe(
  kind: string,
  raw: unknown,
  kept: Scenario | undefined,
  here: Here | Unavailable,
  traces: readonly string[],
): Omit<Session, "live"> {
  const exam = kind === "exam" ? resultSchema.safeParse(raw).data : undefined;
  const replay = kind === "replay" ? replayResultSchema.safeParse(raw).data : undefined;
  const contract = "reason" in here ? undefined : here.contract;
  const computed = "reason" in here ? here : true;
  const moments = "reason" in here ? { contacts: here, pictures: here } : here.moments.abilities;
  const abilities: Record<Ability, true | Unavailable> = {
    scene: computed,
    ...moments,
    evidence: true,
    comparison: { reason: ALONE },
    rollouts: computed,
    branch: computed,
    fan: computed,
    margins: computed,
  };
  const scenario = contract?.scenario ?? kept;
  return {
    schema: "simgate/session@1",
    kind: "evidence",
    title:
      exam === undefined
        ? `${kind} of ${replay?.scenario.name ?? kept?.name ?? "?"}`
        : `${exam.candidate.name} as a stand-in for ${exam.truth.name} on ${exam.scenario.name}`,
    scenario: scenario === undefined ? null : scenarioSummary(scenario),
    truth: exam?.truth.name ?? null,
    candidate: exam?.candidate.name ?? null,
    candidates: [],
    worlds: Object.keys(scenario?.worlds ?? {}),
    policies: contract?.policies.map(({ name }) => name) ?? exam?.policies.map(({ policy }) => policy) ?? [],
    panelStarts: contract?.panel.length ?? 0,
    runs: exam === undefined ? traces.map(fileRun) : exam.traces.map((link) => examRun(link, contract)),
    horizon: exam?.horizon ?? replay?.horizon ?? null,
    abilities,
  };
}

function examRun(
  { path, why, policy, start }: ExamResult["traces"][number],
  contract: Contract | undefined,
): Run {
  return {
    id: `${policy}/${start}`,
    title: `${policy} from start ${start}`,
    href: `api/${path}`,
    why,
    policy,
    start,
    parameters: contract?.panel[start]?.parameters ?? null,
  };
}

function fileRun(name: string): Run {
  return {
    id: name,
    title: name,
    href: `api/traces/${name}`,
    why: null,
    policy: null,
    start: null,
    parameters: null,
  };
}

async function traceNames(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "traces")).catch(() => []);
  return names.filter((name) => name.endsWith(".mcap")).sort();
}
