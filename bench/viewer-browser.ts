/**
 * The viewer in a real browser, in software rendering:
 *   npm run build && npx jiti bench/viewer-browser.ts [open|scrub|hour]
 *   open   from the address to a picture of a 60 s, 100 Hz, 20-channel trace from disk (aim: 1.5 s)
 *   scrub  from a move of the time bar to the painted frame of that moment (aim: p95 of 50 ms)
 *   hour   an hour of a live session at 100 Hz, faster than real: memory of the server and of the page
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { liveSource } from "../src/api/live-source.ts";
import { LiveViewer } from "../src/api/live-viewer.ts";
import { view } from "../src/api/view.ts";
import type { Batch } from "../src/core/channels.ts";
import type { Trace } from "../src/core/trace.ts";
import { quantile } from "../src/metrics/quantile.ts";
import type { RecordedChannel } from "../src/record/recorded-channel.ts";
import { writeTraces } from "../src/record/write-traces.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { LiveFeed } from "../src/viewer/live-feed.ts";

const PERIOD_SEC = 0.01;
const TRACE_STEPS = 6000;
const CHANNELS = 20;
const OPENINGS = 5;
const WINDOW_SETTLES_MS = 500;
const SCRUBS = 200;
const HOUR_STEPS = 360_000;
/** Simulated seconds a second. */
const HOUR_SPEED = 30;

/** In the page: when numbers, plots and scene first stand in one painted frame, ms since the address was opened. */
const WATCH_FOR_PICTURE = `
  const look = () => {
    const isThere =
      document.querySelectorAll(".delta tbody tr").length >= ${CHANNELS} &&
      document.querySelector(".plot canvas") !== null &&
      /mujoco.*grid/.test(document.querySelector(".legend")?.textContent ?? "");
    if (!isThere) return requestAnimationFrame(look);
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { window.pictureMs = performance.now(); };
      port2.postMessage(0);
    });
  };
  requestAnimationFrame(look);
`;

/** In the page: moves the time bar to and fro, each time until that frame is painted. @returns ms each */
const SCRUB = `async (count) => {
  const track = document.querySelector('[role="slider"]');
  const box = track.getBoundingClientRect();
  const send = (type, share) => track.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, bubbles: true, clientX: box.left + share * box.width, clientY: box.top + box.height / 2,
  }));
  track.setPointerCapture = () => {};
  track.hasPointerCapture = () => true;
  send("pointerdown", 0);
  const times = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    send("pointermove", (0.37 * i) % 1);
    await new Promise((resolve) => requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(0);
    }));
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  send("pointerup", 0.5);
  return times;
}`;

