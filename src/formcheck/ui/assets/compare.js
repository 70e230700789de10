// Two clips in step: the second follows the first by gait phase (strides of one foot), not by time.
// data: {a: {src, label, times[], contacts[]}, b: {...}}
const indexAt = (times, time) => {
  let low = 0, high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= time + 0.002) low = middle; else high = middle - 1;
  }
  return low;
};

// Strides since the first contact, whole and part.
const phaseAt = (contacts, time) => {
  const last = contacts.length - 1;
  const k = Math.max(0, Math.min(last - 1, indexAt(contacts, time)));
  return k + (time - contacts[k]) / (contacts[k + 1] - contacts[k]);
};

const timeAt = (contacts, phase) => {
  const strides = contacts.length - 1;
  const inside = ((phase % strides) + strides) % strides;
  const k = Math.floor(inside);
  return contacts[k] + (inside - k) * (contacts[k + 1] - contacts[k]);
};

class Pair {
  constructor(root, data) {
    Object.assign(this, { root, data });
    [this.one, this.two] = root.querySelectorAll("video");
    this.play = root.querySelector(".play");
    this.slider = root.querySelector(".slider");
    this.told = root.querySelector(".told");
    this.stop = new AbortController();
    const on = (target, name, does) => target.addEventListener(name, does, { signal: this.stop.signal });
    [[this.one, data.a], [this.two, data.b]].forEach(([video, clip], k) => {
      video.src = clip.src;
      video.setAttribute("aria-label", `Annotated video of ${clip.label}`);
      root.querySelectorAll("figcaption")[k].textContent = clip.label;
      on(video, "loadeddata", () => this.go(this.phase || 0));
    });
    this.slider.max = 100 * (data.a.contacts.length - 1);
    on(this.slider, "input", () => { this.one.pause(); this.go(Number(this.slider.value) / 100); });
    on(this.play, "click", () => (this.one.paused ? this.one.play() : this.one.pause()));
    on(this.one, "play", () => { this.two.play(); this.name("❚❚", "Pause"); });
    on(this.one, "pause", () => { this.two.pause(); this.name("▶", "Play"); this.go(this.phase); });
    on(root.querySelector(".speed"), "change", (event) => { this.speed = Number(event.target.value); });
    on(root.querySelector(".back"), "click", () => this.step(-1));
    on(root.querySelector(".next"), "click", () => this.step(1));
    on(root, "keydown", (event) => this.key(event));
    this.speed = 0.5;
    this.follow();
  }

  name(sign, words) { this.play.textContent = sign; this.play.setAttribute("aria-label", words); }

  key(event) {
    if (event.target.tagName === "SELECT") return;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      event.preventDefault();
      this.step(event.key === "ArrowLeft" ? -1 : 1);
    } else if (event.key === " " && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.play.click();
    }
  }

  step(by) {
    this.one.pause();
    const { times, contacts } = this.data.a;
    const at = Math.max(0, Math.min(times.length - 1, indexAt(times, this.one.currentTime) + by));
    this.go(phaseAt(contacts, times[at] + 0.001));
  }

  go(phase) {
    this.one.currentTime = timeAt(this.data.a.contacts, phase);
    this.two.currentTime = timeAt(this.data.b.contacts, phase);
    this.show(phase);
  }

  show(phase) {
    this.phase = phase;
    this.slider.value = 100 * phase;
    this.root.dataset.phase = phase.toFixed(3);
    this.told.textContent = `stride ${Math.floor(phase) + 1}, ${Math.round(100 * (phase % 1))} %`;
  }

  follow() {
    const { a, b } = this.data;
    const told = () => {
      if (this.stop.signal.aborted) return;
      if (!this.one.paused) {
        if (this.one.currentTime >= a.contacts[a.contacts.length - 1]) this.go(0);
        const phase = phaseAt(a.contacts, this.one.currentTime);
        this.show(Math.max(0, phase));
        const wanted = timeAt(b.contacts, Math.max(0, phase)), late = wanted - this.two.currentTime;
        const k = Math.min(a.contacts.length - 2, Math.max(0, Math.floor(phase)));
        const j = k % (b.contacts.length - 1);
        const ratio = (b.contacts[j + 1] - b.contacts[j]) / (a.contacts[k + 1] - a.contacts[k]);
        this.one.playbackRate = this.speed;
        if (Math.abs(late) > 0.12) this.two.currentTime = wanted;
        else this.two.playbackRate = Math.min(4, Math.max(0.07, this.speed * ratio * (1 + 3 * late)));
      }
      requestAnimationFrame(told);
    };
    requestAnimationFrame(told);
  }

  close() { this.stop.abort(); this.one.pause(); this.two.pause(); }
}

const pairs = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".pair");
  let pair = pairs.get(root);
  const name = `${data.a.src} ${data.b.src}`;
  if (!pair || root.dataset.name !== name) {
    if (pair) pair.close();
    pair = new Pair(root, data);
    root.dataset.name = name;
    pairs.set(root, pair);
  }
  return () => { pair.close(); pairs.delete(root); };
}
