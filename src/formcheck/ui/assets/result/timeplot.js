// One curve, or a dot for each step, over time; a tap or a drag moves the video there.
import { indexAt } from "./clock.js";
import { dragged, make, text, unitOf, written } from "./svg.js";

const PAD = 6, HEIGHT = 96, FINE = 5;  // below this height of the scale, tenths are written

export class TimePlot {
  constructor(parent, clock, series) {
    this.clock = clock;
    this.series = series;
    this.box = Object.assign(document.createElement("div"), { className: "row" });
    parent.append(this.box);
  }

  draw(view, width) {
    Object.assign(this, { view, width });
    const { series } = this;
    const svg = make("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": `${series.label}. Tap to move the video.` });
    this.band(svg);
    if (series.dots) this.dots(svg); else make("path", { class: series.near ? "near" : "far", d: this.path() }, svg);
    const digits = series.high - series.low < FINE ? 1 : 0;
    text(written(series.high, digits) + unitOf(series.unit), { class: "tick", x: width - 4, y: 15, "text-anchor": "end" }, svg);
    text(written(series.low, digits), { class: "tick", x: width - 4, y: HEIGHT - 5, "text-anchor": "end" }, svg);
    this.head = make("line", { class: "head", y1: 0, y2: HEIGHT }, svg);
    dragged(svg, (share) => { this.clock.pause(); this.clock.seek(view[0] + share * (view[1] - view[0])); });
    this.box.replaceChildren(this.heading(), svg);
    this.move();
  }

  heading() {
    const heading = Object.assign(document.createElement("div"), { className: "name" });
    this.now = document.createElement("b");
    heading.append(Object.assign(document.createElement("span"), { textContent: this.series.name || "" }), this.now);
    return heading;
  }

  x(time) { return (time - this.view[0]) / (this.view[1] - this.view[0]) * this.width; }

  y(value) {
    const { low, high } = this.series;
    return HEIGHT - PAD - (value - low) / (high - low || 1) * (HEIGHT - 2 * PAD);
  }

  band(svg) {
    const { band, low, high } = this.series;
    if (!band) return;
    const [bottom, top] = [band[0] ?? low, band[1] ?? high].map((end) => Math.max(0, Math.min(HEIGHT, this.y(end))));
    make("rect", { class: "band", x: 0, width: this.width, y: top, height: Math.max(0, bottom - top) }, svg);
  }

  dots(svg) {
    const middle = this.y(this.series.middle);
    make("line", { class: "middle", x1: 0, x2: this.width, y1: middle, y2: middle }, svg);
    for (const [time, value] of this.series.dots) {
      make("circle", { class: "near", cx: this.x(time), cy: this.y(value), r: 4 }, svg);
    }
  }

  path() {
    const { times } = this.clock, { values } = this.series;
    let line = "", pen = "M";
    for (let k = indexAt(times, this.view[0]); k < times.length && times[k] <= this.view[1]; k++) {
      if (values[k] === null) { pen = "M"; continue; }
      line += `${pen}${this.x(times[k]).toFixed(1)} ${this.y(values[k]).toFixed(1)}`;
      pen = "L";
    }
    return line;
  }

  move() {
    if (!this.view) return;
    for (const end of ["x1", "x2"]) this.head.setAttribute(end, this.x(this.clock.time));
    const value = this.series.values?.[this.clock.frame];
    const known = value !== null && value !== undefined;
    this.now.textContent = known ? written(value, this.series.digits) + unitOf(this.series.unit) : "";
  }
}
