import { basename } from "node:path";
import { messageOf } from "../core/errors.ts";
import { describeRecording } from "../record/describe-recording.ts";
import { readTraceFile } from "../record/read-traces.ts";
import { createJudge } from "../scenario/judge.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Session, Unavailable } from "../viewer/session.ts";
import { UnavailableError } from "../viewer/source.ts";
import { KeptScenes } from "./kept-scenes.ts";
import { emptySource, noAbilities } from "./live-source.ts";
import type { ViewedSource } from "./view-evidence.ts";
import { Moments } from "./view-moments.ts";
import { marginCurve } from "./margin-curve.ts";
import { scenarioSummary } from "./view-scenario.ts";

/**
 * One MCAP file. Its scenario is the one it names, or the one given; without, its numbers are shown and no scene.
 * @throws SimgateError `input` if the file cannot be read, or the scenario given cannot be opened
 */
export async function viewRecording(file: string, scenarioPath?: string): Promise<ViewedSource> {
  const { infos } = await describeRecording(file);
  const name = basename(file);
  const named = infos.find(({ scenario }) => scenario !== undefined)?.scenario?.name;
  let scenario: Scenario | undefined;
  let missing = "the recording names no scenario: say which with --scenario";
  if (scenarioPath !== undefined) scenario = await loadScenario(scenarioPath);
  else if (named !== undefined) {
    try {
      scenario = await loadScenario(named);
    } catch (thrown) {
      missing = messageOf(thrown);
    }
  }
  const moments = scenario && new Moments(scenario, scenario.worlds[scenario.truth]);
  const needsScenario: true | Unavailable = scenario === undefined ? { reason: missing } : true;
  const alone: Unavailable = {
    reason: "a recording alone says not how to go on from it: open an evidence folder",
  };
  const world = (role: string): string | null =>
    infos.find(({ prefix }) => prefix === `/${role}`)?.world ?? null;
  const session: Omit<Session, "live"> = {
    schema: "simgate/session@1",
    kind: "recording",
    title: name,
    scenario: scenario === undefined ? null : scenarioSummary(scenario),
    truth: world("truth"),
    candidate: world("candidate"),
    candidates: [],
    worlds: [],
    policies: [],
    panelStarts: 0,
    runs: [
      {
        id: name,
        title: name,
        href: `api/traces/${encodeURIComponent(name)}`,
        why: null,
        policy: infos[0]?.policy ?? null,
        start: infos[0]?.start?.index ?? null,
        parameters: infos[0]?.start?.parameters ?? null,
      },
    ],
    horizon: null,
    abilities: {
      ...noAbilities(alone),
      scene: needsScenario,
      margins: needsScenario,
      contacts: moments?.abilities.contacts ?? needsScenario,
      pictures: moments?.abilities.pictures ?? needsScenario,
      evidence: { reason: "this is a recording, not an evidence folder" },
    },
  };
  const require = (): Scenario => {
    if (scenario === undefined) throw new UnavailableError(missing);
    return scenario;
  };
  const scenes = scenario && new KeptScenes(scenario, scenario.worlds[scenario.truth]);
  scenes?.prepare(infos[0]?.start?.parameters ?? {});
  return {
    ...emptySource(session, alone.reason),
    scene: async (parameters) => {
      if (scenes === undefined) throw new UnavailableError(missing);
      return scenes.of(parameters);
    },
    contacts: async (moment) => {
      if (moments === undefined) throw new UnavailableError(missing);
      return moments.contacts(moment);
    },
    pictures: async (moment) => {
      if (moments === undefined) throw new UnavailableError(missing);
      return moments.pictures(moment);
    },
    traceFile: async (asked) => {
      if (asked === name) return file;
      throw new UnavailableError(`there is no recording ${asked}`);
    },
    margins: async () => {
      const own = require();
      const judge = createJudge(own);
      const roles = infos.length === 0 ? [""] : infos.map(({ prefix }) => prefix.slice(1));
      const curves = [];
      for (const role of roles) {
        const readings = await readTraceFile(file, own, role === "" ? {} : { role });
        curves.push(marginCurve(judge, role, readings[0]!.trace));
      }
      return curves;
    },
    close: async () => moments?.close(),
  };
}
