/* Keys of the review queue, by their place on the keyboard, so that a Persian layout works; silent while one types. */
(() => {
  const desk = document.querySelector("[data-keys]");
  if (!desk) return;
  const OFF = "queue-keys-off";
  const get = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  let off = get();
  const box = desk.querySelector("[data-keys-switch]");
  const list = desk.querySelector("[data-keys-list]");
  const show = () => {
    if (box) box.checked = !off;
    desk.querySelectorAll("kbd").forEach((k) => { k.hidden = off && !list?.contains(k); });
  };
  if (box) {
    const label = box.closest("[hidden]");
    if (label) label.hidden = false;
    box.addEventListener("change", () => {
      off = !box.checked;
      try { localStorage.setItem(OFF, off ? "1" : "0"); } catch { /* for this page only */ }
      show();
    });
  }
  show();
  addEventListener("keydown", (e) => {
    if (off || e.repeat || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest?.("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]")) return;
    if (e.code === "Slash" && e.shiftKey && list) {
      e.preventDefault();
      const fold = list.closest("details");
      if (fold) { fold.open = true; fold.querySelector("summary").focus(); }
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(e.code)}"]`);
    if (!target) return;
    e.preventDefault();
    target.focus();
    target.click();
  });
})();

/* A decision can be taken back for some seconds: then the offer goes away. */
document.querySelectorAll("[data-undo]").forEach((bar) => {
  setTimeout(() => { bar.hidden = true; }, Number(bar.dataset.undo) * 1000);
});

/* Mark words in the text, press the button: they join the list of what is covered. */
(() => {
  const text = document.querySelector("[data-pick]");
  const into = document.querySelector("[data-pick-into]");
  const add = document.querySelector("[data-pick-add]");
  if (!text || !into || !add) return;
  add.hidden = false;
  let words = "";
  document.addEventListener("selectionchange", () => {
    const chosen = getSelection();
    if (chosen.rangeCount && text.contains(chosen.anchorNode) && text.contains(chosen.focusNode)) words = chosen.toString().trim();
  });
  add.addEventListener("click", () => {
    if (!words) return;
    into.value = [into.value.trim(), words.replace(/\s*\n\s*/g, " ")].filter(Boolean).join("\n");
    into.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
