// A metronome on the audio clock: every beat is scheduled ahead, so a busy page cannot delay it.
const AHEAD_S = 2.5;  // more than the second between the timers of a hidden tab
const EVERY_MS = 250;
const CLICK_S = 0.03, PITCH_HZ = 1000, LOUD = 0.5;

export class Metronome {
  constructor(root, signal) {
    this.beats = [];  // sounds that are scheduled and not over
    for (const button of root.querySelectorAll(".hear")) {
      button.addEventListener("click", () => this.toggle(button), { signal });
    }
  }

  toggle(button) {
    const playing = this.button === button;
    this.silence();
    if (!playing) this.start(button);
  }

  start(button) {
    this.audio ??= new AudioContext();
    this.audio.resume();
    this.button = button;
    button.setAttribute("aria-pressed", "true");
    this.spacing = 60 / Number(button.dataset.beat);
    this.first = this.audio.currentTime + 0.1;
    this.count = 0;
    this.schedule();
    this.timer = setInterval(() => this.schedule(), EVERY_MS);
  }

  schedule() {
    const now = this.audio.currentTime;
    this.beats = this.beats.filter((beat) => beat.at > now - 1);
    for (;;) {
      const at = this.first + this.count * this.spacing;  // from the first beat, so that no error adds up
      if (at > now + AHEAD_S) return;
      this.count += 1;
      if (at > now) this.beats.push(this.click(at));
    }
  }

  click(at) {
    const sound = this.audio.createOscillator(), volume = this.audio.createGain();
    sound.frequency.value = PITCH_HZ;
    volume.gain.setValueAtTime(LOUD, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + CLICK_S);
    sound.connect(volume).connect(this.audio.destination);
    sound.start(at);
    sound.stop(at + CLICK_S);
    return { at, volume };
  }

  silence() {
    clearInterval(this.timer);
    for (const beat of this.beats) beat.volume.disconnect();
    this.beats = [];
    this.button?.setAttribute("aria-pressed", "false");
    this.button = null;
  }
}
