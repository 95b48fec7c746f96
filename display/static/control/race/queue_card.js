// The heats that are still to come, in the order in which 'Next' calls them; any can be called now.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { entryOf, isOnTrack, queueRows } from "/static/view_model.js";
import { titleInView } from "/static/parts/standings/match.js";
import { plate } from "/static/parts/plate.js";

function who(view, row) {
  if (row.is_practice) return html`<bdi class="row__main">${t("race.practice")}</bdi>`;
  const names = row.entry_ids.map((entryId) => entryOf(view, entryId).name);
  const notes = [
    titleInView(view, row.match_name) ?? "",
    row.rerun_of === null ? "" : t("race.rerun_mark"),
    row.car === null ? t("control.no_car") : row.car.name,
  ];
  return html`${plate(row.entry)}
    <span class="row__main">
      <bdi>${names.length > 1 ? names.join(" · ") : row.entry.name}</bdi>
      <span class="muted">${notes.filter((note) => note !== "").join(" · ")}</span>
    </span>`;
}

export function queueCard(view, { isBusy, act }) {
  const rows = queueRows(view);
  const call = (row) =>
    act("/next", { heat_id: row.heat_id }, t("race.call_done", { number: row.number }));
  return html`<section class="card">
    <h2 class="card__title">${t("queue.title")}</h2>
    ${rows.length === 0 ? html`<p class="muted">${t("queue.empty")}</p>` : nothing}
    <ol class="rows">
      ${rows.map(
        (row) =>
          html`<li class="row" data-queued=${row.heat_id}>
            ${who(view, row)}
            <button
              class="button"
              aria-label=${`${t("race.call")}: ${t("control.heat", { number: row.number })}`}
              ?disabled=${isBusy || isOnTrack(view)}
              @click=${() => call(row)}
            >
              ${t("race.call")}
            </button>
          </li>`,
      )}
    </ol>
  </section>`;
}
