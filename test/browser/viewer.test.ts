import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { view, type Viewer } from "../../src/api/view.ts";
import type { Trace } from "../../src/core/trace.ts";
import type { RecordedChannel } from "../../src/record/recorded-channel.ts";
import { writeTraces } from "../../src/record/write-traces.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { simgate } from "../e2e/simgate.ts";

const chromiumPath = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium"].find(
  (path) => path !== undefined && existsSync(path),
);

/** Software rendering of the scene is slow on a busy machine; nothing here is about speed. */
const PATIENCE_MS = 60_000;

/** Exams as small as they can be and still have something to show. */
const EXAMS = {
  gru: "cartpole --world gru --policy sleepy,lqr --starts 8 --without stressors,attribution",
  cartpole: "cartpole --world optimist --policy sleepy,lqr --starts 8 --without stressors,attribution",
  push: "tabletop-push --world ensemble --policy fast,careful --starts 4 --without stressors,attribution,boundary",
} as const;
type ExamName = keyof typeof EXAMS;

/** Cart-pole for a minute at 100 Hz, with more channels that count the steps: longer than what is shown of it first. */
async function writeLongRecording(path: string): Promise<void> {
  const steps = 6000;
  const scenario = await loadScenario("cartpole");
  const extra = Array.from({ length: 4 }, (_, i): RecordedChannel => ({
    name: `extra_${i}`,
    unit: "m",
    kind: "linear",
    shape: [],
    size: 1,
    tolerance: 0.1,
  }));
  const observation: RecordedChannel[] = [...scenario.observation, ...extra];
  const still = new Float64Array(steps + 1);
  const trace: Trace = {
    start: { index: 0, initial: {}, parameters: { pole_length: 1, cart_mass: 1 }, seed: 1n },
    steps,
    controlPeriodSec: 0.01,
    end: "horizon",
    observation: Object.fromEntries(
      observation.map((channel) => [channel.name, extra.includes(channel) ? still.map((_, k) => k) : still]),
    ),
    requestedAction: { force: still.subarray(1) },
    appliedAction: { force: still.subarray(1) },
  };
  const channels = { observation, action: scenario.action };
  await writeTraces(
    ["truth", "candidate"].map((role) => ({ role, world: role, trace })),
    { path, channels, scenario },
  );
}

