"use strict";
(() => {
  const byId = (name) => document.getElementById(name);
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

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
        const key = (row) => (at === 0 && row.dataset.rank) || row.cells[at].textContent;
        const rows = [...table.tBodies[0].rows].sort((a, b) => order.compare(key(a), key(b)) * (up ? 1 : -1));
        table.tBodies[0].append(...rows);
      });
    });
  }

  const filters = byId("filters");
  if (filters) {
    const rows = [...byId("findings").tBodies[0].rows];
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const said = byId("shown");
    const apply = () => {
      const wanted = byId("search").value.trim().toLowerCase().split(/\s+/);
      const same = (name, value) => !byId(name).value || byId(name).value === value;
      let shown = 0;
      for (const row of rows) {
        const data = row.dataset;
        row.hidden = !(same("level", data.level) && same("department", data.department) && same("state", data.state)
          && wanted.every((word) => texts.get(row).includes(word)));
        shown += row.hidden ? 0 : 1;
      }
      said.textContent = said.dataset.text.replace("{n}", shown).replace("{all}", rows.length);
    };
    filters.addEventListener("input", apply);
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.hidden = false;
    apply();
  }

  const reveal = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    const around = target && target.closest("details");
    if (around) { around.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
})();
