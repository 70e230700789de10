// The path of each foot around the mean stride, seen from the hips.
import { make } from "./svg.js";

const WIDTH = 240, HEIGHT = 190, EDGE = 20;

export class FootLoop {
  constructor(figure, clock) {
    this.box = figure;
    this.clock = clock;
    this.marks = [];
    clock.watch(() => this.move());
  }

  load({ figures, picture, forward, near }) {
    this.box.hidden = !figures.length || !picture;
    if (this.box.hidden) return;
    const lines = figures.map((figure) => {
      const place = 2 * picture.names.indexOf(`${figure.side}_toe`);
      const points = figure.xy.map((row) => (row[place] === null ? null : { x: row[place], y: row[place + 1] }));
      return { side: figure.side, css: figure.side === (near || "left") ? "near" : "far", points };
    });
    this.fit(lines.flatMap((line) => line.points).filter(Boolean), forward);
    this.draw(lines);
  }

  fit(points, forward) {
    const [left, right] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))];
    const [low, high] = [Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y))];
    const scale = Math.min((WIDTH - 2 * EDGE) / (right - left || 1), (HEIGHT - 2 * EDGE) / (high - low || 1));
    this.at = ({ x, y }) => ({
      x: WIDTH / 2 + forward * (x - (left + right) / 2) * scale, y: HEIGHT / 2 - (y - (low + high) / 2) * scale,
    });
    this.ground = HEIGHT / 2 + (high - low) / 2 * scale + 4;
  }

  draw(lines) {
    const words = "Path of each foot around the mean stride, seen from the side";
    const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words });
    make("line", { class: "grid", x1: 8, x2: WIDTH - 8, y1: this.ground, y2: this.ground }, svg);
    for (const line of [...lines].reverse()) {
      const whole = line.points.filter(Boolean).map((point) => this.at(point));
      const path = whole.map(({ x, y }, k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
      make("path", { class: line.css, d: `${path}Z` }, svg);
    }
    this.marks = lines.map((line) => ({ ...line, dot: make("circle", { class: `${line.css} dot`, r: 6 }, svg) }));
    this.box.querySelector(".plot").replaceChildren(svg);
    this.move();
  }

  move() {
    for (const { side, points, dot } of this.marks) {
      const phase = this.clock.phase(this.clock.time, side);
      const point = phase === null ? null : points[Math.round(phase * (points.length - 1))];
      dot.setAttribute("visibility", point ? "visible" : "hidden");
      if (!point) continue;
      const { x, y } = this.at(point);
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
    }
  }
}
