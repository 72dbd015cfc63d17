import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { resolve } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");
const chromiumPath = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium"].find(
  (path) => path !== undefined && existsSync(path),
);
const PATIENCE_MS = 60_000;

/** As a person would: in a process of its own, that can be killed. */
class LiveRun {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** @param port 0: any */
  static async begin(port: number): Promise<LiveRun> {
    // Slow enough to last: ten seconds of cart-pole in eighty.
    const run = "run cartpole --world optimist --policy lqr --start pole_angle=0.2 --view --speed 0.125";
    const child = spawn(process.execPath, [MAIN, ...run.split(" "), "--port", String(port)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    const found = await new Promise<string>((settle, reject) => {
      child.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const live = /live at http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
        if (live !== null) settle(live[1]!);
      });
      child.on("exit", () => reject(new Error(`it never was live: ${said}`)));
    });
    return new LiveRun(child, Number(found));
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}

describe("a live run in a browser", { timeout: 180_000 }, () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let run: LiveRun;

  beforeAll(async () => {
    if (chromiumPath === undefined) return;
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
      ],
    });
    run = await LiveRun.begin(0);
  }, 120_000);
  afterAll(async () => {
    if (chromiumPath === undefined) return;
    await run.kill();
    await browser.close();
  });
  beforeEach(({ skip }) => {
    skip(chromiumPath === undefined, "no Chromium at CHROMIUM_PATH or /usr/bin/chromium");
    complaints = [];
  });
  afterEach(async () => {
    if (chromiumPath === undefined) return;
    await page.close();
    expect(complaints).toEqual([]);
  });

  async function open(view: string, viewport = { width: 1280, height: 800 }): Promise<void> {
    page = await browser.newPage({ viewport, colorScheme: "light" });
    page.setDefaultTimeout(PATIENCE_MS);
    // That a server is not there is what one of these tests is about.
    page.on("console", (message) => {
      if (!/GPU stall|GL Driver Message|ERR_CONNECTION|WebSocket connection/.test(message.text()))
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${run.port}/?view=${view}`);
  }
  const shows = (selector: string, pattern: RegExp): Promise<void> =>
    page.locator(selector).filter({ hasText: pattern }).first().waitFor();
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();
  /** The text changes by itself. */
  const moves = async (selector: string): Promise<void> => {
    const was = await text(selector);
    await expect.poll(() => text(selector), { timeout: PATIENCE_MS }).not.toBe(was);
  };

  it("moves scene and numbers as the steps come", async () => {
    await open("trace");
    await shows(".legend", /truth mujoco/);
    await shows(".legend", /candidate optimist/);
    await moves(".delta tbody");
    await moves(".time-readout");
    await shows(".link-state", /^live · [\d.]+ ms/);
  });

  it("is of use on a tablet", async () => {
    await open("operator", { width: 820, height: 1180 });
    await shows(".glance-word", /Trust|Caution|Stop/);
    const wide = await page.evaluate(
      () =>
        (globalThis as never as { document: { documentElement: { scrollWidth: number } } }).document
          .documentElement.scrollWidth,
    );
    // A number that is just growing a digit may stick out for a moment.
    expect(wide).toBeLessThanOrEqual(824);
    for (const selector of [".glance-word", ".operator-facts", ".sound"]) {
      const box = (await page.locator(selector).boundingBox())!;
      expect(box.y + box.height, selector).toBeLessThanOrEqual(1180);
    }
    // A thumb finds it.
    expect((await page.locator(".sound").boundingBox())!.height).toBeGreaterThanOrEqual(40);
    await page.getByRole("button", { name: "Trace" }).click();
    const scene = (await page.locator(".scene").boundingBox())!;
    expect(scene.width).toBeGreaterThan(400);
    expect(scene.height).toBeGreaterThan(300);
  });

  it("says that the server is gone, trusts nothing meanwhile, and comes back by itself", async () => {
    await open("operator");
    await shows(".glance-word", /Trust|Caution|Stop/);
    expect(await text(".glance-why")).not.toBe("");
    await shows(".glance-since", /^since \d/);
    await shows(".operator-facts", /latency\s*[\d.]+ ms/);
    await shows(".operator-facts", /dropped messages\s*0/);
    const sound = page.getByRole("button", { name: "Alarm sound" });
    expect(await sound.getAttribute("aria-pressed")).toBe("false");

    await run.kill();
    await shows(".glance-word", /No data/);
    await shows(".glance-why", /connection is lost.*trying again/);
    await shows(".link-state", /connection lost/);

    run = await LiveRun.begin(run.port);
    await shows(".link-state", /^live/);
    await shows(".glance-word", /Trust|Caution|Stop/);
    await shows(".operator-facts", /reconnects\s*1/);
    // The new run from its beginning, nothing of the one before.
    await shows(".operator-facts", /time\s*[0-4]\.\d+ s/);
  });
});
