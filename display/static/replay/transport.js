// What moves through a lap: the scrubber, play, picture by picture, speed, another lap beside it.

import { html, nothing } from "lit";
import { percent } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";

const SPEEDS = [0.25, 0.5, 1, 2];

const speedText = (speed) => `${new Intl.NumberFormat(language()).format(speed)}×`;

const howToRun = (at) =>
  html`<label class="field field--speed"
    ><span class="visually-hidden">${t("analysis.how_to_run")}</span>
    <select @change=${(event) => at.setRace(event.target.value === "race")} data-testid="how-to-run">
      <option value="place" ?selected=${!at.isRace}>${t("analysis.same_place")}</option>
      <option value="race" ?selected=${at.isRace}>${t("analysis.same_start")}</option>
    </select>
  </label>`;

/** `at` says where the player is (share, isPlaying, speed, isBeside), and holds what each does. */
export const transport = (at) =>
  html`<div class="transport">
    <input
      type="range"
      class="scrubber"
      min="0"
      max="1"
      step="any"
      .value=${String(at.share)}
      aria-label=${t("replay.place")}
      @input=${(event) => at.seek(Number(event.target.value))}
    />
    <div class="transport__row">
      <button class="button" @click=${() => at.step(-1)} aria-label=${t("replay.back")}>◀</button>
      <button class="button button--main" @click=${at.toggle} data-testid="play">
        ${at.isPlaying ? t("replay.pause") : t("replay.play")}
      </button>
      <button class="button" @click=${() => at.step(1)} aria-label=${t("replay.forward")}>▶</button>
      <span class="digits transport__place" data-testid="place"
        >${t("replay.at_place", { percent: percent(at.share, language()) })}</span
      >
      <label class="field field--speed">
        <span class="visually-hidden">${t("replay.speed")}</span>
        <select @change=${(event) => at.setSpeed(Number(event.target.value))}>
          ${SPEEDS.map(
            (speed) =>
              html`<option value=${speed} ?selected=${speed === at.speed}>${speedText(speed)}</option>`,
          )}
        </select>
      </label>
      ${at.isBeside ? howToRun(at) : nothing}
      <button class="button" @click=${at.beside} data-testid="beside">
        ${at.isBeside ? t("replay.alone") : t("replay.beside")}
      </button>
    </div>
    <p class="muted transport__keys">${t("replay.keys")}</p>
  </div>`;
