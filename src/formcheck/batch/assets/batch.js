const body = document.querySelector('#clips tbody');
const heads = [...document.querySelectorAll('#clips th')];
heads.forEach((head, column) => head.querySelector('button')?.addEventListener('click', () => {
  const down = head.getAttribute('aria-sort') === 'ascending';
  heads.forEach(each => each.removeAttribute('aria-sort'));
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const key = row => {
    const cell = row.cells[column], value = cell.dataset.v;
    return value === undefined ? cell.textContent : value === '' ? null : +value;
  };
  const rows = [...body.rows].map(row => [key(row), row]);
  const order = (a, b) => typeof a === 'string' ? a.localeCompare(b, undefined, {numeric: true}) : a - b;
  rows.sort(([a], [b]) => a === null || b === null ? (a === null) - (b === null) : order(a, b) * (down ? -1 : 1));
  body.append(...rows.map(([, row]) => row));
}));
