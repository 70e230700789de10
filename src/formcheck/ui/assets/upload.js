// Sends chosen files with PUT and tells Streamlit the tokens they got. Saved results may be several files
// or a folder: analysis.json goes first, and what lies beside it follows to the same place.
export default function ({ parentElement, data, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const zone = find(".zone"), input = find(".zone input"), film = find(".film"), camera = find(".film input"), run = find(".run"), wrong = find(".wrong");
  const bar = find("progress"), told = find(".told"), stop = find(".stop");

  const say = (words) => { wrong.hidden = !words; wrong.textContent = words || ""; };
  const rest = () => { run.hidden = true; zone.hidden = false; film.hidden = !data.film; input.value = camera.value = ""; };
  find(".place").textContent = data.place;

  // Streamlit may keep this very element for the next clip: then it begins anew.
  if (zone.dataset.turn !== String(data.turn)) { zone.dataset.turn = data.turn; rest(); say(data.note); }

  const send = (file, address, done, share) => new Promise((answered, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader(data.header, "upload");
    request.upload.onprogress = (event) => {
      bar.value = done + share * event.loaded / (event.total || 1);
      told.textContent = `${Math.round(100 * bar.value)} % of ${file.name}`;
    };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
      if (request.status === 200) answered(answer);
      else failed(answer.error || "The upload did not work. Try again.");
    };
    request.onerror = () => failed("The connection broke off. Is FormCheck still running? Then try again.");
    request.onabort = () => failed("");
    stop.onclick = () => request.abort();
    request.send(file);
  });

  const sendAll = async (files) => {
    if (!files.length) return;
    const large = files.find((file) => file.size > data.largest);
    if (large) { say(data.tooLarge); return; }
    const main = files.find((file) => file.name.endsWith(".json"));
    const parts = main ? files.filter((file) => data.parts.includes(file.name)) : [];
    const whole = main ? [main] : files.slice(0, data.most);
    say(files.length > data.most && !main ? `The first ${data.most} of ${files.length} files are taken.` : "");
    zone.hidden = film.hidden = true;
    run.hidden = false;
    const clips = [], share = 1 / (whole.length + parts.length);
    try {
      for (const file of whole) {
        const answer = await send(file, data.url, clips.length * share, share);
        clips.push({ token: answer.token, name: file.name });
      }
      for (const [k, file] of parts.entries()) {
        const address = `${data.url}?of=${clips[0].token}&part=${encodeURIComponent(file.name)}`;
        await send(file, address, (1 + k) * share, share);
      }
      told.textContent = "Looking at the clip";
      setTriggerValue("clips", clips);
    } catch (words) {
      rest();
      say(String(words));
    }
  };

  // What lies directly in a dropped folder, and files as they are.
  const dropped = async (transfer) => {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const folder = entries.find((entry) => entry.isDirectory);
    if (!folder) return [...transfer.files];
    const inside = await new Promise((found) => folder.createReader().readEntries(found, () => found([])));
    return Promise.all(inside.filter((entry) => entry.isFile).map((entry) => new Promise((found) => entry.file(found))));
  };

  for (const [label, field] of [[zone, input], [film, camera]]) {
    field.onchange = () => sendAll([...field.files]);
    label.onkeydown = (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); field.click(); } };
  }
  zone.ondragover = (event) => { event.preventDefault(); zone.classList.add("over"); };
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = async (event) => { event.preventDefault(); zone.classList.remove("over"); sendAll(await dropped(event.dataTransfer)); };
}
