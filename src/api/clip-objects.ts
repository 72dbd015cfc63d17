import { inputError } from "../core/errors.ts";
import { colourText, type Colour, type Picture } from "../core/picture.ts";
import { ColourProbe } from "../perception/colour-probe.ts";
import { alike, type Look } from "../perception/look.ts";
import { proposeLooks } from "../perception/propose-looks.ts";
import { groundColours, looksOf } from "../perception/scene-looks.ts";
import { sceneColours } from "../perception/scene-colours.ts";
import type { Clip } from "../record/clip.ts";
import type { Scenario, ScenarioImage } from "../scenario/scenario.ts";

/** An object that is looked for in a clip. */
export interface LookedFor extends Look {
  readonly label?: string;
  /** In pixels from one frame to the next. */
  readonly reach?: number;
  /** [first, last] frames in which it is rightly out of sight. */
  readonly hidden: readonly (readonly [number, number])[];
}

/** Which objects a clip is looked through for, and who says so. */
export interface ClipObjects {
  readonly objects: readonly LookedFor[];
  /** The colours of all else; absent: they are too many to say of anything that it does not belong. */
  readonly scene?: readonly Colour[];
  /** The file that says what objects there are; absent: nobody does. */
  readonly declaredIn?: string;
  /** The image channel of a scenario that the frames are taken for. */
  readonly image?: ScenarioImage;
  /** Why there is no object to look for. */
  readonly problem?: string;
}

/** Those of the scenario, where one is given; else those of the clip's card; else what stands out from the first frame. */
export function clipObjects(clip: Clip, scenario: Scenario | undefined, first: Picture): ClipObjects {
  const found = scenario === undefined ? declaredOrProposed(clip, first) : ofScenario(scenario, clip, first);
  if (found.objects.length === 0) return found;
  const scene = found.image === undefined ? sceneColours(first, found.objects) : groundColours(found.image);
  return {
    ...found,
    objects: found.objects.map((look) => sized(look, first)),
    ...(scene === undefined ? {} : { scene }),
  };
}

/** In the image channel that has the size of the frames; the clip's card may say when they are hidden. */
function ofScenario(scenario: Scenario, { card }: Clip, first: Picture): ClipObjects {
  const { images = [] } = scenario;
  const image = images.find(({ size }) => size[0] === first.height && size[1] === first.width);
  if (image === undefined) {
    const sizes = images.map(({ name, size }) => `${name} ${size[1]} × ${size[0]}`);
    throw inputError(`the frames are not of an image channel of scenario ${scenario.name}`, {
      where: scenario.file,
      expected: sizes.length === 0 ? "a scenario with images" : sizes.join(", "),
      got: `${first.width} × ${first.height}`,
    });
  }
  const objects = looksOf(image).map((look): LookedFor => {
    const label = scenario.objects.find(({ name }) => name === look.name)?.label;
    const hidden = card?.value.objects[look.name]?.hidden ?? [];
    return { ...look, hidden, ...(label === undefined ? {} : { label }) };
  });
  return { objects, image, declaredIn: scenario.file };
}

function declaredOrProposed({ card }: Clip, first: Picture): ClipObjects {
  const declared = Object.entries(card?.value.objects ?? {});
  if (declared.length > 0) {
    const objects = declared.map(([name, { label, area, elongation, reach, ...look }]): LookedFor => ({
      name,
      ...look,
      ...(label === undefined ? {} : { label }),
      ...(area === undefined ? {} : { area }),
      ...(elongation === undefined ? {} : { elongation }),
      ...(reach === undefined ? {} : { reach }),
    }));
    const twins = alike(objects);
    if (twins !== undefined) {
      throw inputError(`colour does not tell "${twins[0].name}" from "${twins[1].name}"`, {
        where: card!.file,
        got: twins.map(({ name, colour }) => `${name} ${colourText(colour)}`).join(", "),
        hint: "declare one of them, or objects whose colours differ",
      });
    }
    return { objects, declaredIn: card!.file };
  }
  const proposal = proposeLooks(first);
  if ("looks" in proposal) return { objects: proposal.looks.map((look) => ({ ...look, hidden: [] })) };
  return {
    objects: [],
    problem: `no object to look for: none is declared, and ${proposal.undefined}; say in clip.yaml which objects there are`,
  };
}

/** As large as it is in the first frame, where nothing else is said and it is seen there. */
function sized(look: LookedFor, first: Picture): LookedFor {
  if (look.area !== undefined) return look;
  const [largest] = new ColourProbe({ looks: [look] }).find(first);
  return largest === undefined ? look : { ...look, area: largest.area };
}
