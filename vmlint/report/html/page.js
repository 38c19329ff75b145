// Search, filters and sorting for a page that is complete without them. Nothing is fetched, and no text becomes HTML.
"use strict";
(() => {
  const GRAVITY = { error: 0, warning: 1, note: 2 };
  const CHOICES = ["severity", "rule", "platform", "folder", "owner"];
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");

  // A link to what is folded away unfolds it, also where the browser does not do so by itself.
  const unfoldTarget = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
    if (target) {
      target.scrollIntoView({ block: "start" });
      target.focus({ preventScroll: true });
    }
  };
  addEventListener("hashchange", unfoldTarget);

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const each of folded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
  });

  // Tables are sorted by a column: numbers from the largest, names from the first.
  const sortBy = (table, column, head) => {
    const numeric = head.classList.contains("number");
    const before = head.getAttribute("aria-sort");
    const down = before === "none" ? numeric : before === "ascending";
    for (const other of head.parentElement.children) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].textContent;
    const order = numeric ? (a, b) => key(a) - key(b) : (a, b) => (key(a) < key(b) ? -1 : +(key(a) > key(b)));
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(down ? (a, b) => order(b, a) : order));
  };
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      head.setAttribute("aria-sort", "none");
      asButton(head, () => sortBy(table, column, head));
    });
  }

  // Turns what a cell holds into a button.
  function asButton(cell, pressed) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    button.addEventListener("click", pressed);
    cell.append(button);
  }

  if (form) {
    const list = byId("list");
    const entries = [...list.children];
    const texts = new Map(); // an entry's text is needed where somebody searches only
    const textOf = (entry) => {
      if (!texts.has(entry)) texts.set(entry, entry.textContent.toLowerCase());
      return texts.get(entry);
    };
    const chosen = (name) => form.elements[name]?.value ?? "";

    const passes = (entry) =>
      CHOICES.every((name) => {
        const value = chosen(name);
        const has = entry.dataset[name];
        return value === "" || has === value || (name === "owner" && has.split(" ").includes(value));
      }) &&
      (chosen("accepted") === "" || (chosen("accepted") === "yes") === (entry.dataset.accepted !== ""));

    const show = () => {
      const words = chosen("search").toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const entry of entries) {
        const stays = passes(entry) && words.every((word) => textOf(entry).includes(word));
        entry.hidden = !stays;
        shown += stays;
      }
      byId("state").textContent =
        shown === entries.length ? `${shown} findings` : `${shown} of ${entries.length} findings`;
      for (const cell of document.querySelectorAll("th[data-facet]")) {
        const isChosen = chosen(cell.dataset.facet) === cell.dataset.value;
        cell.parentElement.toggleAttribute("aria-current", isChosen);
        if (isChosen) cell.parentElement.setAttribute("aria-current", "true");
      }
    };

    const sort = () => {
      const name = chosen("order");
      const sorted = [...entries];
      if (name) {
        const key = (entry) => entry.dataset[name];
        sorted.sort((a, b) =>
          key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : GRAVITY[a.dataset.severity] - GRAVITY[b.dataset.severity],
        );
      }
      list.append(...sorted);
    };

    let waiting = 0;
    const soon = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(show);
    };
    form.addEventListener("input", soon);
    form.elements.order.addEventListener("change", sort);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => requestAnimationFrame(() => (sort(), show())));

    byId("unfold").addEventListener("click", () => {
      const visible = entries.filter((entry) => !entry.hidden).map((entry) => entry.firstElementChild);
      const open = visible.some((each) => !each.open);
      for (const each of visible) each.open = open;
      byId("unfold").textContent = open ? "Fold all" : "Unfold all";
    });

    // A row of the overview filters by what it counts, and takes the filter back.
    for (const cell of document.querySelectorAll("th[data-facet]")) {
      asButton(cell, () => {
        const box = form.elements[cell.dataset.facet];
        box.value = box.value === cell.dataset.value ? "" : cell.dataset.value;
        show();
        byId("findings").scrollIntoView();
      });
    }

    addEventListener("keydown", (event) => {
      const box = form.elements.search;
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        box.focus();
        box.select();
      } else if (event.key === "Escape" && document.activeElement === box && box.value) {
        event.preventDefault();
        box.value = "";
        show();
      }
    });

    form.elements.search.setAttribute("aria-keyshortcuts", "/");
    form.hidden = false;
    show();
  }

  if (location.hash) unfoldTarget();
})();
