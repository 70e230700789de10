// Keeps one word of the visitor's in this browser, and gives it back on the next visit.
const NAME = "formcheck-units";
export default function ({ data, setStateValue }) {
  try {
    const kept = localStorage.getItem(NAME);
    if (data.value) localStorage.setItem(NAME, data.value);
    else if (kept) setStateValue("kept", kept);
  } catch { /* a browser that keeps nothing: the usual units */ }
}
