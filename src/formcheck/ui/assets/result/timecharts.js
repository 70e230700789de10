// Curves over time: in an opened tile, and all of them with the ground contacts under "Over time".
import { make, text } from "./svg.js";
import { TimePlot } from "./timeplot.js";

const SPAN = 8, NARROW_SPAN = 4, NARROW_PX = 500, ROW = 26;

export class TimeCharts {
  constructor(root, clock, signal) {
    this.root = root;
    this.clock = clock;
    this.groups = [];
    clock.watch(() => this.move());
    const watch = new ResizeObserver(() => this.draw());
    for (const box of root.querySelectorAll(".timeline, .chart")) watch.observe(box);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  load(record) {
    this.record = record;
    this.groups = [...this.root.querySelectorAll(".chart")].map((box) => {
      const series = record.series[box.dataset.series];
      const all = !series ? [] : series.dots ? [series] : series.curves.map((place) => record.curves[place]);
      return { box, plots: all.map((each) => new TimePlot(box, this.clock, each)) };
    });
    const box = this.root.querySelector(".timeline");
    if (box) {
      const strip = Object.assign(document.createElement("div"), { className: "row" });
      box.append(strip);
      this.groups.push({ box, strip, plots: record.curves.map((curve) => new TimePlot(box, this.clock, curve)) });
    }
    this.draw();
  }

  view(width) {  // the page of the clip that holds the playhead
    const { times, time } = this.clock;
    const whole = times[times.length - 1] || 1;
    const span = Math.min(whole, width < NARROW_PX ? NARROW_SPAN : SPAN);
    const page = Math.min(Math.floor(time / span), Math.max(0, Math.ceil(whole / span) - 1));
    return [page * span, page * span + span];
  }

  draw() {
    for (const group of this.groups) {
      const width = group.box.clientWidth;
      if (!width) continue;  // folded
      group.view = this.view(width);
      if (group.strip && this.record.steps.length) this.contacts(group.strip, group.view, width);
      for (const plot of group.plots) plot.draw(group.view, width);
    }
  }

  move() {
    const { time } = this.clock;
    if (this.groups.some(({ view }) => view && (time < view[0] || time > view[1]))) this.draw();
    for (const group of this.groups) for (const plot of group.plots) plot.move();
  }

  contacts(strip, view, width) {
    const words = `Ground contacts over time: ${this.record.steps.length} steps, listed under Steps.`;
    const svg = make("svg", { width, height: 2 * ROW + 6, viewBox: `0 0 ${width} ${2 * ROW + 6}`, role: "img", "aria-label": words });
    const x = (time) => (time - view[0]) / (view[1] - view[0]) * width;
    for (const step of this.record.steps) {
      const end = step.end ?? step.start;
      if (end < view[0] || step.start > view[1]) continue;
      const y = step.side === "left" ? 4 : 4 + ROW;
      const bar = make("rect", { class: step.near ? "near" : "far", x: x(step.start), y, height: ROW - 5, rx: 4, width: Math.max(2, x(end) - x(step.start)) }, svg);
      make("title", {}, bar).textContent = step.title;
      bar.addEventListener("click", () => { this.clock.pause(); this.clock.seek(step.start); });
    }
    ["L", "R"].forEach((side, k) => text(side, { class: "tick", x: 4, y: 20 + ROW * k }, svg));
    strip.replaceChildren(Object.assign(document.createElement("div"), { className: "name", textContent: "On the ground" }), svg);
  }
}
