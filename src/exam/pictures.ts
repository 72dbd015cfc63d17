import { bytesOf, type Picture } from "../core/picture.ts";
import { encodePng } from "../core/png.ts";
import type { Trace } from "../core/trace.ts";
import { brightnessChange, flickers } from "../metrics/flicker.ts";
import { auditPersistence, type PersistenceAudit } from "../metrics/object-persistence.ts";
import { probeErrors, type ProbedFrame } from "../metrics/probe-errors.ts";
import { type ClusterCount, clusteredRate } from "../metrics/rate.ts";
import { auditOptions, objectChannels, trueObjects } from "../metrics/scene-frames.ts";
import { imageView } from "../perception/image-view.ts";
import { type SceneSighting, SceneProbe } from "../perception/scene-probe.ts";
import type { Measure, Pictures } from "../report/result.ts";
import type { ScenarioImage } from "../scenario/scenario.ts";
import type { ExamRun } from "./axis.ts";
import type { Contract } from "./contract.ts";
import { measureOf } from "./measure.ts";
import { PictureContact } from "./picture-contact.ts";
import { Likeness } from "./picture-likeness.ts";
import type { RolloutRequest } from "./rollouts.ts";

/** Rollouts whose pictures are kept: enough for an interval that can lie above the thresholds … */
const FEWEST_ROLLOUTS = 40;
/** … and more, where the panel has more starts, as far as memory goes. */
const MOST_BYTES = 512 * 2 ** 20;

/** What the pictures of some rollouts show, in truth and in the candidate. */
export interface PicturesFound {
  readonly image: string;
  readonly audits: readonly {
    readonly policy: string;
    readonly start: number;
    readonly audit: PersistenceAudit;
  }[];
  readonly details: Omit<Pictures, "sentence">;
}

/** One policy from one start, with the pictures of both worlds. */
interface Pictured {
  readonly policy: string;
  readonly truth: Trace;
  readonly candidate: Trace;
}

/** Undefined: the candidate shows no pictures of its own of an image channel with objects. */
export async function lookAtPictures(
  run: Pick<ExamRun, "contract" | "rollouts">,
): Promise<PicturesFound | undefined> {
  const { contract } = run;
  const image = ownImage(contract);
  if (image === undefined) return undefined;
  const pairs = await picturedPairs(run, image);
  if (pairs.length === 0) return undefined;
  const probe = await SceneProbe.open(image);
  try {
    return await new PictureAudit(contract, image, pairs, probe).found();
  } finally {
    await probe.close();
  }
}

/** The image channel with objects of which the candidate shows pictures of its own. */
export function ownImage({ scenario: { images = [] }, candidate }: Contract): ScenarioImage | undefined {
  return images.find(
    ({ name, shapes }) =>
      candidate.images?.includes(name) && shapes.some(({ object }) => object !== undefined),
  );
}

/** The first starts of the panel, each under one policy in turn: as many different starts as there are rollouts. */
async function picturedPairs(
  {
    contract: { scenario, policies, panel, truth, candidate },
    rollouts,
  }: Pick<ExamRun, "contract" | "rollouts">,
  image: ScenarioImage,
): Promise<readonly Pictured[]> {
  const bytesOfPair = 2 * (scenario.horizonSteps + 1) * bytesOf(image);
  const starts = panel.slice(0, Math.max(FEWEST_ROLLOUTS, Math.floor(MOST_BYTES / bytesOfPair)));
  const requests = [truth, candidate].flatMap((world) =>
    policies.map((policy, p): RolloutRequest => ({
      world,
      drive: { kind: "policy", policy },
      starts: starts.filter((_, i) => i % policies.length === p),
      horizonSteps: scenario.horizonSteps,
      keep: ["images"],
      images: [image.name],
    })),
  );
  const traces = await rollouts.run(requests);
  return policies.flatMap(({ name }, p) =>
    traces[p]!.flatMap((inTruth, i): Pictured[] => {
      const inCandidate = traces[policies.length + p]![i]!;
      // A rollout that broke before its first picture has none.
      if (inTruth.images === undefined || inCandidate.images === undefined) return [];
      return [{ policy: name, truth: inTruth, candidate: inCandidate }];
    }),
  );
}

class PictureAudit {
  readonly #contract: Contract;
  readonly #image: ScenarioImage;
  readonly #pairs: readonly Pictured[];
  readonly #probe: SceneProbe;

  constructor(contract: Contract, image: ScenarioImage, pairs: readonly Pictured[], probe: SceneProbe) {
    this.#contract = contract;
    this.#image = image;
    this.#pairs = pairs;
    this.#probe = probe;
  }

