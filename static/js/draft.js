/* Keeps what is typed in form[data-draft] on this device until it was sent (site.js drops it then). Words come from the form's data attributes. */
(() => {
  const PREFIX = "draft:";
  const KEEP_DAYS = 30;
  const SENT = "draft-sent";
  let disk;
  try { disk = localStorage; disk.getItem(PREFIX); } catch { return; }
  const skip = (el) => !el.name || ["hidden", "password", "file", "submit", "button"].includes(el.type) || el.autocomplete === "one-time-code";
  const fields = (form) => [...form.elements].filter((el) => !skip(el));

  const forms = [...document.querySelectorAll("form[data-draft]")];
  /* a form that came back with errors still holds its words */
  const cameBack = document.querySelector('[data-focus="errors"]');

  for (const key of Object.keys(disk).filter((k) => k.startsWith(PREFIX))) {
    try {
      if (Date.now() - JSON.parse(disk.getItem(key)).at > KEEP_DAYS * 864e5) disk.removeItem(key);
    } catch { disk.removeItem(key); }
  }

  forms.forEach((form) => {
    const key = PREFIX + form.dataset.draft;
    const status = form.querySelector("[data-draft-status]");
    const tell = (words) => { if (status) { status.textContent = words; status.hidden = !words; } };
    const read = () => {
      const values = {};
      for (const el of fields(form)) {
        if (el.type === "checkbox" || el.type === "radio") {
          if (el.checked) (values[el.name] ||= []).push(el.value);
        } else values[el.name] = [el.value];
      }
      return values;
    };
    const first = JSON.stringify(read());
    const write = (values) => {
      for (const el of fields(form)) {
        const kept = values[el.name] || [];
        if (el.type === "checkbox" || el.type === "radio") el.checked = kept.includes(el.value);
        else if (kept.length) el.value = kept[0];
        el.dispatchEvent(new Event("input", { bubbles: true }));
      }
    };

    let kept = null;
    try { kept = JSON.parse(disk.getItem(key)); } catch { disk.removeItem(key); }
    const empty = fields(form).every((el) => el.tagName !== "TEXTAREA" || !el.value.trim());
    if (kept && !cameBack && empty && JSON.stringify(kept.values) !== first) {
      const before = JSON.parse(first);
      write(kept.values);
      tell(form.dataset.draftRestored);
      if (status) {
        const drop = document.createElement("button");
        drop.type = "button";
        drop.className = "btn plain";
        drop.textContent = form.dataset.draftDrop;
        drop.addEventListener("click", () => { disk.removeItem(key); write(before); tell(""); });
        status.append(" ", drop);
      }
    }

    let timer;
    const save = () => {
      try {
        disk.setItem(key, JSON.stringify({ at: Date.now(), values: read() }));
        tell(form.dataset.draftSaved);
      } catch { tell(""); }
    };
    form.addEventListener("input", (e) => {
      if (!e.isTrusted || skip(e.target)) return;
      clearTimeout(timer);
      timer = setTimeout(save, 600);
    });
    addEventListener("pagehide", () => { if (timer && !form.dataset.sent && JSON.stringify(read()) !== first) save(); });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      timer = 0;
      save();
      try { sessionStorage.setItem(SENT, key); } catch { /* the draft then stays for its thirty days */ }
    });
  });
})();