const asked = process.argv[2];
const scenario = await loadScenario("cartpole");
const folder = await mkdtemp(join(tmpdir(), "simgate-bench-"));
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--js-flags=--expose-gc",
  ],
});
try {
  if (asked !== "hour") await trace(browser);
  if (asked === undefined || asked === "hour") await hour(browser);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

async function trace(browser: Browser): Promise<void> {
  const path = join(folder, "trace.mcap");
  await writeTrace(path);
  const viewer = await view({ target: path, port: 0 });
  try {
    const times: number[] = [];
    for (let i = 0; i < OPENINGS; i++) {
      // The page forbids evaluated scripts, which the waiting below needs.
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
      await page.addInitScript(WATCH_FOR_PICTURE);
      // An address is opened in a browser that stands: its own window takes a moment.
      await page.waitForTimeout(WINDOW_SETTLES_MS);
      await page.goto(viewer.url);
      times.push(
        await page.waitForFunction("window.pictureMs").then((ms) => ms.jsonValue() as Promise<number>),
      );
      if (i === OPENINGS - 1 && asked !== "open") await scrub(page);
      await page.close();
    }
    console.log(
      `first picture after ${times.map((ms) => ms.toFixed(0)).join(", ")} ms, median ${quantile(times, 0.5).toFixed(0)} ms`,
    );
  } finally {
    await viewer.close();
  }
}

async function scrub(page: Page): Promise<void> {
  await page.waitForTimeout(2000);
  const times = await page.evaluate<number[]>(`(${SCRUB})(${SCRUBS})`);
  console.log(
    `scrub to painted frame: median ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms, worst ${Math.max(...times).toFixed(0)} ms of ${SCRUBS}`,
  );
}

async function hour(browser: Browser): Promise<void> {
  const source = liveSource({ scenario, title: "bench", truth: "a", candidate: "b" });
  const viewer = await LiveViewer.open({ source, listen: { port: 0 }, speed: HOUR_SPEED, shows: "steps" });
  const feed = new LiveFeed(viewer.hub, {
    channels: scenario,
    controlPeriodSec: PERIOD_SEC,
    scenario,
    worlds: [
      { role: "truth", world: "a" },
      { role: "candidate", world: "b" },
    ],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const chrome = await page.context().newCDPSession(page);
  await chrome.send("Performance.enable");
  await page.goto(viewer.url);
  feed.begin({ index: 0, initial: {}, parameters: {}, seed: 1n });
  const beganMs = performance.now();
  for (let step = 0; step < HOUR_STEPS; step++) {
    for (const [role, offset] of [
      ["truth", 0],
      ["candidate", 0.05],
    ] as const) {
      const observation = batch(scenario.observation, step, offset);
      const action = batch(scenario.action, step, 0);
      const actions = step === 0 ? {} : { requestedAction: action, appliedAction: action };
      feed.write(role, { step, timeSec: step * PERIOD_SEC, observation, ...actions });
    }
    const aheadMs = (1000 * step * PERIOD_SEC) / HOUR_SPEED - (performance.now() - beganMs);
    if (aheadMs > 5) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    if (step % (HOUR_STEPS / 12) === HOUR_STEPS / 12 - 1) {
      await chrome.send("HeapProfiler.collectGarbage");
      const { metrics } = await chrome.send("Performance.getMetrics");
      const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")!.value;
      const shown = await page.locator(".time-readout").innerText();
      console.log(
        `${((step + 1) * PERIOD_SEC) / 60} min: server ${mib(process.memoryUsage().rss)} MiB, page heap ${mib(heap)} MiB, ` +
          `left out ${viewer.hub.dropped}, the page is at ${shown}`,
      );
    }
  }
  await viewer.close();
  await page.close();
}

function batch(channels: readonly RecordedChannel[], step: number, offset: number): Batch {
  const columns = Object.fromEntries(
    channels.map(({ name, size }, i) => [
      name,
      new Float64Array(size).fill(0.3 * Math.sin(step / 50 + i) + offset),
    ]),
  );
  return { lanes: 1, step, columns };
}

/** Cart-pole's four channels, so that there is a scene, and as many others. */
async function writeTrace(path: string): Promise<void> {
  const others = Array.from({ length: CHANNELS - scenario.observation.length }, (_, i): RecordedChannel => ({
    name: `channel_${i}`,
    unit: "m",
    kind: "linear",
    shape: [3],
    size: 3,
    tolerance: 0.1,
  }));
  const observation: RecordedChannel[] = [...scenario.observation, ...others];
  const of = (offset: number): Trace => ({
    start: { index: 0, initial: {}, parameters: { pole_length: 1, cart_mass: 1 }, seed: 1n },
    steps: TRACE_STEPS,
    controlPeriodSec: PERIOD_SEC,
    end: "horizon",
    observation: Object.fromEntries(
      observation.map(({ name, size }, c) => [
        name,
        Float64Array.from(
          { length: (TRACE_STEPS + 1) * size },
          (_, i) => 0.3 * Math.sin(i / 97 + c) + offset,
        ),
      ]),
    ),
    requestedAction: { force: new Float64Array(TRACE_STEPS) },
    appliedAction: { force: new Float64Array(TRACE_STEPS) },
  });
  await writeTraces(
    [
      { role: "truth", world: "mujoco", policy: "none", trace: of(0) },
      { role: "candidate", world: "other", policy: "none", trace: of(0.05) },
    ],
    { path, channels: { observation, action: scenario.action }, scenario },
  );
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
