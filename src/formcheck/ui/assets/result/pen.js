// Lines on the canvas: round, with a dark edge, dashed where a joint is not sure.
export const NEAR = "#E69F00", FAR = "#56B4E9", TRUNK = "#F0F0F0", EDGE = "#18181C", GHOST = "#FFFFFF";
const CIRCLE = 2 * Math.PI;

export class Pen {
  constructor(context) {
    this.context = context;
    context.lineCap = context.lineJoin = "round";
  }

  stroke(points, colour, width, dash = []) {
    const { context } = this;
    context.setLineDash(dash);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    points.forEach(({ x, y }, k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
  }

  chain(points, colour, width, { opacity = 1 } = {}) {
    this.context.globalAlpha = opacity;
    for (const [a, b] of this.pairs(points)) {
      const dash = a.sure && b.sure ? [] : [2 * width, 2.2 * width];
      this.stroke([a, b], EDGE, width + 2, dash);
      this.stroke([a, b], colour, width, dash);
    }
    for (const each of points) if (each && each.sure) this.dot(each, colour, 0.9 * width);
    this.context.globalAlpha = 1;
  }

  dashes(points, colour, edge, width) {
    for (const pair of this.pairs(points)) {
      this.stroke(pair, edge, width + 2, [6, 6]);
      this.stroke(pair, colour, width, [6, 6]);
    }
  }

  pairs(points) {
    return points.slice(1).map((point, k) => [points[k], point]).filter(([a, b]) => a && b);
  }

  dot({ x, y }, colour, radius) {
    const { context } = this;
    for (const [fill, size] of [[EDGE, radius + 1], [colour, radius]]) {
      context.fillStyle = fill;
      context.beginPath();
      context.arc(x, y, size, 0, CIRCLE);
      context.fill();
    }
  }

  hairline(a, b) {
    this.stroke([a, b], EDGE, 3.5, [7, 7]);
    this.stroke([a, b], "#BEC2CA", 1.6, [7, 7]);
  }

  arc(centre, radius, from, to) {  // the shorter way between two directions
    const start = Math.atan2(from.y, from.x), end = Math.atan2(to.y, to.x);
    const turn = ((end - start + 5 * Math.PI) % CIRCLE) - Math.PI;
    const points = Array.from({ length: 25 }, (_, k) => ({
      x: centre.x + radius * Math.cos(start + turn * k / 24), y: centre.y + radius * Math.sin(start + turn * k / 24),
    }));
    this.stroke(points, EDGE, 4.5);
    this.stroke(points, "#FFFFFF", 2.5);
  }

  trail(points, colour, width) {  // older parts fade
    this.pairs(points).forEach((pair, k) => {
      this.context.globalAlpha = 0.25 + 0.75 * k / points.length;
      this.stroke(pair, EDGE, width + 1.5);
      this.stroke(pair, colour, 0.8 * width);
    });
    this.context.globalAlpha = 1;
  }
}