  async found(): Promise<PicturesFound> {
    const { scenario } = this.#contract;
    const { confidence } = scenario.thresholds;
    const drawn = new Set(this.#image.shapes.map(({ object }) => object));
    const objects = scenario.objects.filter(({ name }) => drawn.has(name));
    const channels = objectChannels({ objects, observation: scenario.observation });
    const options = auditOptions(
      channels,
      this.#pairs.map(({ truth }) => truth),
      scenario.controlPeriodSec,
    );
    const ofTruth: ProbedFrame[] = [];
    const likeness = new Likeness();
    const contact = new PictureContact(scenario, this.#image);
    const counts = { flicker: both(), spontaneous: both() };
    const audits: PicturesFound["audits"][number][] = [];
    for (const { policy, truth, candidate } of this.#pairs) {
      const start = truth.start.index;
      const there = trueObjects(channels, truth).map((now, step) => {
        const view = this.#viewOf(truth, step);
        return now.map((object) => ({ ...object, seen: object.seen && view.contains(object.position) }));
      });
      const [seenInTruth, seen] = [await this.#sightings(truth), await this.#sightings(candidate)];
      there.forEach((now, step) => ofTruth.push({ start, truth: now, seen: seenInTruth[step]! }));
      const lost = candidate.fault !== undefined && candidate.fault.kind !== "policy";
      const length = Math.min(truth.steps, candidate.steps) + 1;
      const audit = auditPersistence(lost ? there : there.slice(0, length), seen.slice(0, length), options);
      const again = auditPersistence(there, seenInTruth, options);
      contact.add(truth, candidate);
      likeness.add(this.#picturesOf(truth).slice(0, length), this.#picturesOf(candidate).slice(0, length));
      for (const [world, trace, own] of [
        ["candidate", candidate, audit],
        ["truth", truth, again],
      ] as const) {
        const changes = brightnessChanges(this.#picturesOf(trace));
        counts.flicker[world].push({ hits: flickers(changes).length, trials: changes.length });
        const spawned = own.events.filter(({ kind }) => kind === "spawned");
        const steps = new Set(
          spawned.flatMap(({ step, steps: lasts }) => Array.from({ length: lasts }, (_, i) => step + i)),
        );
        counts.spontaneous[world].push({ hits: steps.size, trials: trace.steps + 1 });
      }
      audits.push({ policy, start, audit });
    }
    const errors = probeErrors(ofTruth, options.matchWithin, confidence);
    const rate = (clusters: readonly ClusterCount[]): Measure =>
      measureOf(clusteredRate(clusters, "there are no pictures", confidence));
    return {
      image: this.#image.name,
      audits,
      details: {
        image: this.#image.name,
        size: [...this.#image.size],
        rollouts: this.#pairs.length,
        quality: likeness.found(),
        probe: {
          how: this.#probe.how,
          missed: measureOf(errors.missed),
          misnamed: measureOf(errors.misnamed),
          phantom: measureOf(errors.phantom),
          medianErrorM: errors.position?.median ?? null,
        },
        flicker: { candidate: rate(counts.flicker.candidate), truth: rate(counts.flicker.truth) },
        spontaneous: { candidate: rate(counts.spontaneous.candidate), truth: rate(counts.spontaneous.truth) },
        contact: contact.found(),
        firstBreak: this.#firstBreak(audits),
      },
    };
  }

  #firstBreak(audits: PicturesFound["audits"]): Pictures["firstBreak"] {
    let first: number | undefined;
    audits.forEach(({ audit: { firstBreakStep } }, i) => {
      const earliest = first === undefined ? Infinity : audits[first]!.audit.firstBreakStep!;
      if (firstBreakStep !== undefined && firstBreakStep < earliest) first = i;
    });
    if (first === undefined) return null;
    const { policy, start, audit } = audits[first]!;
    const { truth, candidate } = this.#pairs[first]!;
    const step = audit.firstBreakStep!;
    const event = audit.events.find((one) => one.step === step)!;
    const pictures = [truth, candidate].map((trace) => this.#picturesOf(trace)[Math.min(step, trace.steps)]!);
    const [own, other] = pictures as [Picture, Picture];
    return {
      policy,
      start,
      step,
      atSec: step * this.#contract.scenario.controlPeriodSec,
      object: event.object,
      kind: event.kind,
      truth: pngText(own),
      candidate: pngText(other),
      difference: pngText({ ...own, rgb: own.rgb.map((value, i) => Math.abs(value - other.rgb[i]!)) }),
    };
  }

  async #sightings(trace: Trace): Promise<readonly (readonly SceneSighting[])[]> {
    const all: (readonly SceneSighting[])[] = [];
    for (const [step, { rgb }] of this.#picturesOf(trace).entries()) {
      all.push(await this.#probe.see(rgb, this.#viewOf(trace, step)));
    }
    return all;
  }

  #picturesOf(trace: Trace): readonly Picture[] {
    const size = bytesOf(this.#image);
    const [height, width] = this.#image.size;
    const all = trace.images![this.#image.name]!;
    return Array.from({ length: trace.steps + 1 }, (_, step) => ({
      width,
      height,
      rgb: all.subarray(step * size, (step + 1) * size),
    }));
  }

  #viewOf(trace: Trace, step: number): ReturnType<typeof imageView> {
    return imageView(this.#image, this.#contract.scenario, trace.observation, step);
  }
}

function both(): Record<"truth" | "candidate", ClusterCount[]> {
  return { truth: [], candidate: [] };
}

function brightnessChanges(pictures: readonly Picture[]): readonly number[] {
  return pictures.slice(1).map((picture, i) => brightnessChange(pictures[i]!, picture));
}

function pngText(picture: Picture): string {
  return Buffer.from(encodePng(picture)).toString("base64");
}
