// What every board shows: by itself as the race goes, or what race control chose.

import { html, nothing } from "lit";
import { CHOICES } from "/static/board/scenes/choice.js";
import { t } from "/static/i18n.js";

/** `choose(scene)` sends the choice. */
export function sceneCard(scene, { isBusy, choose }) {
  return html`<section class="card" data-testid="scene-card">
    <h2 class="card__title">${t("boards.title")}</h2>
    <p role="status">
      ${scene === "auto" ? t("boards.is_auto") : t("boards.is_chosen", { scene: t(`boards.scene_${scene}`) })}
    </p>
    ${
      scene === "auto"
        ? nothing
        : html`<button class="button button--main" ?disabled=${isBusy} @click=${() => choose("auto")}>
            ${t("boards.back")}
          </button>`
    }
    <div class="choices" role="group" aria-label=${t("boards.show")}>
      ${CHOICES.filter((each) => each !== "auto").map(
        (each) =>
          html`<button
            class="button"
            aria-pressed=${String(each === scene)}
            ?disabled=${isBusy}
            @click=${() => choose(each)}
          >
            ${t(`boards.scene_${each}`)}
          </button>`,
      )}
    </div>
    <details class="details">
      <summary>${t("boards.one_screen")}</summary>
      <p>${t("boards.one_screen_how")}</p>
      <ul>
        ${CHOICES.map(
          (each) =>
            html`<li><a href="/?scene=${each}" target="_blank">/?scene=${each}</a> · ${t(`boards.scene_${each}`)}</li>`,
        )}
      </ul>
    </details>
  </section>`;
}
