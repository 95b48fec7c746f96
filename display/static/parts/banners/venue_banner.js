// Says on every screen that the timing machine goes down, until it is back.

import { html, nothing } from "lit";
import { tCode } from "/static/i18n.js";

export function venueBanner(feed) {
  const verb = feed.notice.going_down ?? null;
  if (verb === null) return nothing;
  return html`<div class="venue-banner" role="alert" data-testid="going-down">
    ${tCode("going_down", verb)}
  </div>`;
}
