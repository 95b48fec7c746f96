// Protests: what waits for a decision, a form to lodge one, and what became of the earlier ones.

import { html, nothing } from "lit";
import { countdown, timeOfDay } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { choiceField, formValues } from "/static/parts/forms/form.js";
import "/static/parts/clocks/running_clock.js";

const byNumber = (left, right) => left.number - right.number;

/** How many protests of the live document wait for a decision. */
export function openProtests(view) {
  const rulings = Object.values(view?.rulings ?? {}).filter((each) => !each.is_reversed);
  const of = (kind) => rulings.filter((each) => each.kind === kind);
  const decided = new Set(of("ProtestDecided").map((each) => each.subject));
  return of("ProtestLodged").filter((each) => !decided.has(each.ruling_id)).length;
}

function protestItem(view, protest, rule) {
  const decide = (isUpheld) =>
    rule({
      title: isUpheld ? t("marshal.uphold") : t("marshal.reject"),
      about: `${entryOf(view, protest.entry_id).name}: ${protest.reason}`,
      path: `/protests/${protest.protest_id}/decide`,
      body: { is_upheld: isUpheld },
      needsReason: true,
    });
  const withdraw = () =>
    rule({
      title: t("marshal.withdraw_protest"),
      about: protest.reason,
      path: `/rulings/${protest.protest_id}/reverse`,
    });
  return html`<li class="row row--pass" data-protest=${protest.protest_id}>
    <span class="row__main">
      <strong><bdi>${entryOf(view, protest.entry_id).name}</bdi></strong>
      <span><bdi>${protest.reason}</bdi></span>
      <span class="muted digits"
        >${t("control.heat", { number: protest.heat_number })} ·
        ${timeOfDay(protest.lodged_utc, language())} ·
        ${tCode("protest_state", protest.state)}${protest.decision_reason === null ? nothing : html` · <bdi>${protest.decided_by}: ${protest.decision_reason}</bdi>`}</span
      >
    </span>
    ${
      protest.state === "open"
        ? html`<span class="row__actions">
            <button class="button" @click=${() => decide(true)}>${t("marshal.uphold")}</button>
            <button class="button" @click=${() => decide(false)}>${t("marshal.reject")}</button>
            <button class="button" @click=${withdraw}>${t("marshal.withdraw_protest")}</button>
          </span>`
        : nothing
    }
  </li>`;
}

function untilWhen(feed, sheet) {
  if (sheet === null || sheet.protests_until_us === null) return nothing;
  const read = (nowUs) => {
    const leftUs = sheet.protests_until_us - nowUs;
    return leftUs > 0
      ? t("marshal.protests_left", { time: countdown(leftUs) })
      : t("marshal.protests_over");
  };
  return html`<p class="muted"><running-clock .feed=${feed} .read=${read}></running-clock></p>`;
}

/** `actions`: rule(asked), lodge({heat_id, entry_id, reason}). */
export function protestCard(view, feed, protests, sheet, { rule, lodge }) {
  const entries = Object.values(view.entries).sort(byNumber);
  const submit = async (event) => {
    const form = event.target;
    if (await lodge({ ...formValues(event), heat_id: sheet.heat_id })) form.reset();
  };
  return html`<section class="card" data-testid="protests">
    <h2 class="card__title">${t("marshal.protests")}</h2>
    ${protests.length === 0 ? html`<p class="muted">${t("marshal.no_protests")}</p>` : nothing}
    <ol class="rows">
      ${protests.toReversed().map((protest) => protestItem(view, protest, rule))}
    </ol>
    ${
      sheet === null
        ? nothing
        : html`<details class="details">
            <summary>${t("marshal.lodge", { number: sheet.number })}</summary>
            ${untilWhen(feed, sheet)}
            <form class="form" @submit=${submit}>
              ${choiceField(
                t("plan.entry"),
                "entry_id",
                entries.map((entry) => [entry.entry_id, `${entry.number} · ${entry.name}`]),
              )}
              <label class="field">
                <span>${t("marshal.reason")}</span>
                <input name="reason" required maxlength="200" autocomplete="off" />
              </label>
              <button class="button">${t("marshal.lodge_now")}</button>
            </form>
          </details>`
    }
  </section>`;
}
