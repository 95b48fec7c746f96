// The way in for drivers: a QR code to hold up or hang on the wall, and its address.

import { html } from "lit";
import { t } from "/static/i18n.js";
import "/static/parts/forms/copy_box.js";

const pathOf = (eventId) => `/join?event=${eventId}`;

/** A picture of the address under which phones reach a page of this server. */
export const qrCode = (path, label) =>
  html`<img class="qr" src=${`/api/v1/qr.svg?path=${encodeURIComponent(path)}`} alt=${label} />`;

/** `url` is the address as a phone types it; without an event in it, it leads to the one that is on. */
export const joinCard = (eventId, { isLarge, url, onToggle, signUp }) =>
  html`<section class="card join-card ${isLarge ? "join-card--large" : ""}">
    <h2 class="card__title">${t("people.join")}</h2>
    <div class="join-card__body">
      ${qrCode(pathOf(eventId), t("people.join_qr"))}
      <div class="join-card__text">
        <p>${t("people.join_how")}</p>
        <div class="form__buttons">
          <button class="button" @click=${onToggle}>
            ${isLarge ? t("people.smaller") : t("people.larger")}
          </button>
          <a class="button" href=${pathOf(eventId)} target="_blank" rel="noopener"
            >${t("people.open_join")}</a
          >
        </div>
        <copy-box .text=${url} .label=${t("people.join_address")}></copy-box>
        ${signUp}
      </div>
    </div>
  </section>`;
