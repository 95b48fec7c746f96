// What an element does for as long as it is on the page: it begins and ends by itself.

/** `begin` is called whenever `host` comes onto the page, and returns what ends it. */
export function whileShown(host, begin) {
  let end = null;
  host.addController({
    hostConnected() {
      end = begin();
    },
    hostDisconnected() {
      end();
    },
  });
}

/** `step` is called again and again, each `periodMs`, for as long as `host` is on the page. */
export function everyWhileShown(host, periodMs, step) {
  whileShown(host, () => {
    const timer = setInterval(step, periodMs);
    return () => clearInterval(timer);
  });
}

/** `host` is drawn anew whenever a car of its `feed` reports, for as long as it is on the page. */
export function drawnWithReports(host) {
  whileShown(host, () => {
    const { feed } = host;
    const onReport = ({ detail }) => detail.kind === "telemetry" && host.requestUpdate();
    feed.addEventListener("report", onReport);
    return () => feed.removeEventListener("report", onReport);
  });
}
