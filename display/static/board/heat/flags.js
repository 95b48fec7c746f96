// What holds a heat up, or asks for care: a pause with its cause, a yellow flag.

import { html, nothing } from "lit";
import { countdown } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf, isUnderWay, openPause } from "/static/view_model.js";
import "/static/parts/clocks/running_clock.js";

/** A model broke off before people: nothing of before counts, and the other starts again. */
export function anewStrip(view) {
  const { heat, rulings } = view;
  const isAnew = Object.values(rulings).some(
    (ruling) => ruling.kind === "RunRestarted" && ruling.heat_id === heat.heat_id && !ruling.is_reversed,
  );
  const going = Object.values(heat.runs).find((run) => run.status === null);
  if (!heat.is_virtual || !isUnderWay(heat) || !isAnew || going === undefined) return nothing;
  return html`<p class="flag-strip flag-strip--pause" role="status" data-testid="anew">
    ${t("show.anew", { name: entryOf(view, going.entry_id).name })}
  </p>`;
}

export function flagStrip(view, feed) {
  const { heat } = view;
  if (!isUnderWay(heat)) return nothing;
  const pause = openPause(heat);
  if (pause === null && heat.flag !== "yellow") return nothing;
  if (pause === null)
    return html`<p class="flag-strip flag-strip--yellow" role="status" data-testid="flag">
      ${tCode("flag_shown", "yellow")}
    </p>`;
  const read = (nowUs) =>
    pause.due_us === null
      ? countdown(nowUs - pause.from_us)
      : `${t("race.goes_on_in")} ${countdown(pause.due_us - nowUs)}`;
  const whose = pause.entry_id === null ? "" : entryOf(view, pause.entry_id).name;
  return html`<p class="flag-strip flag-strip--${pause.cause}" role="status" data-testid="flag">
    ${tCode("pause_cause", pause.cause)} <bdi>${whose}</bdi>
    <running-clock .feed=${feed} .read=${read}></running-clock>
  </p>`;
}
