import { bytesOf, type Picture } from "../core/picture.ts";
import type { Trace } from "../core/trace.ts";
import { SceneProbe, type SceneSighting } from "../perception/scene-probe.ts";
import { brightnessChange, flickers } from "../metrics/flicker.ts";
import { auditPersistence } from "../metrics/object-persistence.ts";
import type { PersistenceEvent } from "../metrics/persistence-events.ts";
import { auditOptions, objectChannels, trueObjects } from "../metrics/scene-frames.ts";
import { imageView } from "../perception/image-view.ts";
import type { Scenario, ScenarioImage } from "../scenario/scenario.ts";

/** Whether the pictures of a recording show what its channels say is there. */
export interface PicturesAudit {
  readonly image: string;
  readonly pictures: number;
  /** Kept ÷ counted over all objects that the channels show; null where there is none. */
  readonly persistenceRate: number | null;
  readonly firstBreakStep: number | null;
  readonly events: readonly PersistenceEvent[];
  /** Steps at which the whole picture changes in brightness at once. */
  readonly flickers: readonly number[];
}

/** An entry for every image channel that the trace carries and that shows objects of the scenario. */
export async function auditPictures(scenario: Scenario, trace: Trace): Promise<readonly PicturesAudit[]> {
  const audits: PicturesAudit[] = [];
  for (const image of scenario.images ?? []) {
    const pictures = trace.images?.[image.name];
    const shows = image.shapes.some(({ object }) => object !== undefined);
    if (pictures === undefined || !shows) continue;
    const probe = await SceneProbe.open(image);
    try {
      audits.push(await auditImage(scenario, image, trace, pictures, probe));
    } finally {
      await probe.close();
    }
  }
  return audits;
}

async function auditImage(
  scenario: Scenario,
  image: ScenarioImage,
  trace: Trace,
  pictures: Uint8Array,
  probe: SceneProbe,
): Promise<PicturesAudit> {
  const drawn = new Set(image.shapes.map(({ object }) => object));
  const objects = scenario.objects.filter(({ name }) => drawn.has(name));
  const channels = objectChannels({ objects, observation: scenario.observation });
  const [height, width] = image.size;
  const rgbAt = (step: number): Uint8Array =>
    pictures.subarray(step * bytesOf(image), (step + 1) * bytesOf(image));
  const pictureAt = (step: number): Picture => ({ width, height, rgb: rgbAt(step) });
  const views = Array.from({ length: trace.steps + 1 }, (_, step) =>
    imageView(image, scenario, trace.observation, step),
  );
  const truth = trueObjects(channels, trace).map((now, step) =>
    now.map((object) => ({ ...object, seen: object.seen && views[step]!.contains(object.position) })),
  );
  const seen: (readonly SceneSighting[])[] = [];
  for (const [step, view] of views.entries()) seen.push(await probe.see(rgbAt(step), view));
  const audit = auditPersistence(truth, seen, auditOptions(channels, [trace], scenario.controlPeriodSec));
  const changes = views.slice(1).map((_, step) => brightnessChange(pictureAt(step), pictureAt(step + 1)));
  return {
    image: image.name,
    pictures: views.length,
    persistenceRate: audit.persistenceRate ?? null,
    firstBreakStep: audit.firstBreakStep ?? null,
    events: audit.events,
    flickers: flickers(changes),
  };
}
