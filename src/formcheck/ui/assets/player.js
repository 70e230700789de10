// The annotated video, its ground contacts and its curves on one clock.
// data: {src, label, times[], steps[], strides[], curves[], seek}
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 84, PAD = 6, SPAN = 8, NARROW_SPAN = 4;

const make = (name, attributes = {}, parent = null) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (parent) parent.appendChild(node);
  return node;
};

const indexAt = (times, time) => {  // last frame that begins at or before `time`
  let low = 0, high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= time + 0.002) low = middle; else high = middle - 1;
  }
  return low;
};

const written = (value, digits) => value.toFixed(digits).replace("-", "−");
const unitOf = (curve) => (curve.unit === "°" ? "" : " ") + curve.unit;

class Player {
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.frame = -1;
    this.loop = null;
    this.video = root.querySelector("video");
    this.slider = root.querySelector(".slider");
    this.told = root.querySelector(".told");
    this.play = root.querySelector(".play");
    this.plots = root.querySelector(".plots");
    this.stop = new AbortController();
    this.video.src = data.src;
    this.video.setAttribute("aria-label", data.label);
    root.querySelector(".loop").hidden = data.strides.length === 0;
    this.slider.max = data.times.length - 1;
    this.video.addEventListener("loadedmetadata", () => {
      root.classList.toggle("upright", this.video.videoWidth < this.video.videoHeight);
      this.draw();
      this.go(this.frame < 0 ? 0 : this.frame);
    });
    this.listen();
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.plots);
    this.follow();
    this.show(0);
  }

  listen() {
    const on = (target, name, does) => target.addEventListener(name, does, { signal: this.stop.signal });
    const button = (name, does) => on(this.root.querySelector(name), "click", does);
    on(this.slider, "input", () => this.go(Number(this.slider.value)));
    button(".play", () => this.toggle());
    button(".back", () => this.step(-1));
    button(".next", () => this.step(1));
    button(".loop", () => this.toggleLoop());
    on(this.root.querySelector(".speed"), "change", (event) => { this.video.playbackRate = Number(event.target.value); });
    on(this.root, "keydown", (event) => this.key(event));
    on(this.video, "click", () => this.toggle());
    on(this.video, "play", () => { this.play.textContent = "❚❚"; this.play.setAttribute("aria-label", "Pause"); });
    on(this.video, "pause", () => { this.play.textContent = "▶"; this.play.setAttribute("aria-label", "Play"); });
    on(window, "formcheck-seek", (event) => {
      this.video.pause();
      this.go(indexAt(this.data.times, event.detail));
      this.root.scrollIntoView({ behavior: "smooth", block: "nearest" });
    });
  }

  key(event) {
    if (event.target.tagName === "SELECT") return;
    const does = {
      ArrowLeft: () => this.step(event.shiftKey ? -10 : -1),
      ArrowRight: () => this.step(event.shiftKey ? 10 : 1),
      Home: () => this.go(0),
      End: () => this.go(this.data.times.length - 1),
      l: () => this.toggleLoop(),
    };
    if (event.key === " " && event.target.tagName !== "BUTTON") does[" "] = () => this.toggle();
    if (!does[event.key]) return;
    event.preventDefault();
    does[event.key]();
  }

  toggle() { if (this.video.paused) this.video.play(); else this.video.pause(); }

  step(by) { this.video.pause(); this.go(this.frame + by); }

  go(index) {
    const last = this.data.times.length - 1;
    const at = Math.max(0, Math.min(last, index));
    this.video.currentTime = this.data.times[at] + 0.001;
    this.show(at);
  }

  toggleLoop() {
    const now = this.data.times[this.frame];
    const inside = this.data.strides.find(([start, end]) => start <= now && now < end) || this.data.strides[0];
    this.loop = this.loop || !inside ? null : inside;
    const button = this.root.querySelector(".loop");
    button.setAttribute("aria-pressed", String(Boolean(this.loop)));
    if (this.loop) { this.go(indexAt(this.data.times, this.loop[0]) + 1); this.video.play(); }
  }

  follow() {  // the frame on the screen, told by the browser for every frame it shows
    const told = (_now, meta) => {
      if (this.stop.signal.aborted) return;
      if (!this.video.seeking) this.show(indexAt(this.data.times, meta.mediaTime));
      if (this.loop && meta.mediaTime >= this.loop[1] - 0.004) this.go(indexAt(this.data.times, this.loop[0]) + 1);
      this.video.requestVideoFrameCallback(told);
    };
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(told);
    else this.video.addEventListener("timeupdate", () => this.show(indexAt(this.data.times, this.video.currentTime)));
  }

  show(index) {
    if (index === this.frame) return;
    this.frame = index;
    const time = this.data.times[index];
    this.slider.value = index;
    const words = `frame ${index + 1} of ${this.data.times.length} · ${time.toFixed(3)}\u00a0s`;
    this.told.textContent = words;
    this.slider.setAttribute("aria-valuetext", words);
    this.root.dataset.frame = index;
    if (this.view && (time < this.view[0] || time > this.view[1])) this.draw();
    this.movePlayhead();
  }

  movePlayhead() {
    const time = this.data.times[this.frame];
    for (const head of this.plots.querySelectorAll(".head")) {
      const x = this.x(time);
      head.setAttribute("x1", x);
      head.setAttribute("x2", x);
    }
    this.plots.querySelectorAll(".now").forEach((node, k) => {
      const curve = this.data.curves[k], value = curve.values[this.frame];
      node.textContent = value === null ? "–" : written(value, curve.digits) + unitOf(curve);
    });
  }

  x(time) { return ((time - this.view[0]) / (this.view[1] - this.view[0])) * this.width; }

  draw() {
    this.width = Math.max(120, this.plots.clientWidth);
    const whole = this.data.times[this.data.times.length - 1] || 1;
    const span = Math.min(whole, this.width < 500 ? NARROW_SPAN : SPAN);
    const now = this.data.times[Math.max(0, this.frame)];
    const page = Math.min(Math.floor(now / span), Math.max(0, Math.ceil(whole / span) - 1));
    this.view = [page * span, page * span + span];
    this.plots.replaceChildren(...(this.data.steps.length ? [this.contacts()] : []), ...this.data.curves.map((curve) => this.curve(curve)));
    this.movePlayhead();
  }

  row(name, height, label) {
    const box = document.createElement("div");
    box.className = "row";
    const head = document.createElement("div");
    head.className = "name";
    head.append(Object.assign(document.createElement("span"), { textContent: name }));
    const plot = make("svg", { width: this.width, height, viewBox: `0 0 ${this.width} ${height}`, role: "img", "aria-label": label });
    plot.addEventListener("pointerdown", (event) => this.point(event, plot));
    plot.addEventListener("pointermove", (event) => { if (event.buttons === 1) this.point(event, plot); });
    box.append(head, plot);
    return { box, head, plot };
  }

  point(event, plot) {
    const share = (event.clientX - plot.getBoundingClientRect().left) / plot.getBoundingClientRect().width;
    this.video.pause();
    this.go(indexAt(this.data.times, this.view[0] + share * (this.view[1] - this.view[0])));
  }

  contacts() {
    const { box, plot } = this.row("On the ground", 56, this.data.contactsLabel);
    ["left", "right"].forEach((side, k) => {
      const y = 4 + 26 * k;
      for (const step of this.data.steps.filter((each) => each.side === side)) {
        if (step.end < this.view[0] || step.start > this.view[1]) continue;
        const bar = make("rect", { class: step.near ? "near" : "far", x: this.x(step.start), y, height: 20, rx: 4, width: Math.max(2, this.x(step.end) - this.x(step.start)) }, plot);
        make("title", {}, bar).textContent = step.title;
      }
      make("text", { x: 4, y: y + 14, class: "side" }, plot).textContent = side === "left" ? "L" : "R";
    });
    make("line", { class: "head", y1: 0, y2: 56 }, plot);
    return box;
  }

  curve(curve) {
    const { box, head, plot } = this.row(curve.name, HEIGHT, curve.label);
    const now = document.createElement("span");
    now.className = "now";
    head.append(now);
    const y = (value) => HEIGHT - PAD - ((value - curve.low) / (curve.high - curve.low || 1)) * (HEIGHT - 2 * PAD);
    if (curve.band) {
      const [low, high] = curve.band.map((end, k) => (end === null ? [curve.low, curve.high][k] : end));
      const top = Math.max(0, y(high)), bottom = Math.min(HEIGHT, y(low));
      make("rect", { class: "band", x: 0, width: this.width, y: top, height: Math.max(0, bottom - top) }, plot);
    }
    make("path", { class: curve.near ? "near" : "far", d: this.path(curve.values, y) }, plot);
    const fine = curve.high - curve.low < 5 ? 1 : 0;
    make("text", { x: this.width - 4, y: 12, class: "scale" }, plot).textContent = written(curve.high, fine) + unitOf(curve);
    make("text", { x: this.width - 4, y: HEIGHT - 3, class: "scale" }, plot).textContent = written(curve.low, fine);
    make("line", { class: "head", y1: 0, y2: HEIGHT }, plot);
    return box;
  }

  path(values, y) {
    const { times } = this.data;
    let line = "", pen = "M";
    for (let k = indexAt(times, this.view[0]); k < times.length && times[k] <= this.view[1]; k++) {
      if (values[k] === null) { pen = "M"; continue; }
      line += `${pen}${this.x(times[k]).toFixed(1)} ${y(values[k]).toFixed(1)}`;
      pen = "L";
    }
    return line;
  }

  close() { this.stop.abort(); this.watch.disconnect(); this.video.pause(); }
}

const players = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".player");
  let player = players.get(root);
  if (!player || player.data.src !== data.src) {
    if (player) player.close();
    player = new Player(root, data);
    players.set(root, player);
  }
  return () => { player.close(); players.delete(root); };
}