describe("the viewer in a browser", { timeout: 180_000 }, () => {
  let folder: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  const viewers = new Map<ExamName, Viewer>();

  beforeAll(async () => {
    if (chromiumPath === undefined) return;
    folder = await mkdtemp(join(tmpdir(), "simgate-viewer-"));
    for (const name of Object.keys(EXAMS) as ExamName[]) {
      const out = join(folder, name);
      const ran = await simgate(["exam", ...EXAMS[name].split(" "), "--out", out]);
      expect([0, 1, 3], ran.stderr).toContain(ran.code);
      viewers.set(name, await view({ target: out, port: 0 }));
    }
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
      ],
    });
  }, 600_000);
  afterAll(async () => {
    if (chromiumPath === undefined) return;
    await browser.close();
    for (const viewer of viewers.values()) await viewer.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async ({ skip }) => {
    skip(chromiumPath === undefined, "no Chromium at CHROMIUM_PATH or /usr/bin/chromium");
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
    page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    complaints = [];
    page.on("console", (message) => {
      // The software renderer warns of its own slowness when a picture is read back.
      if (!/GPU stall|GL Driver Message/.test(message.text())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    if (chromiumPath === undefined) return;
    await context.close();
    expect(complaints).toEqual([]);
  });

  const open = async (name: ExamName, query = ""): Promise<void> => {
    await page.goto(viewers.get(name)!.url + query);
    await page.locator(".delta tbody tr").first().waitFor({ state: "attached" });
  };
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();
  const shows = (selector: string, pattern: RegExp): Promise<void> =>
    page.locator(selector).filter({ hasText: pattern }).first().waitFor();
  const said = (pattern: RegExp): Promise<unknown> =>
    page.waitForFunction(
      (source) =>
        new RegExp(source, "i").test(
          (
            globalThis as never as { document: { getElementById(id: string): { textContent: string } } }
          ).document.getElementById("said").textContent,
        ),
      pattern.source,
    );
  /** The scene, once its picture has come to rest. */
  const scene = async (): Promise<Buffer> => {
    let last: Buffer = Buffer.alloc(0);
    for (let i = 0; i < 40; i++) {
      const now = await page.locator(".scene-surface canvas").screenshot();
      if (i > 0 && now.equals(last)) return now;
      last = now;
      // Without a graphics card a picture is sharpened a quarter of a second after it came to rest on the screen.
      await page.waitForTimeout(700);
    }
    return last;
  };

  it.each(["cartpole", "push"] as const)("opens every view of the evidence of %s", async (name) => {
    await open(name);
    await shows(".legend", /truth mujoco/);
    await shows(".legend", /candidate (optimist|ensemble)/);
    await shows(".plot", /error, every channel/);
    await page.keyboard.press("2");
    await shows(".stamp", /pass|fail|insufficient/i);
    await shows(".refusal", /Why not C\d/);
    expect(await page.locator(".ranking tbody tr").count()).toBe(2);
    expect(await page.locator(".map .mark[data-start]").count()).toBe(name === "cartpole" ? 8 : 4);
    await page.keyboard.press("3");
    await shows(".glance-word", /Trust|Caution|Stop/);
    await page.keyboard.press("1");
    expect(await page.locator(".scene").isVisible()).toBe(true);
  });

  it("moves scene, numbers and cursor together, by the keys", async () => {
    await open("cartpole", "?t=0");
    await shows(".contacts-note", /none/); // it lies over the scene
    const first = await scene();
    const numbers = await text(".delta tbody");
    for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
    await shows(".time-readout", /^0\.60 s/);
    expect(await text(".delta tbody")).not.toBe(numbers);
    expect((await scene()).equals(first)).toBe(false);
    await page.keyboard.press("Shift+ArrowLeft");
    await shows(".time-readout", /^0\.59 s/);
    await page.keyboard.press("Alt+ArrowLeft");
    await shows(".time-readout", /^0\.09 s/);
    await page.keyboard.press("End");
    const slider = page.getByRole("slider", { name: "Time" });
    await shows(".time-readout", /^10\.00 s/);
    expect(await slider.getAttribute("aria-valuenow")).toBe(await slider.getAttribute("aria-valuemax"));
    await page.keyboard.press("Home");
    await shows(".time-readout", /^0\.00 s/);
    expect((await scene()).equals(first)).toBe(true);
  });

  it("hides the ghost, looks from above and follows", async () => {
    await open("cartpole", "?t=0.6");
    const all = await scene();
    await page.keyboard.press("g");
    const alone = await scene();
    expect(alone.equals(all)).toBe(false);
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    expect(await page.getByRole("button", { name: "Top" }).getAttribute("aria-pressed")).toBe("true");
    expect((await scene()).equals(all)).toBe(false);
    await page.keyboard.press("f");
    await said(/follow view/);
  });

  it("lets a stranger find where and why the model goes wrong, by the keyboard alone", async () => {
    await open("cartpole", "?view=trace");
    // The first divergence, and the channel that caused it.
    let channel: string | undefined;
    for (let i = 0; i < 5 && channel === undefined; i++) {
      await page.keyboard.press("n");
      await page.waitForTimeout(50);
      channel = /(\w+) is more than a tolerance from truth/.exec(await text("#said"))?.[1];
    }
    expect(channel).toMatch(/^(cart|pole)_/);
    expect(await text('.delta tr[aria-current="true"] th')).toContain(channel);
    expect(await text('.delta tr[aria-current="true"] th')).toContain("first");
    // The start where the model is most optimistic.
    await page.keyboard.press("m");
    await shows(".map-plot", /./);
    await page.keyboard.press("d");
    await shows(".map-tip", /wrong pass/);
    const tip = await text(".map-tip");
    expect(tip).toMatch(/truth fails, margin −[\d.]+[\s\S]*candidate succeeds, margin \+[\d.]+/);
    const start = /Start #(\d+)/.exec(tip)![1]!;
    // That pair of traces.
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("run") === `sleepy/${start}`);
    await page.locator(".trace-view").waitFor();
    await shows(".legend", /truth mujoco failure/);
    await shows(".legend", /candidate optimist success/);
  });

  it("opens what an address says, and writes where it is into the address", async () => {
    await open("cartpole", "?view=exam&policy=lqr&x=cart_mass&y=pole_length");
    await page.locator(".map").waitFor();
    expect(await page.getByRole("combobox", { name: "Policy", exact: true }).inputValue()).toBe("lqr");
    expect(await page.getByRole("combobox", { name: "Across" }).inputValue()).toBe("cart_mass");
    await page.getByRole("combobox", { name: "Up" }).selectOption("pole_angle");
    await page.waitForURL((url) => url.searchParams.get("y") === "pole_angle");
    await shows(".y-title", /pole angle/);
  });

  it("shows what the model predicts from here, and a branch beside the run", async () => {
    await open("cartpole", "?run=sleepy/1&t=0.2");
    const before = await scene();
    await page.keyboard.press("h");
    const answered = await page.waitForResponse((response) => response.url().includes("api/fan"));
    expect(answered.ok()).toBe(true);
    expect((await scene()).equals(before)).toBe(false);
    await page.getByRole("combobox", { name: "World of the branch" }).selectOption("mujoco");
    await page.keyboard.press("b");
    await shows(".legend", /branch mujoco · sleepy/);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.locator(".legend li", { hasText: "branch" }).waitFor({ state: "detached" });
  });

  it("says what touches what in truth, where the cursor rests", async () => {
    await open("push", "?run=careful/0&t=0");
    await shows(".contacts-note", /contacts: none.*red_z, blue_z taken at rest/);
    // The pusher has to come to the puck at some time.
    let note = "";
    for (let i = 1; i < 40 && !/ N/.test(note); i++) {
      await page.keyboard.press("Alt+ArrowRight");
      await page.waitForTimeout(300);
      note = await text(".contacts-note");
    }
    expect(note).toMatch(/(red – pusher|pusher – red|blue – pusher|pusher – blue) [\d.]+ N/);
    expect(await page.locator(".scene-labels .contact:visible").first().innerText()).toMatch(/ N$/);
    await page.keyboard.press("x");
    await said(/contacts hidden/);
    await page.locator(".scene-labels .contact:visible").first().waitFor({ state: "detached" });
  });

  it("shows what truth and the candidate look like, side by side, and where they differ", async () => {
    await open("push", "?run=fast/0&t=0");
    const row = page.getByRole("group", { name: "Image overhead" });
    await row.getByText(/^truth, drawn from the channels/).waitFor();
    await row.getByText(/^candidate, drawn from the channels/).waitFor();
    await row.getByText("difference: 0.0 % of the pixels, 0.0 of 255 in the mean").waitFor();
    await page.keyboard.press("End");
    await row.getByText(/difference: (?!0\.0 %)[\d.]+ % of the pixels/).waitFor();
    expect(
      await row
        .locator("canvas")
        .first()
        .evaluate((one: never) => (one as { width: number }).width),
    ).toBe(128);
  });

  it("shows the pictures of a recording", async () => {
    const file = join(folder, "trial.mcap");
    const ran = await simgate([
      "run",
      "tabletop-push",
      "--policy",
      "careful",
      "--record",
      file,
      "--images",
      "--start",
      "#1",
    ]);
    expect([0, 1], ran.stderr).toContain(ran.code);
    const viewer = await view({ target: file, port: 0 });
    try {
      await page.goto(viewer.url);
      await page
        .getByRole("group", { name: "Image overhead" })
        .getByText(/^recording, recorded/)
        .waitFor();
      expect(await page.locator(".not-shown").isVisible()).toBe(false);
    } finally {
      await viewer.close();
    }
  });

  it("opens a long recording at the moment asked for, and reads the rest of it in", async () => {
    const file = join(folder, "long.mcap");
    await writeLongRecording(file);
    const viewer = await view({ target: file, port: 0 });
    try {
      await page.goto(`${viewer.url}?t=20`);
      await shows(".time-readout", /^20\.00 s \/ 60\.00 s/);
      await page.locator(".time-coming").waitFor({ state: "hidden" });
      await shows(".time-readout", /^20\.00 s \/ 60\.00 s/);
      await page.keyboard.press("End");
      await shows(".time-readout", /^60\.00 s/);
      // The end of the recording, not of its first part.
      await shows('.delta tbody tr:has-text("extra_0")', /6000\.00/);
      // Contacts and margins of it may still be asked for.
      await page.goto("about:blank");
    } finally {
      await viewer.close();
    }
  });

  it("shows several candidates of one contract side by side", async () => {
    const viewer = await view({ targets: [join(folder, "cartpole"), join(folder, "gru")], port: 0 });
    try {
      await page.goto(`${viewer.url}?run=sleepy/1&t=0.2`);
      await shows(".legend", /truth mujoco.*candidate optimist.*gru gru/s);
      await page.keyboard.press("2");
      await shows(".comparison thead", /optimist\s*gru/);
      await shows(".comparison .pairs", /optimist/);
      expect(await page.locator(".comparison tbody tr").count()).toBeGreaterThan(8);
      const gru = page.locator(".comparison").getByRole("button", { name: "gru" });
      await gru.focus();
      await page.keyboard.press("Enter");
      await page.locator('.comparison button[aria-pressed="true"]', { hasText: "gru" }).waitFor();
      await shows(".stamp", /pass|fail|insufficient/i);
    } finally {
      await viewer.close();
    }
  });

  it("does not show exams of different contracts side by side, and says where they differ", async () => {
    const targets = [join(folder, "cartpole"), join(folder, "push")];
    await expect(view({ targets, port: 0 })).rejects.toThrow(/not of the same contract/);
  });

  it("shows further candidates beside the one under exam", async () => {
    await open("cartpole", "?run=sleepy/1&t=0.2");
    await page.getByRole("checkbox", { name: "gru" }).check();
    await shows(".legend", /gru gru/);
    await shows(".time-readout", /^0\.20 s/);
  });

  it("tells an operator to stop where a channel is a tolerance off", async () => {
    await open("cartpole", "?view=operator&t=0");
    await shows(".glance-word", /Trust/);
    await page.keyboard.press("n");
    for (let i = 0; i < 4 && !/Stop/.test(await text(".glance-word")); i++) await page.keyboard.press("n");
    await shows(".glance-word", /Stop/);
    expect(await text(".glance-why")).toMatch(/is [\d.]+ tolerances from truth/);
    expect(await text(".glance-since")).toMatch(/^since \d/);
    const sound = page.getByRole("button", { name: "Alarm sound" });
    expect(await sound.getAttribute("aria-pressed")).toBe("false");
  });

  it("aligns the two worlds by an event", async () => {
    await open("cartpole", "?t=0.3");
    const numbers = await text(".delta tbody");
    await page.getByRole("combobox", { name: "Align truth and candidate by" }).selectOption("end");
    await page.waitForFunction(
      (was) =>
        (
          globalThis as never as { document: { querySelector(s: string): { innerText: string } } }
        ).document.querySelector(".delta tbody").innerText !== was,
      numbers,
    );
  });

  it("opens a file of this machine", async () => {
    await open("cartpole");
    const traces = join(folder, "cartpole", "traces");
    const file = (await readdir(traces)).find((name) => name.startsWith("lqr"))!;
    await page.locator('input[type="file"]').setInputFiles(join(traces, file));
    await page.locator(".run-picker option:checked", { hasText: file }).waitFor({ state: "attached" });
    await shows(".legend", /candidate optimist/);
  });

  it("saves a picture and a clip of the scene", async () => {
    await open("cartpole", "?t=0.5");
    await scene();
    const [picture] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Shift+S")]);
    expect(picture.suggestedFilename()).toMatch(/\.png$/);
    const png = await readFile(await picture.path());
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThan(300); // pixels across
    await page.keyboard.press("Shift+R");
    await said(/recording a clip/);
    // Long enough for an encoder that has to wait for the processor.
    await page.waitForTimeout(4000);
    const [clip] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Shift+R")]);
    const webm = await readFile(await clip.path());
    expect(webm.subarray(0, 4).toString("hex")).toBe("1a45dfa3"); // EBML
  });

  it("has a dark and a light look, a list of its keys, and names for everything", async () => {
    await open("push");
    const light = await scene();
    await page.keyboard.press("Shift+D");
    expect((await scene()).equals(light)).toBe(false);
    await page.keyboard.press("?");
    await shows("dialog[open]", /next, previous event/);
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    for (const landmark of ["banner", "main"] as const)
      expect(await page.getByRole(landmark).count()).toBe(1);
    const nameless = await page
      .locator("button:visible, select:visible, input:visible")
      .evaluateAll(
        (all) =>
          (
            all as never as { ariaLabel: string | null; textContent: string; labels?: ArrayLike<unknown> }[]
          ).filter(
            (one) =>
              one.ariaLabel === null && one.textContent.trim() === "" && (one.labels?.length ?? 0) === 0,
          ).length,
      );
    expect(nameless).toBe(0);
  });

  it("says what cannot be opened, and what else there is", async () => {
    await open("cartpole", "?run=nobody/7");
    await shows(".notice", /there is no run "nobody\/7" here/);
    await page.keyboard.press("Escape");
    expect(await page.locator(".notice").isVisible()).toBe(false);
  });
});
