// Draws the runner over the video: skeleton, angles, foot path, last time's stride, and labels.
// Everything is of the frame on the screen; nothing is a mean.
import { nearestTo } from "./clock.js";
import { EDGE, FAR, GHOST, NEAR, Pen, TRUNK } from "./pen.js";

const LIMBS = [["shoulder", "elbow", "wrist"], ["hip", "knee", "ankle"], ["heel", "toe"], ["ankle", "heel"]];
const HELD_S = 0.2;  // how long a landing stays named
const TRAIL_S = 0.7;  // of the foot path where no strides are known

const between = (a, b) => (a && b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, sure: a.sure && b.sure } : null);

export class Overlay {
  constructor(root, clock, ghost) {
    this.root = root;
    this.clock = clock;
    this.ghost = ghost;
    this.stage = root.querySelector(".stage");
    this.canvas = root.querySelector(".stage canvas");
    this.labels = root.querySelector(".stage .labels");
    this.shown = { skeleton: true, angles: true, path: false, ghost: true };
    clock.watch(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.stage);
  }

  load(record) {
    this.record = record;
    this.picture = record.picture;
    this.place = Object.fromEntries((this.picture?.names || []).map((name, k) => [name, k]));
    this.near = record.near || "left";
    this.far = this.near === "left" ? "right" : "left";
    this.draw();
  }

  draws(name, on) { this.shown[name] = on; this.draw(); }

  point(name, frame = this.clock.frame) {
    const k = this.place[name], seen = this.picture.seen[frame]?.[k];
    if (!seen || seen === "0") return null;
    const row = this.picture.xy[frame];
    return { x: row[2 * k], y: row[2 * k + 1], sure: seen === "2" };
  }

  middle(part) { return between(this.point(`left_${part}`), this.point(`right_${part}`)); }

  draw() {
    if (!this.picture || this.clock.frame < 0) return;
    const [width, height] = this.picture.size;
    const dense = this.stage.clientWidth * (window.devicePixelRatio || 1) / width;
    this.canvas.width = Math.round(width * dense);
    this.canvas.height = Math.round(height * dense);
    const context = this.canvas.getContext("2d");
    context.scale(dense, dense);
    this.line = Math.max(2.5, 0.008 * this.picture.person);
    this.pen = new Pen(context);
    this.words = [];
    if (this.shown.path) this.path();
    if (this.shown.ghost && this.ghost.ready) this.drawGhost();
    if (this.shown.skeleton) this.skeleton();
    if (this.shown.angles) this.angles();
    this.landing();
    this.write(width, height);
  }

  limbs(side) { return LIMBS.map((limb) => limb.map((part) => this.point(`${side}_${part}`))); }

  skeleton() {
    const { line, pen } = this;
    for (const chain of this.limbs(this.far)) pen.chain(chain, FAR, 0.7 * line, { opacity: this.record.near ? 0.6 : 1 });
    for (const chain of this.trunk()) pen.chain(chain, TRUNK, 0.8 * line);
    for (const chain of this.limbs(this.near)) pen.chain(chain, NEAR, line);
  }

  trunk() {  // in side views the midline and the head, otherwise the outline
    const across = ["shoulder", "hip"].map((part) => [this.point(`left_${part}`), this.point(`right_${part}`)]);
    if (!this.record.near) {
      return [...across, ...["left", "right"].map((side) => [this.point(`${side}_shoulder`), this.point(`${side}_hip`)])];
    }
    return [...across, [this.middle("hip"), this.middle("shoulder")], [this.point(`${this.near}_ear`), this.point("nose")]];
  }

  angles() {
    for (const angle of this.record.angles) {
      const value = angle.values[this.clock.frame];
      if (value === null || value === undefined) continue;
      const at = angle.shape === "lean" ? this.lean() : this.elbow();
      const text = `${angle.shape} ${value.toFixed(0).replace("-", "−")}°`;
      if (at) this.words.push({ ...at, text, metric: angle.metric });
    }
  }

