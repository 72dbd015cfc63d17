import { colourDistanceSquared, type Colour } from "../../core/picture.ts";
import type { ImageView } from "../../perception/image-view.ts";
import type { ScenarioImage } from "../../scenario/scenario.ts";

type Place = readonly [x: number, y: number];

/** Where in a picture something may be although nothing of it is seen. */
export class HiddenPlaces {
  readonly #image: ScenarioImage;
  readonly #view: ImageView;
  /** Colours of what hides things and of what is hidden; and all others. */
  readonly #hiding: readonly Colour[];
  readonly #plain: readonly Colour[];

  constructor(image: ScenarioImage, view: ImageView) {
    this.#image = image;
    this.#view = view;
    const { shapes } = image;
    this.#hiding = [image.unseen, ...shapes.filter(({ hides }) => hides).map(({ colour }) => colour)];
    this.#plain = [image.ground, ...shapes.filter(({ hides }) => !hides).map(({ colour }) => colour)];
  }

  /** The place, or the edge of the picture beside it. */
  withinPicture(place: Place): Place {
    if (this.#view.contains(place)) return place;
    const [height, width] = this.#image.size;
    const [x, y] = this.#view.toPixels(place);
    return this.#view.toPlane([Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))]);
  }

  /** Whether something of this size may be there unseen: at the picture's edge, or near the colour of what hides or is hidden. */
  mayBe(rgb: Uint8Array, place: Place, reachM: number): boolean {
    const [height, width] = this.#image.size;
    const [x, y] = this.#view.toPixels(place);
    const reach = (reachM * width) / this.#image.view.width;
    const [left, right] = [Math.floor(x - reach), Math.floor(x + reach)];
    const [top, bottom] = [Math.floor(y - reach), Math.floor(y + reach)];
    if (left < 0 || top < 0 || right >= width || bottom >= height) return true;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const pixel = 3 * (row * width + column);
        if (this.#isHiding(rgb[pixel]!, rgb[pixel + 1]!, rgb[pixel + 2]!)) return true;
      }
    }
    return false;
  }

  #isHiding(red: number, green: number, blue: number): boolean {
    const far = (colours: readonly Colour[]): number =>
      Math.min(...colours.map((colour) => colourDistanceSquared(red, green, blue, colour)));
    return far(this.#hiding) < far(this.#plain);
  }
}
