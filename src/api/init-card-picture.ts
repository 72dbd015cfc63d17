import type { TensorInfo } from "../tensor/session.ts";
import type { CardContract } from "./init-card-guess.ts";
import { isNumber, text } from "./init-card-lines.ts";
import { DECIDE } from "./init-scenario-text.ts";

/** Pictures as they lie in a tensor. */
export interface TensorPictures {
  readonly tensor: TensorInfo;
  readonly layout: "nchw" | "nhwc";
  readonly height: number;
  readonly width: number;
  /** Pictures a row. */
  readonly count: number;
}

const COLOURS = 3;
/** No picture is smaller. */
const FEWEST_PIXELS = 8;

/**
 * The pictures that a tensor may hold: [batch, 3 × n, height, width] or [batch, n, 3, height, width], or the same with
 * colours last.
 */
export function picturesIn(tensor: TensorInfo): TensorPictures | undefined {
  const axes = tensor.shape.slice(1).filter(isNumber);
  if (axes.length !== tensor.shape.length - 1 || (axes.length !== 3 && axes.length !== 4)) return undefined;
  const [stacked, a, b, c] = axes.length === 3 ? [1, ...axes] : axes;
  const orders = [
    { layout: "nchw", colours: a!, height: b!, width: c! },
    { layout: "nhwc", colours: c!, height: a!, width: b! },
  ] as const;
  const order = orders.find(
    ({ colours, height, width }) => colours % COLOURS === 0 && Math.min(height, width) >= FEWEST_PIXELS,
  );
  if (order === undefined) return undefined;
  const { layout, colours, height, width } = order;
  return { tensor, layout, height, width, count: (stacked! * colours) / COLOURS };
}

/** The `image` block of a world: the scenario's image channel of that size. */
export function imageLine(pictures: TensorPictures, contract: CardContract): string {
  const { fields, why } = imageFields(pictures, contract);
  return `image: { ${fields} } ${DECIDE} ${why}`;
}

/** One of a policy's `pictures`. */
export function pictureLine(pictures: TensorPictures, contract: CardContract): string {
  const { fields, why } = imageFields(pictures, contract);
  const history = pictures.count === 1 ? "" : `, history: ${pictures.count}`;
  return `{ tensor: ${text(pictures.tensor.name)}, ${fields}${history} } ${DECIDE} ${why}`;
}

function imageFields(
  { layout, height, width }: TensorPictures,
  { images = [] }: CardContract,
): { readonly fields: string; readonly why: string } {
  const fitting = images.filter(({ size }) => size[0] === height && size[1] === width);
  const channel = (fitting[0] ?? images[0])?.name ?? "picture";
  const known = images.map(({ name, size }) => `${name} (${size.join(" × ")})`).join(", ");
  const why =
    fitting.length > 0
      ? `range: tensor values of no and of full brightness, [0, 1] or [-1, 1]${fitting.length > 1 ? "; and which image channel" : ""}`
      : `the graph's pictures are ${height} × ${width}, and the scenario's image channels are: ${known || "none, declare one under images:"}`;
  return { fields: `channel: ${channel}, range: [-1, 1], layout: ${layout}`, why };
}
