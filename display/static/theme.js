// Chooses this screen's theme before anything is painted: by address, by memory, or the page's wish.
// A classic script, since a module would run only after the first paint.

(() => {
  const CHOICES = ["light", "dark", "auto"];
  const root = document.documentElement;
  const { theme: wish, themeMemory: memoryKey } = root.dataset;
  const deviceIsLight = matchMedia("(prefers-color-scheme: light)");
  const known = (choice) => (CHOICES.includes(choice) ? choice : null);

  function remembered() {
    try {
      return localStorage.getItem(memoryKey);
    } catch {
      return null; // a kiosk may forbid storage: the page's own wish then holds each time
    }
  }

  function remember(choice) {
    try {
      localStorage.setItem(memoryKey, choice);
    } catch {
      // as above: the choice holds as long as the page does
    }
  }

  function draw(theme) {
    if (root.dataset.theme === theme) return;
    root.dataset.theme = theme;
    dispatchEvent(new Event("themechange"));
  }

  function show(choice) {
    root.dataset.themeChoice = choice;
    draw(choice === "auto" ? (deviceIsLight.matches ? "light" : "dark") : choice);
  }

  const asked = known(new URLSearchParams(location.search).get("theme"));
  if (asked !== null) remember(asked);
  show(asked ?? known(remembered()) ?? wish);

  deviceIsLight.addEventListener("change", () => show(root.dataset.themeChoice));
  document.addEventListener("choosetheme", (event) => {
    remember(event.detail);
    show(event.detail);
  });
  // Another tab of this screen chose.
  addEventListener("storage", (event) => {
    if (event.key === memoryKey && known(event.newValue)) show(event.newValue);
  });
  // Paper is white.
  addEventListener("beforeprint", () => draw("light"));
  addEventListener("afterprint", () => show(root.dataset.themeChoice));
})();
