/** Pixels of one class that touch, also at corners. */
export interface Blob {
  readonly label: number;
  /** In pixels. */
  readonly area: number;
  /** Centre, weighted: pixels from the top left corner of the frame. */
  readonly position: readonly [x: number, y: number];
  /** Length ÷ breadth of the ellipse with the same second moments. */
  readonly elongation: number;
  /** Direction of that ellipse's length, in the frame (x to the right, y down). */
  readonly turnRad: number;
  readonly meanWeight: number;
  /** Whether it is thicker than a line: some pixel has all its neighbours in it. */
  readonly solid: boolean;
}

/** A single pixel has this second moment along each axis: a square of side 1. */
const PIXEL_MOMENT = 1 / 12;

/**
 * Connected regions, in the order of their first pixel.
 * @param labels one a pixel, row by row; 0 belongs to nothing
 * @param weights one a pixel, above 0 where the label is
 */
export function blobsOf(labels: Uint8Array, weights: Float32Array, width: number): Blob[] {
  const height = labels.length / width;
  const owner = new Int32Array(labels.length);
  const stack: number[] = [];
  const found: Blob[] = [];
  for (let first = 0; first < labels.length; first++) {
    const label = labels[first]!;
    if (label === 0 || owner[first] !== 0) continue;
    const id = found.length + 1;
    let [area, sum, sumX, sumY, sumXx, sumYy, sumXy] = [0, 0, 0, 0, 0, 0, 0];
    let solid = false;
    owner[first] = id;
    stack.push(first);
    while (stack.length > 0) {
      const pixel = stack.pop()!;
      const y = Math.floor(pixel / width);
      const x = pixel - y * width;
      const weight = weights[pixel]!;
      area++;
      sum += weight;
      sumX += weight * x;
      sumY += weight * y;
      sumXx += weight * x * x;
      sumYy += weight * y * y;
      sumXy += weight * x * y;
      let neighbours = 0;
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
        for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
          const next = j * width + i;
          if (labels[next] !== label) continue;
          neighbours++;
          if (owner[next] !== 0) continue;
          owner[next] = id;
          stack.push(next);
        }
      }
      if (neighbours === 9) solid = true;
    }
    const [x, y] = [sumX / sum, sumY / sum];
    const [xx, yy, xy] = [sumXx / sum - x * x, sumYy / sum - y * y, sumXy / sum - x * y];
    found.push({
      label,
      area,
      position: [x + 0.5, y + 0.5],
      elongation: elongationOf(xx + PIXEL_MOMENT, yy + PIXEL_MOMENT, xy),
      turnRad: Math.atan2(2 * xy, xx - yy) / 2,
      meanWeight: sum / area,
      solid,
    });
  }
  return found;
}

/** Square root of the ratio of the eigenvalues of the second moments. */
function elongationOf(xx: number, yy: number, xy: number): number {
  const middle = (xx + yy) / 2;
  const half = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  return Math.sqrt((middle + half) / Math.max(middle - half, PIXEL_MOMENT));
}
