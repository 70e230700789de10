// A clip of a drill that counts along: the number so far over the video, and a button for each repetition.
// data: {src, label, repeats: [{at, side, full}]}, times in s of the video
class Repeats {
  constructor(root, data) {
    Object.assign(this, { root, data, stop: new AbortController() });
    this.video = root.querySelector("video");
    this.count = root.querySelector(".count");
    this.video.src = data.src;
    this.video.setAttribute("aria-label", `Your clip ${data.label}`);
    this.buttons = data.repeats.map((each, index) => this.button(each, index));
    root.querySelector(".moments").replaceChildren(...this.buttons.map((button) => {
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
    for (const name of ["seeked", "timeupdate", "loadeddata"]) {
      this.video.addEventListener(name, () => this.show(), { signal: this.stop.signal });
    }
    this.follow();
  }

  button(each, index) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${index + 1} ${each.side}${each.full ? "" : ", partial"}`;
    button.className = each.full ? "full" : "partial";
    button.addEventListener("click", () => { this.video.pause(); this.video.currentTime = each.at; }, { signal: this.stop.signal });
    return button;
  }

  show() {
    const now = this.video.currentTime + 0.01;  // a seek may land just before its moment
    const done = this.data.repeats.filter((each) => each.at <= now).length;
    this.root.dataset.done = done;
    this.count.textContent = `${done} of ${this.data.repeats.length}`;
    this.buttons.forEach((button, index) => {
      if (index === done - 1) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
    });
  }

  follow() {  // between two "timeupdate" events a quick drill may do a whole repetition
    const told = () => {
      if (this.stop.signal.aborted) return;
      if (!this.video.paused) this.show();
      requestAnimationFrame(told);
    };
    requestAnimationFrame(told);
  }

  close() { this.stop.abort(); this.video.pause(); }
}

const shown = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".repeats");
  if (root.dataset.src !== data.src) {
    shown.get(root)?.close();
    root.dataset.src = data.src;
    shown.set(root, new Repeats(root, data));
  }
  return () => {
    shown.get(root)?.close();
    root.dataset.src = "";
  };
}
