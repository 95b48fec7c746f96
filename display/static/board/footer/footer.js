// The board's bottom line: who is next, sponsors, the demo's buttons, ways to other pages.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { entryOf, queueRows } from "/static/view_model.js";
import { pageLinks } from "/static/board/footer/page_links.js";
import { timingLine } from "/static/board/footer/timing_line.js";
import { plate } from "/static/parts/plate.js";
import { wifiStrip } from "/static/parts/wifi.js";
import "/static/board/footer/demo_strip.js";
import "/static/board/scenes/sponsors.js";

const NEXT_SHOWN = 4;
const ROWS_SHOWN = 3;

/** Everybody of a waiting heat, by plate and name; to a practice comes whoever wants to. */
export const whoDrives = (row) =>
  row.is_practice
    ? html`<span class="name">${t("race.practice")}</span>`
    : row.entries.map((entry) => html`${plate(entry)}<bdi class="name">${entry.name}</bdi>`);

/** The heats whose drivers fit into the footer; the very next one in any case. */
function nextRows(rows) {
  let count = 0;
  return rows.filter((row, at) => {
    count += row.entries.length;
    return at === 0 || count <= NEXT_SHOWN;
  });
}

/** Whose models wait to be shown, where no heat of real cars waits. */
const nextShown = (view, room) =>
  (view.next_shown ?? []).slice(0, room).map((entryId) => ({ entries: [entryOf(view, entryId)] }));

/** `hasWifi`: whether the scene leaves it to the footer to show the public's Wi-Fi. */
export function boardFooter(view, feed, hasWifi) {
  const room = ROWS_SHOWN - Number(view.is_demo) - Number(feed.notice.sponsors.length > 0);
  const heats = nextRows(queueRows(view).slice(0, room));
  const next = heats.length > 0 ? heats : nextShown(view, room);
  return html`<footer class="footer">
    <div class="footer__next">
      <span class="label">${t("next.title")}</span>
      ${next.length === 0 ? html`<span class="muted">${t("next.none")}</span>` : nothing}
      ${next.map((row) => html`<span class="footer__entry">${whoDrives(row)}</span>`)}
    </div>
    ${wifiStrip(hasWifi ? feed.notice.wifi : null)}
    <sponsor-strip .sponsors=${feed.notice.sponsors}></sponsor-strip>
    ${view.is_demo ? html`<demo-strip .feed=${feed} .view=${view}></demo-strip>` : nothing}
    ${timingLine(feed.timing)} <voice-switch></voice-switch> ${pageLinks()}
    <screen-choices></screen-choices>
  </footer>`;
}
