import { type Batch, copyBatch, isActive } from "../../core/channels.ts";
import { didYouMean, inputError } from "../../core/errors.ts";
import { bytesOf } from "../../core/picture.ts";
import { ColourProbe } from "../../perception/colour-probe.ts";
import { imageView, type ImageView } from "../../perception/image-view.ts";
import type { Scenario, ScenarioImage } from "../../scenario/scenario.ts";
import { type DrawnThing, drawnThings } from "./drawn-things.ts";
import { HiddenPlaces } from "./hidden-places.ts";
import { WhiteBalance } from "./white-balance.ts";

/** What a reader remembers of all lanes: plain data, copied. */
export interface ReaderState {
  readonly observation: Batch;
  /** One a thing: 1 for lanes in which the last picture showed it. */
  readonly found: readonly Uint8Array[];
}

/**
 * Reads a scenario's observation channels out of the pictures of one image channel, for worlds whose model makes nothing
 * but pictures. What is drawn at a place is looked for by its colour; of several the nearest to where it was is it.
 *
 * While something is not found, whatever has a `shown` channel is held where it was last, as truth does it; what truth
 * always knows goes on behind what hides it as it is commanded. Velocities are the change over one control period. The same pictures
 * give the same numbers; lanes know nothing of each other.
 */
export class FrameReader {
  readonly image: ScenarioImage;
  readonly #things: readonly DrawnThing[];
  readonly #probe: ColourProbe;
  readonly #view: ImageView;
  readonly #light: WhiteBalance;
  readonly #hidden: HiddenPlaces;
  readonly #periodSec: number;
  #now: Batch = { lanes: 0, step: 0, columns: {} };
  #found: readonly Uint8Array[] = [];

  private constructor(scenario: Scenario, image: ScenarioImage) {
    this.image = image;
    this.#things = drawnThings(scenario, image);
    this.#probe = new ColourProbe({ looks: this.#things.map(({ look }) => look) });
    this.#light = new WhiteBalance(image);
    this.#view = imageView(image, scenario, {}, 0);
    this.#hidden = new HiddenPlaces(image, this.#view);
    this.#periodSec = scenario.controlPeriodSec;
  }

  /** @throws SimgateError `input` if there is no such image channel, or it does not show every observation channel. */
  static of(scenario: Scenario, imageName: string): FrameReader {
    const { images = [] } = scenario;
    const image = images.find(({ name }) => name === imageName);
    if (image !== undefined) return new FrameReader(scenario, image);
    throw inputError(`scenario ${scenario.name} has no image channel "${imageName}"`, {
      where: scenario.file,
      hint: didYouMean(
        imageName,
        images.map(({ name }) => name),
      ),
    });
  }

  /** What is known of every lane before the first picture that is read: all observation channels. Copied. */
  begin(first: Batch): Batch {
    this.#now = copyBatch(first);
    this.#found = this.#things.map(({ shown }) =>
      Uint8Array.from({ length: first.lanes }, (_, lane) =>
        shown === undefined || first.columns[shown]![lane]! >= 0.5 ? 1 : 0,
      ),
    );
    return this.#now;
  }

  /**
   * One control period later. Lanes that are not active stay as they are.
   * @param rgb lanes × height × width × 3
   * @param applied the action that led to these pictures, and which lanes are active
   * @returns the reader's own batch, which the next call overwrites
   */
  read(rgb: Uint8Array, applied: Batch): Batch {
    const { lanes, step } = this.#now;
    const size = bytesOf(this.image);
    if (rgb.length !== lanes * size) {
      throw inputError(`the pictures are not those of image ${this.image.name} for all lanes`, {
        expected: `${lanes} × ${size} bytes`,
        got: `${rgb.length}`,
      });
    }
    const [height, width] = this.image.size;
    for (let lane = 0; lane < lanes; lane++) {
      if (!isActive(applied, lane)) continue;
      const own = this.#light.balance(rgb.subarray(lane * size, (lane + 1) * size));
      const seen = this.#probe.find({ width, height, rgb: own });
      this.#things.forEach((thing, t) => {
        const places = seen
          .filter(({ identity }) => identity === thing.look.name)
          .map(({ position }) => this.#view.toPlane(position));
        this.#take(thing, t, lane, { places, rgb: own, applied });
      });
    }
    this.#now = { ...this.#now, step: step + 1 };
    return this.#now;
  }

  save(): ReaderState {
    return { observation: copyBatch(this.#now), found: this.#found.map((one) => one.slice()) };
  }

  /** @returns the observation at the moment of saving. */
  restore({ observation, found }: ReaderState): Batch {
    this.#now = copyBatch(observation);
    this.#found = found.map((one) => one.slice());
    return this.#now;
  }

  /** @param places in the plane, of all that looks like the thing */
  #take(thing: DrawnThing, t: number, lane: number, { places, applied, rgb }: Looked): void {
    const { columns } = this.#now;
    const { offset, shown } = thing;
    const at = columns[thing.position]!.subarray(2 * lane, 2 * lane + 2);
    const before: Place = [at[0]!, at[1]!];
    const commanded = this.#commanded(thing, lane, applied);
    const expected = moved(before, commanded, this.#periodSec);
    const found = nearest(
      places.map(([x, y]): Place => [x - offset[0], y - offset[1]]),
      expected,
    );
    const wasFound = this.#found[t]![lane] === 1;
    this.#found[t]![lane] = found === undefined ? 0 : 1;
    if (shown !== undefined) columns[shown]![lane] = found === undefined ? 0 : 1;
    let velocity: Place | undefined;
    if (found !== undefined) {
      at.set(found);
      // Where it was while nobody saw it is not known, so neither is how fast it came back.
      if (wasFound) velocity = rate(before, found, this.#periodSec);
    } else if (shown === undefined) {
      // Not into plain sight, where it would have been found.
      const next = this.#hidden.withinPicture(expected);
      if (this.#hidden.mayBe(rgb, next, thing.reach)) at.set(next);
      velocity = rate(before, [at[0]!, at[1]!], this.#periodSec);
    }
    if (velocity !== undefined) for (const name of thing.velocities) columns[name]!.set(velocity, 2 * lane);
  }

  /** In m/s; 0 where nothing commands it. */
  #commanded({ command }: DrawnThing, lane: number, applied: Batch): Place {
    if (command === undefined) return [0, 0];
    const column = applied.columns[command]!;
    return [column[2 * lane]!, column[2 * lane + 1]!];
  }
}

/** One lane's picture, and what was found in it that looks like one thing. */
interface Looked {
  /** In the plane. */
  readonly places: readonly Place[];
  readonly rgb: Uint8Array;
  readonly applied: Batch;
}

type Place = readonly [x: number, y: number];

function moved([x, y]: Place, [vx, vy]: Place, seconds: number): Place {
  return [x + vx * seconds, y + vy * seconds];
}

function rate([x, y]: Place, [laterX, laterY]: Place, seconds: number): Place {
  return [(laterX - x) / seconds, (laterY - y) / seconds];
}

function nearest(places: readonly Place[], [x, y]: Place): Place | undefined {
  let best: Place | undefined;
  let least = Infinity;
  for (const place of places) {
    const far = (place[0] - x) ** 2 + (place[1] - y) ** 2;
    if (far < least) [best, least] = [place, far];
  }
  return best;
}
