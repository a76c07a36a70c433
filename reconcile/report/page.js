"use strict";
(() => {
  const table = document.getElementById("claims-table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const heads = [...table.tHead.rows[0].cells];
  const get = (id) => document.getElementById(id);
  const tools = document.querySelector(".tools");
  const [find, quantity, source, sortBy, shown] =
    ["find", "by-quantity", "by-source", "sort-by", "shown"].map(get);
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  const filter = () => {
    const wanted = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      const fits = (!quantity.value || row.dataset.quantity === quantity.value) &&
        (!source.value || row.dataset.source === source.value) &&
        wanted.every((word) => texts[i].includes(word));
      row.hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} claims shown`;
  };

  // Numbers are found in data attributes, everything else in the cell as it is read.
  const value = (row, key, column) => row.dataset[key] !== undefined && !["quantity", "source"].includes(key)
    ? row.dataset[key] : row.cells[column].textContent;
  const compare = (a, b) => {
    const [x, y] = [Number(a), Number(b)];
    return a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y) ? x - y : words.compare(a, b);
  };
  const sort = (key, descending) => {
    const column = heads.findIndex((head) => head.dataset.key === key);
    const keyed = rows.map((row, i) => [key ? value(row, key, column) : "", i, row]);
    if (key) keyed.sort((a, b) => (descending ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1]);
    body.append(...keyed.map((entry) => entry[2]));
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    if (key) heads[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
    sortBy.value = key;
  };
  const largeFirst = (key) => ["weight", "influence", "reads"].includes(key);

  heads.forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(head.dataset.key, now ? now === "ascending" : largeFirst(head.dataset.key));
    });
  });
  sortBy.addEventListener("change", () => sort(sortBy.value, largeFirst(sortBy.value)));
  [quantity, source].forEach((input) => input.addEventListener("change", filter));
  find.addEventListener("input", filter);
  get("reset").addEventListener("click", () => {
    [find, quantity, source].forEach((input) => { input.value = ""; });
    sort("", false);
    filter();
    find.focus();
  });
  tools.hidden = false;
  filter();
})();
