/**
 * The page's own script: it shows the view that was chosen, and says what is under the pointer or the keyboard's
 * cursor. Everything it tells is also in a table; without it the page still reads.
 */
export const pageScript = /* js */ `
"use strict";
(() => {
  const tip = document.getElementById("tip");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const say = (lines, x, y) => {
    tip.replaceChildren(...lines.map(([text, className]) => {
      const line = document.createElement("div");
      line.textContent = text;
      if (className) line.className = className;
      return line;
    }));
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = x + 14 + width > room ? Math.max(4, x - 14 - width) : x + 14;
    const top = y - height - 10 < 0 ? y + 14 : y - height - 10;
    tip.style.left = left + scrollX + "px";
    tip.style.top = top + scrollY + "px";
  };
  const hush = () => { tip.hidden = true; };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); });

  // Choosing what is shown.
  for (const choice of all("[data-choice]")) {
    const name = choice.dataset.choice;
    const update = () => {
      hush();
      const checked = choice.querySelector("input:checked")?.value;
      const selected = choice.querySelector("select")?.value;
      const views = all('[data-view="' + name + '"]');
      const wanted = (view) => view.dataset.index !== undefined
        ? view.dataset.index === checked
        : (checked === undefined || view.dataset.mode === checked) && view.dataset.channel === selected;
      for (const view of views) view.hidden = !wanted(view);
    };
    choice.addEventListener("change", update);
    update();
  }

  // Maps: one tab stop each; the start under the pointer, or the one the arrow keys went to, is ringed in both worlds.
  const WORD = { pass: "succeeds", fail: "fails" };
  const SVG = "http://www.w3.org/2000/svg";
  for (const view of all('[data-view="map"]')) {
    const data = JSON.parse(view.querySelector("script").textContent);
    const panels = all(".plot", view);
    const cursors = panels.map((panel) => {
      const use = document.createElementNS(SVG, "circle");
      use.setAttribute("class", "cursor");
      use.setAttribute("r", "10");
      use.style.display = "none";
      panel.querySelector("svg").append(use);
      return use;
    });
    const wrong = (point) => point[2].startsWith("wrong");
    let current = Math.max(0, data.points.findIndex(wrong));
    const quantity = ([label, unit], value) => label + " " + value + (unit === "1" ? "" : " " + unit);
    const verdict = (passes, margin) => (passes === null ? "no outcome" : WORD[passes ? "pass" : "fail"])
      + (margin === "" ? "" : ", margin " + margin);
    const show = (panel, index) => {
      current = index;
      const [left, top, kind, start, x, y, truthMargin, candidateMargin, trace] = data.points[index];
      const truth = kind === "fault" ? null : kind === "pass" || kind === "wrong-fail";
      const candidate = kind === "fault" ? null : kind === "pass" || kind === "wrong-pass";
      for (const cursor of cursors) {
        cursor.setAttribute("cx", left + "%");
        cursor.setAttribute("cy", top + "%");
        cursor.style.display = "";
      }
      const box = panel.getBoundingClientRect();
      say([
        ["Start #" + start, "strong"],
        [quantity(data.x, x)],
        [quantity(data.y, y)],
        ["Truth " + verdict(truth, truthMargin), "truth"],
        ["Candidate " + verdict(candidate, candidateMargin), "candidate"],
        ...(kind === "wrong-pass" ? [["▲ wrong pass", kind]] : kind === "wrong-fail" ? [["▼ wrong fail", kind]] : []),
        ...(kind === "fault" ? [["■ fault"]] : []),
        ...(trace ? [["Trace: " + trace]] : []),
      ], box.left + (box.width * left) / 100, box.top + (box.height * top) / 100);
    };
    const away = () => {
      hush();
      for (const cursor of cursors) cursor.style.display = "none";
    };
    // The nearest start within 45° of the direction asked for.
    const toward = (dx, dy) => {
      const [x0, y0] = data.points[current];
      let best = current;
      let least = Infinity;
      data.points.forEach(([x, y], index) => {
        const along = (x - x0) * dx + (y - y0) * dy;
        const across = Math.abs((x - x0) * dy) + Math.abs((y - y0) * dx);
        if (index === current || along <= 0 || across > along || along + across >= least) return;
        least = along + across;
        best = index;
      });
      return best;
    };
    const nextWrong = () => {
      for (let k = 1; k <= data.points.length; k++) {
        const index = (current + k) % data.points.length;
        if (wrong(data.points[index])) return index;
      }
      return current;
    };
    const MOVES = {
      ArrowLeft: () => toward(-1, 0), ArrowRight: () => toward(1, 0),
      ArrowUp: () => toward(0, -1), ArrowDown: () => toward(0, 1), d: nextWrong, D: nextWrong,
    };
    for (const panel of panels) {
      panel.addEventListener("pointermove", (event) => {
        const box = panel.getBoundingClientRect();
        let best = -1;
        let least = 20 * 20;
        data.points.forEach(([x, y], index) => {
          const dx = box.left + (box.width * x) / 100 - event.clientX;
          const dy = box.top + (box.height * y) / 100 - event.clientY;
          if (dx * dx + dy * dy < least) { least = dx * dx + dy * dy; best = index; }
        });
        if (best >= 0) show(panel, best); else away();
      });
      panel.addEventListener("pointerleave", away);
      panel.addEventListener("focus", () => { if (panel.matches(":focus-visible")) show(panel, current); });
      panel.addEventListener("blur", away);
      panel.addEventListener("keydown", (event) => {
        const move = MOVES[event.key];
        if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        show(panel, move());
      });
    }
  }

  // Line charts: a cross-hair that reads every line at one time.
  const figure = (value) => value === null || value === undefined ? "–" : String(value).replace("-", "\\u2212");
  for (const chart of all(".chart")) {
    const data = JSON.parse(chart.querySelector("script").textContent);
    const panel = chart.querySelector(".plot");
    const hair = chart.querySelector(".crosshair");
    const last = data.times[data.times.length - 1] || 1;
    let current = data.times.length - 1;
    const show = (index) => {
      current = Math.min(data.times.length - 1, Math.max(0, index));
      const box = panel.getBoundingClientRect();
      const share = data.times[current] / last;
      hair.style.left = 100 * share + "%";
      hair.hidden = false;
      say([
        ["after " + figure(data.times[current]) + " s · " + data.unit, "strong"],
        ...data.lines.map(({ name, values, upper }) =>
          [name + " " + figure(values[current]) + (upper ? " (90th percentile " + figure(upper[current]) + ")" : "")]),
      ], box.left + box.width * share, box.top + box.height * 0.4);
    };
    const away = () => { hush(); hair.hidden = true; };
    panel.addEventListener("pointermove", (event) => {
      const box = panel.getBoundingClientRect();
      const time = ((event.clientX - box.left) / box.width) * last;
      let best = 0;
      data.times.forEach((value, index) => {
        if (Math.abs(value - time) < Math.abs(data.times[best] - time)) best = index;
      });
      show(best);
    });
    panel.addEventListener("pointerleave", away);
    panel.addEventListener("focus", () => { if (panel.matches(":focus-visible")) show(current); });
    panel.addEventListener("blur", away);
    panel.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10, Home: -1e9, End: 1e9 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      show(current + step);
    });
  }
})();
`;
