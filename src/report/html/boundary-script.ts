/**
 * Draws the map of the decision boundary: a slice of the two surfaces through the margins, evaluated in the page, so that
 * any two dimensions may be looked at and all others moved. The same mean as \`GaussianProcess.mean\`.
 */
export const boundaryScript = /* js */ `
"use strict";
(() => {
  const root = document.querySelector("[data-boundary]");
  const data = JSON.parse(root.querySelector("script").textContent);
  const find = (name) => root.querySelector('[name="' + name + '"]');
  const [policySelect, xSelect, ySelect] = ["boundary-policy", "boundary-x", "boundary-y"].map(find);
  const sliders = [...root.querySelectorAll("input[type=range]")];
  const plot = root.querySelector(".plot");
  const layer = (name) => plot.querySelector('[data-layer="' + name + '"]');
  const note = root.querySelector(".slice-note");
  const SVG = "http://www.w3.org/2000/svg";
  const CELLS = 48;
  const SIZE = 1000;
  let current = 0;

  const figure = (value) => String(Number(value.toPrecision(3))).replace("-", "\\u2212");
  const valueOf = (d, fraction) => data.dimensions[d].range[0]
    + fraction * (data.dimensions[d].range[1] - data.dimensions[d].range[0]);
  const quantity = (d, fraction) => data.dimensions[d].label + " " + figure(valueOf(d, fraction))
    + (data.dimensions[d].unit === "1" ? "" : " " + data.dimensions[d].unit);
  const pointsOf = (surface) => [...surface.rows.map((row) => data.starts[row].at), ...surface.drawn];

  /** The surface at the corners of the cells of a slice, row by row from the bottom. */
  const slice = (surface, x, y, at) => {
    const points = pointsOf(surface);
    const side = CELLS + 1;
    const values = new Float64Array(side * side).fill(surface.mean);
    const part = (d, one, other) => ((one - other) / surface.lengthscales[d]) ** 2;
    points.forEach((point, i) => {
      let fixed = 0;
      at.forEach((value, d) => { if (d !== x && d !== y) fixed += part(d, value, point[d]); });
      const weight = surface.variance * surface.weights[i];
      for (let row = 0; row < side; row++) {
        const down = fixed + part(y, row / CELLS, point[y]);
        for (let column = 0; column < side; column++) {
          const r = Math.sqrt(5 * (down + part(x, column / CELLS, point[x])));
          values[row * side + column] += weight * (1 + r + (r * r) / 3) * Math.exp(-r);
        }
      }
    });
    return values;
  };

  /** Marching squares: the zero line of a slice as one path, its pieces joined so that dashes run on. */
  const contour = (values) => {
    const side = CELLS + 1;
    const unit = SIZE / CELLS;
    const ends = new Map();
    const pieces = [];
    for (let row = 0; row < CELLS; row++) {
      for (let column = 0; column < CELLS; column++) {
        const corner = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([dx, dy]) =>
          ({ x: column + dx, y: row + dy, value: values[(row + dy) * side + column + dx] }));
        const cuts = [];
        corner.forEach((a, k) => {
          const b = corner[(k + 1) % 4];
          if (a.value > 0 === b.value > 0) return;
          const [low, high] = a.x + a.y < b.x + b.y ? [a, b] : [b, a];
          const share = low.value / (low.value - high.value);
          cuts.push(((low.x + share * (high.x - low.x)) * unit).toFixed(1) + " "
            + (SIZE - (low.y + share * (high.y - low.y)) * unit).toFixed(1));
        });
        for (let k = 0; k + 1 < cuts.length; k += 2) {
          const piece = { ends: [cuts[k], cuts[k + 1]], used: false };
          pieces.push(piece);
          for (const end of piece.ends) ends.set(end, [...(ends.get(end) ?? []), piece]);
        }
      }
    }
    const follow = (from, line) => {
      for (let at = from; ;) {
        const next = (ends.get(at) ?? []).find(({ used }) => !used);
        if (next === undefined) return line;
        next.used = true;
        at = next.ends[0] === at ? next.ends[1] : next.ends[0];
        line.push(at);
      }
    };
    let path = "";
    for (const piece of pieces) {
      if (piece.used) continue;
      piece.used = true;
      const line = [...follow(piece.ends[0], []).reverse(), ...piece.ends, ...follow(piece.ends[1], [])];
      path += "M" + line.join("L");
    }
    return path;
  };

  /** Cells in which the candidate's surface has the other sign, as one path. */
  const wrong = (truth, candidate, passes) => {
    const side = CELLS + 1;
    const unit = SIZE / CELLS;
    let path = "";
    const middle = (values, at) => values[at] + values[at + 1] + values[at + side] + values[at + side + 1];
    for (let row = 0; row < CELLS; row++) {
      for (let column = 0; column < CELLS; column++) {
        const at = row * side + column;
        const [inTruth, inCandidate] = [middle(truth, at) > 0, middle(candidate, at) > 0];
        if (inTruth === inCandidate || inCandidate !== passes) continue;
        path += "M" + (column * unit).toFixed(1) + " " + (SIZE - (row + 1) * unit).toFixed(1)
          + "h" + unit.toFixed(2) + "v" + unit.toFixed(2) + "h-" + unit.toFixed(2) + "z";
      }
    }
    return path;
  };

  const policy = () => data.policies[Number(policySelect.value)];
  const kindOf = (start) => {
    const [truth, candidate] = [policy().truthMargins[start], policy().candidateMargins[start]];
    if (truth === null || candidate === null) return "fault";
    if (truth > 0 === candidate > 0) return truth > 0 ? "pass" : "fail";
    return candidate > 0 ? "wrong-pass" : "wrong-fail";
  };
  const traceOf = (start) => policy().traces[data.starts[start].start];

  const drawSlice = () => {
    const [x, y] = [Number(xSelect.value), Number(ySelect.value)];
    const at = sliders.map((slider) => Number(slider.value));
    const { truth, candidate } = policy();
    const inTruth = slice(truth, x, y, at);
    const inCandidate = candidate === null ? null : slice(candidate, x, y, at);
    layer("truth").setAttribute("d", contour(inTruth));
    layer("candidate").setAttribute("d", inCandidate === null ? "" : contour(inCandidate));
    layer("wrong-pass").setAttribute("d", inCandidate === null ? "" : wrong(inTruth, inCandidate, true));
    layer("wrong-fail").setAttribute("d", inCandidate === null ? "" : wrong(inTruth, inCandidate, false));
    const none = (values, name) => values === null ? name + " has one outcome in the whole box"
      : values.some((v) => v > 0) === values.every((v) => v > 0)
        ? name + " " + (values[0] > 0 ? "succeeds" : "fails") + " everywhere in this slice" : "";
    const others = data.dimensions.flatMap((_, d) => (d === x || d === y ? [] : [quantity(d, at[d])]));
    note.textContent = [
      others.length > 0 ? "Slice at " + others.join(", ") : "",
      none(inTruth, "Truth"), none(inCandidate, "The candidate"),
    ].filter((text) => text !== "").join(". ") + ".";
    // Starts far from the slice are faint: the lines say nothing of them.
    for (const mark of layer("starts").querySelectorAll("use")) {
      const point = data.starts[Number(mark.dataset.start)].at;
      let far = 0;
      point.forEach((value, d) => { if (d !== x && d !== y) far = Math.max(far, Math.abs(value - at[d])); });
      mark.style.opacity = others.length === 0 ? 1 : Math.max(0.22, 1 - 1.6 * far).toFixed(2);
    }
  };

  const drawStarts = () => {
    const [x, y] = [Number(xSelect.value), Number(ySelect.value)];
    const marks = data.starts.map((start, index) => {
      const kind = kindOf(index);
      const mark = document.createElementNS(SVG, "use");
      mark.setAttribute("href", "#m-" + kind);
      mark.setAttribute("class", "m-" + kind + (kind === "pass" ? " truth" : ""));
      mark.setAttribute("x", 100 * start.at[x] + "%");
      mark.setAttribute("y", 100 * (1 - start.at[y]) + "%");
      mark.dataset.start = index;
      const trace = traceOf(index);
      if (trace === undefined) return { kind, node: mark };
      const link = document.createElementNS(SVG, "a");
      link.setAttribute("href", trace);
      link.setAttribute("tabindex", "-1");
      link.setAttribute("aria-label", "Trace of start #" + start.start);
      link.setAttribute("class", "has-trace");
      link.append(mark);
      return { kind, node: link };
    });
    const late = (kind) => (kind.startsWith("wrong") ? 1 : 0);
    layer("starts").replaceChildren(...marks.sort((a, b) => late(a.kind) - late(b.kind)).map(({ node }) => node));
    for (const [name, d] of [["x", x], ["y", y]]) {
      const { label, unit, range } = data.dimensions[d];
      root.querySelector("." + name + "-title").textContent = label + (unit === "1" ? "" : " (" + unit + ")");
      root.querySelector("." + name + "-ticks").replaceChildren(...[0, 0.25, 0.5, 0.75, 1].map((fraction) => {
        const tick = document.createElement("i");
        tick.textContent = figure(range[0] + fraction * (range[1] - range[0]));
        tick.style[name === "x" ? "left" : "bottom"] = 100 * fraction + "%";
        return tick;
      }));
    }
    sliders.forEach((slider, d) => { slider.closest("label").hidden = d === x || d === y; });
  };

  const draw = () => { hush(); drawStarts(); drawSlice(); };
  const hush = () => {
    const tip = document.getElementById("tip");
    if (tip !== null) tip.hidden = true;
    layer("cursor").style.display = "none";
  };
  const WORD = (margin) => margin === null ? "gives no outcome"
    : (margin > 0 ? "succeeds" : "fails") + ", margin " + (margin > 0 ? "+" : "") + figure(margin);
  const show = (index) => {
    current = index;
    const tip = document.getElementById("tip");
    const { at, start } = data.starts[index];
    const [x, y] = [Number(xSelect.value), Number(ySelect.value)];
    const kind = kindOf(index);
    const lines = [
      ["Start #" + start, "strong"],
      ...data.dimensions.map((_, d) => [quantity(d, at[d])]),
      ["Truth " + WORD(policy().truthMargins[index]), "truth"],
      ["Candidate " + WORD(policy().candidateMargins[index]), "candidate"],
      ...(kind === "wrong-pass" ? [["▲ wrong pass", kind]] : kind === "wrong-fail" ? [["▼ wrong fail", kind]] : []),
      [traceOf(index) === undefined ? "Enter or click: the slice through it" : "Enter: the slice through it · click, or t: its trace"],
    ];
    tip.replaceChildren(...lines.map(([text, className]) => {
      const line = document.createElement("div");
      line.textContent = text;
      if (className) line.className = className;
      return line;
    }));
    tip.hidden = false;
    const box = plot.getBoundingClientRect();
    const [left, top] = [box.left + box.width * at[x], box.top + box.height * (1 - at[y])];
    const { width, height } = tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    tip.style.left = (left + 14 + width > room ? Math.max(4, left - 14 - width) : left + 14) + scrollX + "px";
    tip.style.top = (top - height - 10 < 0 ? top + 14 : top - height - 10) + scrollY + "px";
    const cursor = layer("cursor");
    cursor.setAttribute("cx", 100 * at[x] + "%");
    cursor.setAttribute("cy", 100 * (1 - at[y]) + "%");
    cursor.style.display = "";
  };
  const through = (index) => {
    data.starts[index].at.forEach((value, d) => { sliders[d].value = value; });
    drawSlice();
  };
  const place = (index) => {
    const { at } = data.starts[index];
    return [at[Number(xSelect.value)], at[Number(ySelect.value)]];
  };
  const toward = (dx, dy) => {
    const [x0, y0] = place(current);
    let [best, least] = [current, Infinity];
    data.starts.forEach((_, index) => {
      const [x, y] = place(index);
      const along = (x - x0) * dx + (y - y0) * dy;
      const across = Math.abs((x - x0) * dy) + Math.abs((y - y0) * dx);
      if (index === current || along <= 0 || across > along || along + across >= least) return;
      [best, least] = [index, along + across];
    });
    return best;
  };
  const nextFlip = () => {
    for (let k = 1; k <= data.starts.length; k++) {
      const index = (current + k) % data.starts.length;
      if (kindOf(index).startsWith("wrong")) return index;
    }
    return current;
  };
  const MOVES = {
    ArrowLeft: () => toward(-1, 0), ArrowRight: () => toward(1, 0),
    ArrowUp: () => toward(0, 1), ArrowDown: () => toward(0, -1), d: nextFlip, D: nextFlip,
  };
  plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    if (move !== undefined) {
      event.preventDefault();
      show(move());
    } else if (event.key === "Enter") {
      event.preventDefault();
      through(current);
      show(current);
    } else if (event.key === "t" && traceOf(current) !== undefined) {
      location.href = traceOf(current);
    }
  });
  const nearest = (event) => {
    const box = plot.getBoundingClientRect();
    let [best, least] = [-1, 20 * 20];
    data.starts.forEach((_, index) => {
      const [x, y] = place(index);
      const dx = box.left + box.width * x - event.clientX;
      const dy = box.top + box.height * (1 - y) - event.clientY;
      if (dx * dx + dy * dy < least) [best, least] = [index, dx * dx + dy * dy];
    });
    return best;
  };
  plot.addEventListener("pointermove", (event) => {
    const index = nearest(event);
    if (index >= 0) show(index); else hush();
  });
  plot.addEventListener("pointerleave", hush);
  plot.addEventListener("blur", hush);
  plot.addEventListener("focus", () => { if (plot.matches(":focus-visible")) show(current); });
  plot.addEventListener("click", (event) => {
    const index = nearest(event);
    if (index >= 0 && !event.target.closest("a")) through(index);
  });

  const swap = (changed, other) => () => {
    if (changed.value === other.value)
      other.value = String(data.dimensions.findIndex((_, d) => String(d) !== changed.value));
    draw();
  };
  xSelect.addEventListener("change", swap(xSelect, ySelect));
  ySelect.addEventListener("change", swap(ySelect, xSelect));
  policySelect.addEventListener("change", () => { current = Math.max(0, nextFlip()); draw(); });
  for (const slider of sliders) slider.addEventListener("input", drawSlice);
  root.querySelector("button").addEventListener("click", () => {
    for (const slider of sliders) slider.value = 0.5;
    drawSlice();
  });
  current = nextFlip();
  draw();
})();
`;
