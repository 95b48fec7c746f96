// Closes and reopens an event's sign-up by phone; the organiser can still sign people up.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";

/** `isOpen` is null until it is known. */
export function signUpSwitch(eventId, isOpen, act) {
  if (isOpen === null) return nothing;
  const turn = () => act(`/events/${eventId}/sign-up`, { is_open: !isOpen }, undefined, "PUT");
  return html`<p class=${isOpen ? "muted" : "sign-up--closed"} data-testid="sign-up">
      ${isOpen ? t("people.sign_up_open") : t("people.sign_up_closed")}
    </p>
    <button class="button" @click=${turn}>
      ${isOpen ? t("people.close_sign_up") : t("people.open_sign_up")}
    </button>`;
}
