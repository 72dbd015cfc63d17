import { componentName, type ChannelSpec } from "../../../core/channels.ts";
import type { Comparison, RecordedWorld, Signal } from "../../recording.ts";
import type { Fan, MarginCurve } from "../../session.ts";
import { indexAt } from "../time/nearest.ts";

/** One line of a plot. `role` decides its colour and dash. */
export interface PlotLine {
  readonly label: string;
  readonly role: string;
  readonly timesSec: ArrayLike<number>;
  readonly values: ArrayLike<number | null>;
  readonly faint?: boolean;
}

export interface Plot {
  /** What it is a plot of, for selecting it and for keeping it across updates. */
  readonly key: string;
  readonly channel: string | undefined;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly PlotLine[];
  /** Between two lines, by their place in `lines`. */
  readonly band?: readonly [upper: number, lower: number];
  /** A horizontal line, with what it means. */
  readonly level?: { readonly value: number; readonly text: string };
  readonly logarithmic?: boolean;
}

/** The scaled error of every channel over time; the selected one stands out. */
export function errorPlot({ channels, timesSec }: Comparison, selected: string | undefined): Plot {
  const order = [...channels].sort((a, b) => Number(a.channel === selected) - Number(b.channel === selected));
  return {
    key: "error",
    channel: undefined,
    title: selected === undefined ? "error, every channel" : `error: ${selected}, among all`,
    unit: "tolerances",
    logarithmic: true,
    level: { value: 1, text: "one tolerance" },
    lines: order.map(({ channel, max }) => ({
      label: channel,
      role: channel === selected || selected === undefined ? "candidate" : "other",
      timesSec,
      // A logarithmic axis has no zero.
      values: max.map((value) => Math.min(1e6, Math.max(1e-3, value))),
      faint: channel !== selected,
    })),
  };
}

export function marginPlot(margins: readonly MarginCurve[]): Plot {
  return {
    key: "margin",
    channel: undefined,
    title: "margin of the success formula so far",
    unit: "tolerances",
    level: { value: 0, text: "success above" },
    lines: margins.map(({ role, timesSec, margins: values }) => ({ label: role, role, timesSec, values })),
  };
}

/** A plot a component of a channel: every world's line, and the candidate's own uncertainty around its line. */
export function channelPlots(
  worlds: readonly RecordedWorld[],
  kind: "observation" | "applied",
): readonly Plot[] {
  const names = new Map<string, ChannelSpec>();
  for (const world of worlds) {
    for (const { channel } of Object.values(world[kind])) names.set(channel.name, channel);
  }
  return [...names.values()].flatMap((channel) =>
    Array.from({ length: channel.size }, (_, component): Plot => {
      const lines: PlotLine[] = worlds.flatMap((world) => {
        const signal = world[kind][channel.name];
        return signal === undefined ? [] : [componentLine(world, signal, component)];
      });
      const band = kind === "observation" ? uncertaintyOf(worlds[1], channel.name, component) : [];
      return {
        key: `${kind}/${componentName(channel, component)}`,
        channel: channel.name,
        title: `${componentName(channel, component)}${kind === "applied" ? " (action)" : ""}`,
        unit: channel.unit === "1" ? "" : channel.unit,
        lines: [...lines, ...band],
        ...(band.length === 2 ? { band: [lines.length, lines.length + 1] as const } : {}),
      };
    }),
  );
}

/** What was predicted of one component from each moment on. */
export function fanLines(
  fan: Fan,
  channel: ChannelSpec,
  component: number,
  periodSec: number,
): readonly PlotLine[] {
  return fan.predictions.flatMap(({ observation, fromSec }): PlotLine[] => {
    const rows = observation[channel.name];
    if (rows === undefined) return [];
    const count = Math.floor(rows.length / channel.size);
    return [
      {
        label: `predicted at ${fromSec.toFixed(2)} s`,
        role: "candidate",
        timesSec: Float64Array.from({ length: count }, (_, k) => fromSec + k * periodSec),
        values: Float64Array.from({ length: count }, (_, k) => rows[k * channel.size + component]!),
      },
    ];
  });
}

function componentLine(
  { name, role }: RecordedWorld,
  { channel, timesSec, values }: Signal,
  component: number,
): PlotLine {
  const line = { label: name ?? role, role, timesSec };
  if (channel.size === 1) return { ...line, values };
  let own: Float64Array | undefined;
  return {
    ...line,
    // Of a plot that is out of sight nobody asks.
    get values() {
      own ??= Float64Array.from(timesSec, (_, k) => values[k * channel.size + component]!);
      return own;
    },
  };
}

/** Two standard deviations to both sides of what the world showed. */
function uncertaintyOf(world: RecordedWorld | undefined, name: string, component: number): PlotLine[] {
  const spread = world?.uncertainty[name];
  const shown = world?.observation[name];
  if (spread === undefined || shown === undefined) return [];
  const { size } = shown.channel;
  // A world says of a step how sure it is of what came of it: at the start there is nothing to be unsure of.
  const valueAt = (k: number): number =>
    shown.values[Math.max(0, indexAt(shown.timesSec, spread.timesSec[k]!)) * size + component]!;
  const side = (sign: number): PlotLine => ({
    label: "±2σ",
    role: "candidate",
    faint: true,
    timesSec: spread.timesSec,
    values: Float64Array.from(
      spread.timesSec,
      (_, k) => valueAt(k) + sign * 2 * spread.values[k * size + component]!,
    ),
  });
  return [side(1), side(-1)];
}
