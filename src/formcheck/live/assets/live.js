// The live page: shows the picture and the state; with the browser's own camera it also sends pictures.
// Used by the app (as a component) and by `formcheck live --no-window` (as a module).
const DEADLINE_MS = 4000; // a picture that is not answered by then is given up
const AHEAD = 2; // pictures on their way at once

export default function ({ parentElement, data, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const screen = find(".live"), told = find(".said"), picture = find(".picture"), health = find(".health");
  const ready = find(".ready"); // how to stand, where the page has it
  const trace = find(".trace"), leave = find(".leave"), hear = find(".hear");
  const numbers = find(".numbers"), note = find(".note"), wrong = find(".wrong"), start = find(".start"), stop = find(".stop"), fill = find(".fill");
  if (screen.bound && screen.bound.token === data.token) { screen.bound.tell = setTriggerValue; return screen.bound.finish; }
  if (screen.bound) screen.bound.silencer.abort();
  const silencer = new AbortController();
  const bound = screen.bound = { token: data.token, tell: setTriggerValue, finish: () => finish(), silencer };
  let socket = null, camera = null, said = "", over = false;
  let drawTrace = null, metronome = null;
  const script = (name) => import(new URL(`${data.modules}${name}`, document.baseURI).href);

  const say = (words, kind = "none") => {
    const key = kind + words;
    if (key === said) return;
    said = key;
    told.className = `said ${kind}`;
    told.textContent = ({ cue: "▶ ", praise: "● " }[kind] || "") + words;
    if (data.speak && kind !== "none") speak(words);
  };

  // Only a voice of this machine: others send the words to a server.
  const speak = (words) => {
    const voices = window.speechSynthesis ? window.speechSynthesis.getVoices() : [];
    const voice = voices.find((each) => each.localService && each.lang.startsWith("en"));
    if (!voice || window.speechSynthesis.speaking) return;
    const spoken = new SpeechSynthesisUtterance(words);
    spoken.voice = voice;
    spoken.lang = voice.lang;
    window.speechSynthesis.speak(spoken);
  };

  const percent = (share) => `${(100 * share).toFixed(1)}%`;

  const bar = (each) => {
    const box = document.createElement("div");
    box.className = "bar";
    if (!each.bar) return box;
    const [low, high, value, from, to] = each.bar;
    for (const [name, left, right] of [["band", low, high], ["interval", from, to], ["dot", value, value]]) {
      const part = document.createElement("i");
      part.className = name;
      part.style.left = percent(left);
      if (name !== "dot") part.style.width = percent(right - left);
      box.append(part);
    }
    return box;
  };

  const line = (name, words) => {
    const part = document.createElement("p");
    part.className = name;
    part.textContent = words;
    return part;
  };

  const block = (each) => {
    const part = document.createElement("section");
    part.className = `number ${each.state}`;
    part.dataset.metric = each.metric;
    part.dataset.value = each.value;
    const degrees = each.unit === "°";
    const big = line("big", each.value + (degrees ? each.unit : ""));
    const beside = document.createElement("span");
    beside.className = "beside";
    beside.textContent = [degrees ? "" : each.unit, each.plus_minus].filter(Boolean).join("\n");
    big.append(beside);
    const state = each.bar ? `${each.sign} ${each.state_words}` : each.why || each.state_words;
    const title = document.createElement("h3");
    title.textContent = each.name;
    const foot = document.createElement("div");
    foot.className = "foot";
    foot.append(line("state", state), line("range", each.bar ? each.range : ""));
    part.append(title, big, bar(each), foot);
    return part;
  };

  const show = (state) => {
    if (state.stage === "over") {
      screen.dataset.stage = "over";
      say("The session is over.");
      fail(state.wrong);
      finish();
      if (bound.tell) bound.tell("over", data.token);
      return;
    }
    screen.dataset.stage = state.stage;
    say(state.headline, state.kind);
    note.textContent = state.note;
    health.textContent = state.health;
    numbers.replaceChildren(...state.numbers.map(block));
    if (drawTrace) drawTrace(trace, state.trace);
  };

  const fail = (words) => { wrong.hidden = !words; wrong.textContent = words || ""; };

  const finish = () => {
    over = true;
    if (socket) socket.close();
    if (camera) camera.srcObject.getTracks().forEach((track) => track.stop());
    socket = camera = null;
    if (stop) stop.hidden = fill.hidden = hear.hidden = true;
    if (metronome) metronome.silence();
    if (document.fullscreenElement) document.exitFullscreen();
  };

  // --- one socket; the newest picture goes out, never a queue of them ---
  const canvas = document.createElement("canvas");
  let sent = 0, answered = 0, lastSent = 0, arrived = 0;

  const send = (shot) => {
    if (!socket || !camera || socket.readyState !== WebSocket.OPEN || !camera.videoWidth) return;
    const now = performance.now();
    if (sent - answered >= AHEAD && now - lastSent < DEADLINE_MS) return;
    sent = sent - answered >= AHEAD ? answered + 1 : sent + 1;
    lastSent = now;
    canvas.width = camera.videoWidth;
    canvas.height = camera.videoHeight;
    const taken = (performance.timeOrigin + shot) / 1000;
    canvas.getContext("2d", { alpha: false }).drawImage(camera, 0, 0);
    canvas.toBlob((blob) => {
      if (!blob || !socket) return;
      const stamp = new ArrayBuffer(8);
      new DataView(stamp).setFloat64(0, taken);
      socket.send(new Blob([stamp, blob]));
    }, "image/jpeg", 0.85);
  };

  const everyPicture = (now, about) => {
    if (!camera) return;
    send((about && (about.captureTime || about.presentationTime)) || performance.now());
    if (camera.requestVideoFrameCallback) camera.requestVideoFrameCallback(everyPicture);
    else setTimeout(everyPicture, 33);
  };

  const received = (message) => {
    if (typeof message.data === "string") { show(JSON.parse(message.data)); return; }
    answered = new DataView(message.data).getUint32(0);
    const count = arrived += 1;
    picture.onload = picture.onerror = () => { if (socket) socket.send(String(count)); }; // once it is to be seen, the next may come
    const old = picture.src;
    picture.src = URL.createObjectURL(new Blob([message.data.slice(4)], { type: "image/jpeg" }));
    if (old.startsWith("blob:")) URL.revokeObjectURL(old);
  };

  const connect = () => {
    const address = new URL(data.socket, window.location.href);
    address.protocol = address.protocol.replace("http", "ws");
    over = false;
    sent = answered = arrived = 0;
    socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      stop.hidden = fill.hidden = false;
      hear.hidden = !data.beat;
      screen.scrollIntoView({ block: screen.offsetHeight < window.innerHeight ? "end" : "start" });
      if (camera) everyPicture();
    };
    socket.onmessage = received;
    socket.onclose = (event) => {
      if (over) return;
      finish();
      fail(event.reason || "The connection broke off. Is FormCheck still running? Then load the page again.");
    };
  };

  const askForCamera = async () => {
    if (!navigator.mediaDevices) {
      fail("The browser gives its camera only to pages on this machine or over HTTPS. Open FormCheck at http://localhost.");
      return false;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 60 } },
      });
      camera = document.createElement("video");
      camera.muted = camera.playsInline = true;
      camera.srcObject = stream;
      await camera.play();
    } catch (error) {
      fail(error.name === "NotAllowedError"
        ? "The browser was not allowed to use the camera. Allow it beside the address, then start again."
        : "No camera was found in this browser. Plug one in, then start again.");
      return false;
    }
    return true;
  };

  const open = async () => {
    fail("");
    if (data.camera) {
      const words = start.textContent;
      start.disabled = true;
      start.textContent = "The browser asks whether it may …";
      const granted = await askForCamera();
      start.disabled = false;
      start.textContent = words;
      if (!granted) return;
    }
    start.hidden = true;
    if (ready) ready.hidden = true;
    screen.hidden = false; // no sooner: until there is a camera it is a black box
    connect();
  };

  const end = () => {
    if (socket && socket.readyState === WebSocket.OPEN) { socket.send("stop"); say("Measuring the whole run"); stop.hidden = true; }
    else finish();
  };

  if (ready) ready.hidden = !data.camera;
  if (start) { start.onclick = open; start.hidden = !data.camera; screen.hidden = Boolean(data.camera); }
  if (stop) { stop.onclick = end; fill.onclick = () => screen.requestFullscreen(); }
  leave.onclick = () => document.exitFullscreen();
  script("trace.js").then((module) => { drawTrace = module.drawTrace; });
  if (hear && data.beat) {
    hear.dataset.beat = data.beat;
    hear.textContent = `Hear ${data.beat}`;
    script("metronome.js").then(({ Metronome }) => { metronome = new Metronome(parentElement, silencer.signal); });
  }
  if (!data.camera) open();
  return finish;
}
