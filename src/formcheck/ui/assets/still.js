// Marks on a still: dragged or moved by keys, with metres typed beside them or a line between them.
// data: {stills: [{src, at}], width, height, start: shares of width and height, marks: those placed so far} and either {most}, the
// number of marks with metres, or {joined: true}. State out: marks [{x, y, along, across, at}] or [{x, y, placed}] in pixels of the
// clip. With several stills the camera turns: each mark belongs to the still on which it was put, `at` seconds.
const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 13, ZOOM = 4, GLASS = 150;

const make = (name, attributes, parent) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.appendChild(node);
  return node;
};

class Marks {
  constructor(root, data, send) {
    this.root = root;
    this.data = data;
    this.send = send;
    this.image = root.querySelector("img");
    this.svg = root.querySelector("svg");
    this.glass = root.querySelector(".glass");
    this.rows = root.querySelector(".rows");
    this.pans = data.stills.length > 1;
    this.shown = Math.floor(data.stills.length / 2);
    this.begin(data.marks);
    this.pictures();
    this.svg.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
    root.querySelector(".add")?.addEventListener("click", () => this.add());
    root.querySelector(".forget")?.addEventListener("click", () => this.forget());
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.image);
    this.list();
    this.draw();
  }

  begin(marks) {
    const start = this.pans ? [this.middle()] : this.data.start;
    this.marks = marks.length ? marks.map((mark) => ({ ...mark })) : start.map((shares) => this.fresh(shares));
  }

  middle() { return [0.5, this.data.start[0][1]]; }

  fresh([across, down]) {
    const place = { x: Math.round(across * this.data.width), y: Math.round(down * this.data.height) };
    if (this.data.joined) return { ...place, placed: false };
    return { ...place, along: "", across: "", at: this.pans ? this.data.stills[this.shown].at : null };
  }

  pictures() {  // the choice of a still, where there are several
    const which = this.root.querySelector(".which");
    this.root.querySelector(".pictures").hidden = !this.pans;
    which.max = this.data.stills.length - 1;
    which.addEventListener("input", () => this.show(Number(which.value)));
    this.root.querySelector(".earlier").addEventListener("click", () => this.show(this.shown - 1));
    this.root.querySelector(".later").addEventListener("click", () => this.show(this.shown + 1));
    this.show(this.shown);
  }

  show(number) {
    this.shown = Math.min(Math.max(number, 0), this.data.stills.length - 1);
    const still = this.data.stills[this.shown];
    this.image.src = still.src;
    this.root.querySelector(".which").value = this.shown;
    this.root.querySelector(".when").textContent = `${still.at.toFixed(2)} s`;
    this.draw();
  }

  here(mark) { return !this.pans || mark.at === this.data.stills[this.shown].at; }

  add() {
    if (this.marks.length >= this.data.most) return;
    this.marks.push(this.fresh(this.middle()));
    this.list();
    this.draw();
    this.tell();
  }

  remove(index) {
    this.marks.splice(index, 1);
    this.list();
    this.draw();
    this.tell();
  }

  forget() {
    this.begin([]);
    this.draw();
    this.send([]);
  }

  tell() { this.send(this.marks.map((mark) => ({ ...mark }))); }

  scale() { return this.data.width / (this.svg.getBoundingClientRect().width || this.data.width); }

  draw() {
    const unit = this.scale(), focused = this.root.getRootNode().activeElement;
    const kept = focused && focused.dataset ? focused.dataset.index : undefined;
    this.svg.replaceChildren();
    this.line = this.data.joined ? make("line", { class: "edge" }, this.svg) : null;
    this.groups = this.marks.map((mark, index) => {
      const group = make("g", { class: "mark", tabindex: 0, role: "button", "data-index": index,
        "aria-label": `Mark ${index + 1}. Arrow keys move it.`,
        transform: `translate(${mark.x} ${mark.y}) scale(${unit})` }, this.svg);
      if (!this.here(mark)) group.setAttribute("display", "none");
      make("circle", { r: RADIUS }, group);
      make("path", { d: "M-6 0H6M0 -6V6" }, group);
      make("text", { y: -RADIUS - 6 }, group).textContent = index + 1;
      group.addEventListener("pointerdown", (event) => this.drag(event, index));
      group.addEventListener("keydown", (event) => this.key(event, index));
      if (kept === String(index)) group.focus();
      return group;
    });
    this.join();
  }

  join() {
    if (!this.line) return;
    this.marks.forEach((mark, index) => {
      this.line.setAttribute(`x${index + 1}`, mark.x);
      this.line.setAttribute(`y${index + 1}`, mark.y);
    });
  }

  place(event) {
    const box = this.svg.getBoundingClientRect();
    const inside = (value, most) => Math.min(Math.max(value, 0), most);
    return [inside((event.clientX - box.left) * this.scale(), this.data.width),
      inside((event.clientY - box.top) * this.scale(), this.data.height)];
  }

  drag(event, index) {
    event.preventDefault();
    const move = (moved) => {
      const [x, y] = this.place(moved);
      this.put(index, x, y);
      this.look(x, y);
    };
    const stop = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", stop);
      window.removeEventListener("pointercancel", stop);
      this.glass.hidden = true;
      this.draw();
      this.groups[index].focus();
      this.tell();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", stop);
    window.addEventListener("pointercancel", stop);
    this.look(this.marks[index].x, this.marks[index].y);
  }

  put(index, x, y) {
    const mark = this.marks[index];
    mark.x = Math.round(x * 10) / 10;
    mark.y = Math.round(y * 10) / 10;
    if ("placed" in mark) mark.placed = true;
    this.groups[index].setAttribute("transform", `translate(${mark.x} ${mark.y}) scale(${this.scale()})`);
    this.join();
  }

  key(event, index) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1, mark = this.marks[index];
    this.put(index, Math.min(Math.max(mark.x + far * step[0], 0), this.data.width),
      Math.min(Math.max(mark.y + far * step[1], 0), this.data.height));
    clearTimeout(this.later);
    this.later = setTimeout(() => this.tell(), 500);
  }

  look(x, y) {  // a magnifier in the corner away from the pointer
    const context = this.glass.getContext("2d"), share = this.image.naturalWidth / this.data.width;
    const unit = this.scale(), wide = (GLASS / ZOOM) * unit * share;
    this.glass.hidden = false;
    this.glass.style.left = x > this.data.width / 2 ? "8px" : "auto";
    this.glass.style.right = x > this.data.width / 2 ? "auto" : "8px";
    context.fillRect(0, 0, GLASS, GLASS);
    context.drawImage(this.image, x * share - wide / 2, y * share - wide / 2, wide, wide, 0, 0, GLASS, GLASS);
    context.strokeStyle = "#E69F00";
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(GLASS / 2 - 20, GLASS / 2); context.lineTo(GLASS / 2 + 20, GLASS / 2);
    context.moveTo(GLASS / 2, GLASS / 2 - 20); context.lineTo(GLASS / 2, GLASS / 2 + 20);
    context.stroke();
  }

  list() {
    if (this.data.joined) return;
    this.rows.replaceChildren(...this.marks.map((mark, index) => this.row(mark, index)));
  }

  row(mark, index) {
    const item = document.createElement("li");
    const field = (name, words) => {
      const label = document.createElement("label"), input = document.createElement("input");
      label.append(words, input);
      input.value = mark[name];
      input.inputMode = "decimal";
      input.className = name;
      input.setAttribute("aria-label", `Mark ${index + 1}: ${words}`);
      input.addEventListener("change", () => { mark[name] = input.value; this.tell(); });
      item.append(label);
    };
    const number = document.createElement("b");
    number.textContent = index + 1;
    item.append(number);
    field("along", "metres along");
    field("across", "metres aside");
    if (this.pans) {
      const there = document.createElement("button");
      there.type = "button";
      there.textContent = `at ${mark.at.toFixed(2)} s`;
      there.setAttribute("aria-label", `Show the picture of mark ${index + 1}`);
      there.addEventListener("click", () =>
        this.show(this.data.stills.findIndex((still) => still.at === mark.at)));
      item.append(there);
    }
    if (this.marks.length > (this.pans ? 1 : 2)) {
      const gone = document.createElement("button");
      gone.type = "button";
      gone.textContent = "Remove";
      gone.setAttribute("aria-label", `Remove mark ${index + 1}`);
      gone.addEventListener("click", () => this.remove(index));
      item.append(gone);
    }
    return item;
  }
}

const shown = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".onstill");
  let marks = shown.get(root);
  if (!marks) {
    marks = new Marks(root, data, (placed) => setStateValue("marks", placed));
    shown.set(root, marks);
  }
  return () => { marks.watch.disconnect(); clearTimeout(marks.later); shown.delete(root); };
}
