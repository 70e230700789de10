// Buttons, slider and keys under the video.
const SLOW = 0.25;
const PLAY = "M7 4v16l13-8z", PAUSE = "M6 4h4v16H6zM14 4h4v16h-4z";

export class Controls {
  constructor(root, clock, overlay, signal) {
    this.root = root.querySelector(".hero");
    this.clock = clock;
    this.overlay = overlay;
    this.slider = this.root.querySelector(".slider");
    this.told = this.root.querySelector(".told");
    const does = {
      play: () => clock.toggle(), slow: () => this.slow(), back: () => clock.step(-1), next: () => clock.step(1),
      landing: () => clock.next("start"), toeoff: () => clock.next("end"), loop: () => this.loop(), full: () => this.full(),
    };
    for (const [name, action] of Object.entries(does)) this.button(name)?.addEventListener("click", action, { signal });
    for (const toggle of this.root.querySelectorAll(".toggle")) {
      toggle.addEventListener("click", () => this.toggle(toggle), { signal });
    }
    this.slider.addEventListener("input", () => { clock.pause(); clock.go(Number(this.slider.value)); }, { signal });
    this.root.addEventListener("keydown", (event) => this.key(event), { signal });
    this.root.querySelector("video").addEventListener("click", () => clock.toggle(), { signal });
    clock.watch(() => this.show());
  }

  button(name) { return this.root.querySelector(`.controls .${name}`); }

  slow() {
    const { video } = this.clock;
    video.playbackRate = video.playbackRate < 1 ? 1 : SLOW;
    this.button("slow").setAttribute("aria-pressed", String(video.playbackRate < 1));
  }

  loop() { this.button("loop")?.setAttribute("aria-pressed", String(this.clock.toggleLoop())); }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.();
  }

  toggle(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    this.overlay.draws(button.dataset.draws, on);
  }

  key(event) {
    const does = {
      ArrowLeft: () => this.clock.step(event.shiftKey ? -10 : -1),
      ArrowRight: () => this.clock.step(event.shiftKey ? 10 : 1),
      Home: () => this.clock.go(0),
      End: () => this.clock.go(this.clock.times.length - 1),
      l: () => this.loop(), n: () => this.clock.next("start"), t: () => this.clock.next("end"), f: () => this.full(),
    };
    if (event.key === " " && event.target.tagName !== "BUTTON") does[" "] = () => this.clock.toggle();
    if (!does[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does[event.key]();
  }

  show() {
    const { times, frame, time, video } = this.clock;
    this.slider.max = times.length - 1;
    this.slider.value = Math.max(0, frame);
    const words = `${time.toFixed(2)}\u00a0s`;
    this.told.textContent = words;
    this.slider.setAttribute("aria-valuetext", `frame ${frame + 1} of ${times.length}, ${words}`);
    const play = this.button("play");
    if (this.paused === video.paused) return;
    this.paused = video.paused;
    play.innerHTML = `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${video.paused ? PLAY : PAUSE}"/></svg>`;
    play.setAttribute("aria-label", video.paused ? "Play" : "Pause");
  }
}
