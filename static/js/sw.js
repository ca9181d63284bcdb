/* Shows messages while no page of the site is open. It keeps nothing and answers no request. */
self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data.json(); } catch { return; }
  if (!told.title) return;
  event.waitUntil(self.registration.showNotification(told.title, {
    body: told.body || "",
    tag: told.tag,
    dir: "auto",
    icon: "/static/icon.svg",
    data: { url: told.url },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url || "/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window" });
    const same = open.find((one) => one.url === url.href);
    return same ? same.focus() : self.clients.openWindow(url.href);
  })());
});
