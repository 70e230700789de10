// Keeps one word of the visitor's in this browser, and gives it back on the next visit.
const NAME = "formcheck-units";
export default function ({ data, setStateValue }) {
  try {
    if (data.value) localStorage.setItem(NAME, data.value);
    else setStateValue("kept", localStorage.getItem(NAME) || "");
  } catch { /* a browser that keeps nothing: the usual units */ }
}
