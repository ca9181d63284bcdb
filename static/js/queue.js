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
