// The emergency stop that stands: which button, and whether it is still pressed.

import { html, nothing } from "lit";
import "/static/parts/banners/stop_answers.js";
import { t, tCode } from "/static/i18n.js";

/** What is said of it; nothing where no stop stands. `lift` is the marshal's button, if any. */
export function stopBanner(view, lift = nothing) {
  const stop = view?.stop ?? null;
  if (stop === null) return nothing;
  const where = { button: stop.button, node: stop.node_id };
  const isHand = stop.source !== "node";
  const pressed = isHand ? tCode("stop_source", stop.source) : t("stop.pressed", where);
  return html`<section class="stop-banner" role="alert" data-testid="stop">
    <strong>${t("stop.title")}</strong>
    <span><bdi>${stop.is_held && !isHand ? t("stop.held", where) : pressed}</bdi></span>
    ${lift}
  </section>`;
}

/** The banner with the button that lifts the stop: once nothing is pressed, or what is is broken. */
export function liftableStop(view, { feed, isBusy, act }) {
  const stop = view.stop ?? null;
  if (stop === null) return nothing;
  const lift = (body) => act("/emergency-stop/lift", body, t("stop.lifted"));
  return stopBanner(
    view,
    html`<stop-answers .feed=${feed} .view=${view}></stop-answers>
      <button
        class="button button--main"
        ?disabled=${isBusy || stop.is_held}
        @click=${() => lift({})}
      >
        ${t("stop.lift")}
      </button>
      ${
        stop.is_held
          ? html`<button
              class="button"
              ?disabled=${isBusy}
              @click=${() => lift({ is_despite_held: true })}
            >
              ${t("stop.lift_broken")}
            </button>`
          : nothing
      }`,
  );
}
