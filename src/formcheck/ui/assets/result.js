// The result page: puts the server's markup on the page and hands it to the modules in result/.
// data: {html, key, modules, media, slots}; see ui/result/.
const pages = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".result");
  if (root.dataset.key !== data.key) {
    root.dataset.key = data.key;
    pages.get(root)?.close();
    pages.delete(root);
    root.innerHTML = data.html;
  }
  let gone = false;
  import(new URL(`${data.modules}main.js`, document.baseURI).href).then(({ ResultPage }) => {
    if (gone || root.dataset.key !== data.key) return;
    if (!pages.has(root)) pages.set(root, new ResultPage(root));
    pages.get(root).update(data, setTriggerValue);
  });
  return () => {
    gone = true;
    pages.get(root)?.close();
    pages.delete(root);
    root.dataset.key = "";
  };
}
