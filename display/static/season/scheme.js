// What an organiser sets of a season: its name, points and drops, and which events count.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { choiceField, formValues, numberField, textField } from "/static/parts/forms/form.js";

/** Formula 1's table since 2010, which most clubs know. */
const KNOWN_POINTS = [25, 18, 15, 12, 10, 8, 6, 4, 2, 1];
const MOST_DROPS = 50;
const MOST_WEIGHT_PCT = 1000;

const numbersOf = (text) => (text.match(/\d+/g) ?? []).map(Number);

/** `send` is (path, body, done, method); `season` null makes a new one. */
export function schemeForm(season, send) {
  const submitted = (event) => {
    const { name, points, drops_n: drops } = formValues(event);
    const body = { name, points: numbersOf(points), drops_n: Number(drops) };
    if (season === null) return send("/seasons", body, t("season.begun"), "POST");
    return send(`/seasons/${season.season_id}`, body, t("season.changed"), "PUT");
  };
  const what = season === null ? t("season.begin") : t("season.change");
  return html`<section class="card">
    <details class="details">
      <summary>${what}</summary>
      <form class="form" @submit=${submitted}>
        ${textField(t("season.name"), "name", { value: season?.name ?? "" })}
        <label class="field">
          <span>${t("season.points_for_places")}</span>
          <input
            name="points"
            inputmode="numeric"
            .value=${(season?.points ?? KNOWN_POINTS).join(", ")}
            pattern="[0-9 ,;–-]+"
            required
            autocomplete="off"
          />
        </label>
        ${numberField(t("season.drops"), "drops_n", { value: season?.drops_n ?? 0, least: 0, most: MOST_DROPS })}
        <button class="button button--main">${what}</button>
      </form>
    </details>
  </section>`;
}

/** Which events count, each with its weight. */
export function eventsForm(season, events, send) {
  const path = `/seasons/${season.season_id}/events`;
  const counted = new Set(season.events.map((each) => each.event_id));
  const others = events.filter((each) => !counted.has(each.event_id) && !each.is_demo);
  const submitted = (event) => {
    const { event_id: eventId, weight_pct: weight } = formValues(event);
    return send(path, { event_id: eventId, weight_pct: Number(weight) }, t("season.event_counts"));
  };
  return html`<section class="card">
    <h2 class="card__title">${t("season.events")}</h2>
    <ul class="rows">
      ${season.events.map(
        (each) =>
          html`<li class="row">
            <span class="row__main"
              ><bdi>${each.name}</bdi> <span class="muted">${each.weight_pct} %</span></span
            >
            <button
              class="button"
              @click=${() => send(`${path}/${each.event_id}`, {}, t("season.event_dropped"), "DELETE")}
            >
              ${t("season.drop_event")}
            </button>
          </li>`,
      )}
    </ul>
    ${
      others.length === 0
        ? html`<p class="muted">${t("season.no_more_events")}</p>`
        : html`<form class="form form--line" @submit=${submitted}>
            ${choiceField(
              t("plan.event"),
              "event_id",
              others.map((each) => [each.event_id, each.name]),
            )}
            ${numberField(t("season.weight"), "weight_pct", { value: 100, least: 1, most: MOST_WEIGHT_PCT })}
            <button class="button button--main">${t("season.count_event")}</button>
          </form>`
    }
  </section>`;
}
