// Sends a chosen file with PUT and tells Streamlit the token it got.
export default function ({ parentElement, data, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const zone = find(".zone"), input = find("input"), run = find(".run"), wrong = find(".wrong");
  const bar = find("progress"), told = find(".told"), stop = find(".stop");

  const say = (words) => { wrong.hidden = !words; wrong.textContent = words || ""; };
  const rest = () => { run.hidden = true; zone.hidden = false; input.value = ""; };

  // Streamlit may keep this very element for the next clip: then it begins anew.
  if (zone.dataset.turn !== String(data.turn)) { zone.dataset.turn = data.turn; rest(); }

  const send = (file) => {
    if (!file) return;
    if (file.size > data.largest) { say(data.tooLarge); return; }
    say("");
    const request = new XMLHttpRequest();
    request.open("PUT", data.url);
    request.setRequestHeader(data.header, "upload");
    request.upload.onprogress = (event) => {
      bar.value = event.loaded / (event.total || 1);
      told.textContent = `${Math.round(100 * bar.value)} % of ${(file.size / 1048576).toFixed(1)} MB`;
    };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
      if (request.status === 200) {
        told.textContent = "Looking at the clip";
        setTriggerValue("clip", { token: answer.token, name: file.name });
      } else {
        rest();
        say(answer.error || "The upload did not work. Try again.");
      }
    };
    request.onerror = () => { rest(); say("The connection broke off. Is FormCheck still running? Then try again."); };
    request.onabort = rest;
    stop.onclick = () => request.abort();
    zone.hidden = true;
    run.hidden = false;
    request.send(file);
  };

  input.onchange = () => send(input.files[0]);
  zone.onkeydown = (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); input.click(); } };
  zone.ondragover = (event) => { event.preventDefault(); zone.classList.add("over"); };
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = (event) => { event.preventDefault(); zone.classList.remove("over"); send(event.dataTransfer.files[0]); };
}
