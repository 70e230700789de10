// The mean stride: one angle of both legs with its spread.
import { FootLoop } from "./footloop.js";
import { dragged, make, text, ticks, written } from "./svg.js";

const PAD = { left: 44, right: 12, top: 10, bottom: 26 }, HEIGHT = 190;

export class StrideCharts {
  constructor(root, clock, signal) {
    this.root = root;
    this.clock = clock;
    this.plot = root.querySelector('[data-plot="mean"]');
    this.pick = root.querySelector(".pick");
    if (!this.plot) return;
    this.loop = new FootLoop(root.querySelector(".loops"), clock);
    this.pick.addEventListener("change", () => this.draw(), { signal });
    clock.watch(() => this.move());
    const watch = new ResizeObserver(() => this.draw());
    watch.observe(this.plot);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  load(record) {
    this.record = record;
    this.loop?.load(record);
    this.draw();
  }

  remember(record) {
    this.then = record;
    this.root.querySelector(".then")?.removeAttribute("hidden");
    this.draw();
  }

  get chosen() { return this.record?.mean[Number(this.pick.value)]; }

  draw() {
    if (!this.plot || !this.chosen) return;
    this.width = Math.max(240, this.plot.clientWidth);
    this.names();
    const { chosen } = this;
    const words = `${chosen.title} over the mean of ${chosen.lines[0].strides} strides. Tap to move the video.`;
    const svg = make("svg", { width: this.width, height: HEIGHT, viewBox: `0 0 ${this.width} ${HEIGHT}`, role: "img", "aria-label": words });
    this.grid(svg);
    const earlier = this.then?.mean.find((plot) => plot.title === chosen.title);
    for (const line of earlier?.lines || []) make("path", { class: "earlier", d: this.path(line.mean) }, svg);
    for (const line of [...chosen.lines].reverse()) this.line(svg, line);
    this.head = make("line", { class: "head", y1: PAD.top, y2: HEIGHT - PAD.bottom }, svg);
    dragged(svg, (share) => this.go((share * this.width - PAD.left) / (this.width - PAD.left - PAD.right)));
    this.plot.replaceChildren(svg);
    this.move();
  }

  names() {
    const near = this.record.near || "left", far = near === "left" ? "right" : "left";
    const both = this.chosen.lines.length > 1;
    this.root.querySelector(".near-name").textContent = both ? `${near} leg` : "";
    this.root.querySelector(".far-name").textContent = both ? `${far} leg` : "";
    this.root.querySelector(".key").classList.toggle("one", !both);
  }

  x(share) { return PAD.left + share * (this.width - PAD.left - PAD.right); }

  y(value) {
    const { low, high } = this.chosen;
    return HEIGHT - PAD.bottom - (value - low) / (high - low) * (HEIGHT - PAD.top - PAD.bottom);
  }

  grid(svg) {
    const { low, high, unit, lines } = this.chosen, right = this.width - PAD.right, bottom = HEIGHT - 6;
    const scale = ticks(low, high);
    for (const tick of scale.found) {
      make("line", { class: "grid", x1: PAD.left, x2: right, y1: this.y(tick), y2: this.y(tick) }, svg);
      const words = written(tick, scale.digits) + (unit === "°" ? "°" : "");
      text(words, { class: "tick", x: PAD.left - 6, y: this.y(tick) + 5, "text-anchor": "end" }, svg);
    }
    text("lands", { class: "tick", x: PAD.left, y: bottom }, svg);
    text("lands again", { class: "tick", x: right, y: bottom, "text-anchor": "end" }, svg);
    const off = lines[0].toeOff;
    if (off === null || off < 0.15 || off > 0.7) return;
    make("line", { class: "grid off", x1: this.x(off), x2: this.x(off), y1: PAD.top, y2: HEIGHT - PAD.bottom }, svg);
    text("toe-off", { class: "tick", x: this.x(off), y: bottom, "text-anchor": "middle" }, svg);
  }

  line(svg, line) {
    const css = line.near ? "near" : "far", last = line.mean.length - 1;
    const edge = (sign) => line.mean.map((value, k) => `${this.x(k / last).toFixed(1)},${this.y(value + sign * line.spread[k]).toFixed(1)}`);
    make("polygon", { class: `${css} spread`, points: [...edge(1), ...edge(-1).reverse()].join(" ") }, svg);
    make("path", { class: css, d: this.path(line.mean) }, svg);
  }

  path(values) {
    const last = values.length - 1;
    return values.map((value, k) => `${k ? "L" : "M"}${this.x(k / last).toFixed(1)} ${this.y(value).toFixed(1)}`).join("");
  }

  go(share) {  // to the frame at this share of the stride that is on the screen
    const stride = this.clock.stride();
    if (!stride) return;
    this.clock.pause();
    this.clock.seek(stride[0] + Math.max(0, Math.min(1, share)) * (stride[1] - stride[0]));
  }

  move() {
    if (!this.head) return;
    const phase = this.clock.phase();
    this.root.dataset.phase = phase === null ? "" : phase.toFixed(4);
    this.head.setAttribute("visibility", phase === null ? "hidden" : "visible");
    for (const end of ["x1", "x2"]) this.head.setAttribute(end, this.x(phase || 0));
  }
}
