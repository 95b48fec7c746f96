// Signing up by phone, for whoever read the QR code on the wall.

import { html, nothing } from "lit";
import { ApiError, command, newKey, read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { untilAnswered } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { formValues, nextColour, textField } from "/static/parts/forms/form.js";
import { wordmark } from "/static/parts/wordmark.js";
import { profileBody, profileFields } from "/static/people/profile_fields.js";
import { shownName } from "/static/people/shown_name.js";
import "/static/parts/banners/page_notice.js";

class PaddockJoin extends PageElement {
  static properties = {
    event: { state: true },
    shown: { state: true },
    isBusy: { state: true },
    isMissing: { state: true },
    isClosed: { state: true },
  };

  #key = newKey();
  #colour = nextColour(Math.floor(Math.random() * 360));

  connectedCallback() {
    super.connectedCallback();
    this.event = null;
    this.shown = "";
    this.isMissing = false;
    this.isClosed = false;
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.#find();
  }

  /** The event of the address, else the one that is on. */
  async #find() {
    try {
      await untilAnswered(() => this.#findEvent());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.querySelector("page-notice")?.show({ text: error.message, isError: true });
    }
  }

  async #findEvent() {
    const wanted = new URLSearchParams(location.search).get("event") ?? (await read("/events/active")).event_id;
    const events = await read("/events");
    this.event = events.find((event) => event.event_id === wanted) ?? null;
    this.isMissing = this.event === null;
    if (!this.isMissing) this.isClosed = !(await read(`/events/${wanted}/sign-up`)).is_open;
  }

  #preview(form) {
    const { name, nickname, shown_as: shownAs } = form.elements;
    this.shown = shownName({
      name: name.value,
      nickname: nickname.value,
      shown_as: shownAs.value,
    });
  }

  /** What was typed differently is another request, and has another key. */
  #typed(form) {
    this.#key = newKey();
    this.#preview(form);
  }

  async #join(event) {
    const body = profileBody(formValues(event));
    this.isBusy = true;
    const path = `/events/${this.event.event_id}/registrations`;
    const made = await perform(this, () => command(path, body, { key: this.#key }));
    this.isBusy = false;
    if (made !== null) location.assign("/me");
  }

  #form() {
    return html`<p class="lead">${t("join.lead")}</p>
      <form
        class="form card"
        @input=${(event) => this.#typed(event.currentTarget)}
        @submit=${(event) => this.#join(event)}
      >
        ${profileFields({}, this.#colour)}
        <div class="form--line">
          ${textField(t("people.team"), "team", { isRequired: false })}
          ${textField(t("people.region"), "region", { isRequired: false })}
          ${textField(t("people.class"), "class_name", { isRequired: false })}
        </div>
        <p class="shown" aria-live="polite">
          <span class="muted">${t("join.shown")}</span>
          <bdi class="shown__name" data-testid="shown">${this.shown || "–"}</bdi>
        </p>
        <button class="button button--main command" ?disabled=${this.isBusy}>
          ${t("join.submit")}
        </button>
        <p class="muted">${t("join.privacy")}</p>
      </form>`;
  }

  render() {
    const { event } = this;
    return html`<header class="control__header">${wordmark}</header>
      <main class="control__main">
        <h1 class="headline"><bdi>${event?.name ?? (this.isMissing ? t("join.no_event") : "")}</bdi></h1>
        ${event === null ? nothing : this.isClosed ? html`<p class="lead" data-testid="closed">${t("join.closed")}</p>` : this.#form()}
      </main>
      <page-notice></page-notice>`;
  }
}

await loadLanguage();
customElements.define("paddock-join", PaddockJoin);