  lean() {
    const hips = this.middle("hip"), shoulders = this.middle("shoulder");
    if (!hips || !shoulders) return null;
    const [ux, uy] = this.record.up, length = Math.hypot(shoulders.x - hips.x, shoulders.y - hips.y);
    const top = { x: hips.x + 1.25 * length * ux, y: hips.y + 1.25 * length * uy };
    this.pen.hairline(hips, top);
    this.pen.arc(hips, 1.05 * length, { x: ux, y: uy }, { x: shoulders.x - hips.x, y: shoulders.y - hips.y });
    return { x: top.x - this.record.forward * 0.07 * this.picture.person, y: top.y, side: -this.record.forward };
  }

  elbow() {
    const [a, b, c] = ["shoulder", "elbow", "wrist"].map((part) => this.point(`${this.near}_${part}`));
    if (!a || !b || !c) return null;
    const reach = Math.min(Math.hypot(a.x - b.x, a.y - b.y), Math.hypot(c.x - b.x, c.y - b.y));
    this.pen.arc(b, 0.5 * reach, { x: a.x - b.x, y: a.y - b.y }, { x: c.x - b.x, y: c.y - b.y });
    const away = 0.09 * this.picture.person;
    return { x: b.x - this.record.forward * away, y: b.y + 0.6 * away, side: -this.record.forward };
  }

  landing() {
    const { time, times } = this.clock, half = 0.5 * (times[1] - times[0] || 0.03);
    const step = this.record.steps.find((each) => each.start - half <= time && time < each.start + HELD_S);
    if (!step) return;
    const toe = this.point(`${step.side}_toe`) || this.point(`${step.side}_ankle`);
    const own = step.near && this.record.landings.find((each) => Math.abs(each.time - step.start) < 0.005);
    const sole = own ? `, sole ${String(own.deg).replace("-", "−")}°` : "";
    if (toe) this.words.push({ x: toe.x, y: toe.y + 0.08 * this.picture.person, side: 0, text: `${step.side} foot lands${sole}` });
  }

  path() {  // where the toes were during the stride that ends in this frame
    const stride = this.clock.stride();
    const from = nearestTo(this.clock.times, this.clock.time - (stride ? stride[1] - stride[0] : TRAIL_S));
    for (const [side, colour] of [[this.far, FAR], [this.near, NEAR]]) {
      const line = [];
      for (let k = from; k <= this.clock.frame; k++) line.push(this.point(`${side}_toe`, k));
      this.pen.trail(line, colour, this.line);
    }
  }

  drawGhost() {  // at the same share of the stride, from the hips of this frame
    const hips = this.middle("hip"), phase = this.clock.phase(), { leg } = this.picture;
    this.root.dataset.ghost = phase === null ? "" : phase.toFixed(4);
    if (!hips || phase === null || !leg) return;
    const pose = this.ghost.pose(phase, this.near);
    const at = (name) => pose[name] && { x: hips.x + this.record.forward * pose[name].x * leg, y: hips.y - pose[name].y * leg };
    const chains = ["left", "right"].flatMap((side) => LIMBS.map((limb) => limb.map((part) => at(`${side}_${part}`))));
    const midline = ["hip", "shoulder"].map((part) => between(at(`left_${part}`), at(`right_${part}`)));
    for (const chain of [...chains, midline]) this.pen.dashes(chain, GHOST, EDGE, 2.2);
  }

  keepInside(label) {
    const box = label.getBoundingClientRect(), stage = this.stage.getBoundingClientRect();
    const over = Math.max(0, stage.left + 6 - box.left) - Math.max(0, box.right - stage.right + 6);
    if (over) label.style.marginLeft = `${over}px`;
  }

  write(width, height) {  // labels are HTML, so that they stay sharp
    this.labels.replaceChildren(...this.words.map((word) => {
      const label = Object.assign(document.createElement("span"), { textContent: word.text });
      if (word.metric) label.dataset.metric = word.metric;
      label.style.left = `${Math.max(1, Math.min(99, 100 * word.x / width))}%`;
      label.style.top = `${Math.max(3, Math.min(95, 100 * word.y / height))}%`;
      label.className = word.side > 0 ? "right" : word.side < 0 ? "left" : "";
      return label;
    }));
    for (const label of this.labels.children) this.keepInside(label);
  }
}
