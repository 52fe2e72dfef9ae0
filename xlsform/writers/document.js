"use strict";
(() => {
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const keyOf = (cell) => cell.dataset.key ?? cell.textContent.trim();
  const number = (text) => (text !== "" && Number.isFinite(Number(text)) ? Number(text) : null);
  const compare = (a, b) => {
    const [left, right] = [number(a), number(b)];
    return left !== null && right !== null ? left - right : order.compare(a, b);
  };

  for (const table of document.querySelectorAll("table[data-sort]")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const keyed = [...table.tBodies[0].rows].map((row) => [keyOf(row.cells[at]), row]);
        const blanks = keyed.filter(([key]) => key === "");
        const rows = keyed.filter(([key]) => key !== "").sort(([a], [b]) => compare(a, b) * (up ? 1 : -1));
        table.tBodies[0].append(...rows.concat(blanks).map(([, row]) => row));
      });
    });
  }

  for (const form of document.querySelectorAll("form[data-table]")) {
    const rows = [...document.getElementById(form.dataset.table).tBodies[0].rows];
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const [search, said] = [form.querySelector("input"), form.querySelector("output")];
    const choices = [...form.querySelectorAll("select")];
    const apply = () => {
      const words = search.value.trim().toLowerCase().split(/\s+/);
      const chosen = (row) => choices.every((one) => !one.value || row.dataset[one.dataset.key] === one.value);
      let shown = 0;
      for (const row of rows) {
        row.hidden = !(chosen(row) && words.every((word) => texts.get(row).includes(word)));
        shown += row.hidden ? 0 : 1;
      }
      said.textContent = said.dataset.text.replace("{n}", shown).replace("{all}", rows.length);
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    apply();
  }

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const around = target && target.closest("details");
    if (around) { around.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
})();
