import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { matern52, scaledDistance } from "../../src/metrics/boundary/gaussian-process.ts";
import { renderReport } from "../../src/report/html.ts";
import { junitXml } from "../../src/report/junit.ts";
import { renderReplayReport } from "../../src/report/replay-html.ts";
import type { Boundary } from "../../src/report/result.ts";
import { examFixture, manifestFixture, runFixture } from "../report/exam-fixture.ts";
import { replayFixture } from "../report/replay-fixture.ts";

const chromiumPath = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium"].find(
  (path) => path !== undefined && existsSync(path),
);

/** What runs in the page is text: the DOM's types are not part of this project. */
describe("the report in a browser", () => {
  let browser: Browser;
  let folder: string;
  let page: Page;
  let complaints: string[];
  let requests: string[];

  beforeAll(async () => {
    if (chromiumPath === undefined) return;
    folder = await mkdtemp(join(tmpdir(), "simgate-report-"));
    await writeFile(
      join(folder, "exam.html"),
      renderReport(examFixture(), { manifest: manifestFixture, run: runFixture }),
    );
    await writeFile(
      join(folder, "replay.html"),
      renderReplayReport(replayFixture(), { manifest: manifestFixture }),
    );
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ["--no-sandbox", "--disable-background-networking"],
    });
  });
  afterAll(async () => {
    if (chromiumPath === undefined) return;
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async ({ skip }) => {
    skip(chromiumPath === undefined, "no Chromium at CHROMIUM_PATH or /usr/bin/chromium");
    page = await browser.newPage({ viewport: { width: 1180, height: 900 } });
    complaints = [];
    requests = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
  });
  afterEach(async () => {
    if (chromiumPath !== undefined) await page.close();
  });

  const open = async (name: string): Promise<void> => {
    await page.goto(`file://${join(folder, name)}`);
  };

  it.each(["exam.html", "replay.html"])(
    "%s loads nothing but itself and has nothing to complain about",
    async (name) => {
      await open(name);
      await page.waitForTimeout(100);
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([`file://${join(folder, name)}`]);
      expect(complaints).toEqual([]);
    },
  );

  it("shows the verdict and its sentence without scrolling", async () => {
    await open("exam.html");
    const stamp = page.locator(".stamp");
    expect((await stamp.innerText()).toLowerCase()).toContain("fail");
    for (const seen of [stamp, page.locator(".sentence"), page.locator(".facts")]) {
      const box = await seen.boundingBox();
      expect(box!.y + box!.height).toBeLessThan(900);
    }
    expect(await page.locator(".sentence").innerText()).toBe(examFixture().verdict.sentence);
  });

  it("draws every chart with some extent", async () => {
    await open("exam.html");
    for (const selector of [
      ".axis svg",
      ".policy svg",
      ".view:not([hidden]) .plot > svg",
      ".horizon-row svg",
    ]) {
      const charts = await page.locator(selector).all();
      expect(charts.length).toBeGreaterThan(0);
      for (const chart of charts.slice(0, 6)) {
        const box = await chart.boundingBox();
        expect(box!.width).toBeGreaterThan(8);
        expect(box!.height).toBeGreaterThan(8);
      }
    }
    const line = await page.locator(".view:not([hidden]) .line.candidate").first().getAttribute("d");
    expect(line!.match(/L/g)!.length).toBeGreaterThan(50);
  });

  it("changes the map when another policy is chosen, by mouse and by keyboard", async () => {
    await open("exam.html");
    const title = page.locator('[data-view="map"]:not([hidden]) .view-title');
    expect(await title.innerText()).toContain("lqr-slow:"); // the one with most disagreements
    await page.locator('[data-choice="map"] label', { hasText: "zero" }).click();
    expect(await title.innerText()).toContain("zero: 256 starts, 0 wrong passes");
    await page.keyboard.press("ArrowLeft");
    expect(await title.innerText()).toContain("pd-weak:");
    expect(await title.count()).toBe(1);
  });

  it("tells a start's margins on keyboard focus, moves with the arrows and jumps to disagreements", async () => {
    await open("exam.html");
    await page.locator('[data-choice="map"] input:checked').focus();
    await page.keyboard.press("Tab");
    const tip = page.locator("#tip");
    const first = await tip.innerText();
    expect(first).toMatch(/Start #\d+/);
    expect(first).toMatch(/Truth fails, margin −[\d.]+/);
    expect(first).toMatch(/Candidate succeeds, margin \+[\d.]+/);
    expect(first).toContain("wrong pass");
    await page.keyboard.press("ArrowRight");
    const second = await tip.innerText();
    expect(second).not.toBe(first);
    await page.keyboard.press("d");
    expect(await tip.innerText()).toContain("wrong pass");
    await page.keyboard.press("Escape");
    expect(await tip.isVisible()).toBe(false);
  });

  it("tells a start under the pointer, in both worlds", async () => {
    await open("exam.html");
    const plot = page.locator('[data-view="map"]:not([hidden]) .plot').nth(1);
    await plot.scrollIntoViewIfNeeded();
    await plot.locator("use").first().hover();
    expect(await page.locator("#tip").innerText()).toMatch(/Start #\d+[\s\S]*Truth[\s\S]*Candidate/);
    expect(await page.locator('[data-view="map"]:not([hidden]) .cursor:visible').count()).toBe(2);
  });

  describe("the map of the decision boundary", () => {
    const line = (layer: string): Promise<string | null> =>
      page.locator(`#boundary [data-layer="${layer}"]`).getAttribute("d");
    const option = (name: string, label: string): Promise<string[]> =>
      page.locator(`#boundary select[name="boundary-${name}"]`).selectOption({ label });

    it("draws both zero lines, and where the candidate is wrong between them", async () => {
      await open("exam.html");
      for (const layer of ["truth", "candidate", "wrong-pass"])
        expect((await line(layer))!.length, layer).toBeGreaterThan(400);
      expect(await page.locator("#boundary .slice-note").innerText()).toContain("Slice at pole length 0.6 m");
    });

    it("draws the zero line where the surface that the exam laid is zero", async () => {
      await open("exam.html");
      await option("policy", "lqr-slow");
      const { map } = examFixture().boundary as Boundary;
      const surface = map.policies.find(({ policy }) => policy === "lqr-slow")!.truth;
      const mean = (point: readonly number[]): number =>
        surface.rows.reduce((sum, row, i) => {
          const distance = scaledDistance(map.starts[row]!.at, point, surface.lengthscales);
          return sum + surface.variance * surface.weights[i]! * matern52(distance);
        }, surface.mean);
      const ends = [...(await line("truth"))!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) =>
        mean([Number(x) / 1000, 1 - Number(y) / 1000, 0.5]),
      );
      expect(ends.length).toBeGreaterThan(20);
      expect(Math.max(...ends.map(Math.abs))).toBeLessThan(0.02);
    });

    it("changes with policy, dimensions and the place of the slice", async () => {
      await open("exam.html");
      const first = await line("truth");
      await option("policy", "lqr");
      const second = await line("truth");
      expect(second).not.toBe(first);
      await page.locator('#boundary input[name="boundary-at-2"]').fill("1");
      expect(await line("truth")).not.toBe(second);
      await option("x", "pole length");
      expect(await page.locator("#boundary .x-title").innerText()).toBe("pole length (m)");
      expect(await page.locator('#boundary input[name="boundary-at-2"]').isVisible()).toBe(false);
      expect(await page.locator('#boundary input[name="boundary-at-0"]').isVisible()).toBe(true);
      await option("y", "pole length"); // what was up goes across: never the same twice
      expect(await page.locator("#boundary .x-title").innerText()).not.toBe("pole length (m)");
    });

    it("leads from a flip to its trace, and by keyboard from start to start", async () => {
      await open("exam.html");
      await option("policy", "pd-weak");
      const links = page.locator("#boundary a.has-trace");
      expect(await links.first().getAttribute("href")).toMatch(/^traces\/.*pd-weak/);
      await page.locator("#boundary .plot.map").focus();
      await page.keyboard.press("d");
      const tip = page.locator("#tip");
      expect(await tip.innerText()).toMatch(/Start #\d+[\s\S]*wrong pass/);
      const before = await page.locator("#boundary .slice-note").innerText();
      await page.keyboard.press("Enter");
      expect(await page.locator("#boundary .slice-note").innerText()).not.toBe(before);
      const flip = await tip.innerText();
      await page.keyboard.press("ArrowUp");
      expect(await tip.innerText()).not.toBe(flip);
    });
  });

  it("switches channel and mode of the error growth, and reads its values by keyboard", async () => {
    await open("exam.html");
    const title = page.locator('[data-view="growth"]:not([hidden]) .view-title');
    await page.locator('select[name="channel"]').selectOption("pole_angle");
    await page.locator('[data-choice="growth"] label', { hasText: "teacher-forced" }).click();
    expect(await title.innerText()).toBe("pole_angle, teacher-forced");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Home");
    expect(await page.locator("#tip").innerText()).toMatch(
      /after 0\.02 s[\s\S]*candidate[\s\S]*linear model/,
    );
  });

  it("fits a phone without scrolling sideways, in the dark as well", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 420, height: 800 });
    for (const name of ["exam.html", "replay.html"]) {
      await open(name);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(420);
    }
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(18, 21, 23)");
  });

  it("prints on paper in light colours, without its controls", async () => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await open("exam.html");
    expect(await page.locator("nav").isVisible()).toBe(false);
    expect(await page.locator('[data-choice="map"]').isVisible()).toBe(false);
    expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(27, 30, 34)");
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(20_000);
  });

  it("gives every interactive thing a name, and every chart a table", async () => {
    await open("exam.html");
    const unnamed =
      await page.evaluate(`[...document.querySelectorAll("[tabindex='0'], [role='img'], [role='application']")]
      .filter((element) => !element.getAttribute("aria-label")).map((element) => element.outerHTML.slice(0, 80))`);
    expect(unnamed).toEqual([]);
    for (const id of ["axes", "policies", "map", "growth"]) {
      expect(await page.locator(`#${id} details table`).count()).toBeGreaterThan(0);
    }
  });

  it("comes with a junit.xml that a browser's XML parser accepts", async () => {
    await open("exam.html");
    const result = examFixture();
    result.policies[0]!.policy = `<odd> & "quoted" \u0001`;
    const found = await page.evaluate(
      `(() => { const doc = new DOMParser().parseFromString(${JSON.stringify(junitXml(result))}, "application/xml");
        return [doc.querySelector("parsererror")?.textContent ?? "", doc.querySelectorAll("testcase").length]; })()`,
    );
    expect(found).toEqual(["", 10]);
  });
});
