// The switch of a screen's voice: off, on, held back by the browser, or nothing here that speaks.

import { html } from "lit";
import { language, t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { Announcer } from "/static/voice/announcer.js";
import { KINDS, callOuts } from "/static/voice/callouts.js";

/** Beside the loudspeaker: nothing, waves or a cross. Drawn, since a kiosk may have no emoji. */
const BESIDE = {
  off: "",
  on: "M15 9a4 4 0 0 1 0 6M18 6a8 8 0 0 1 0 12",
  blocked: "M15 9l6 6M21 9l-6 6",
  missing: "M15 9l6 6M21 9l-6 6",
};

/** `?voice=on` speaks from the start, `?voice=laps,heats` of those kinds alone. */
function wantedKinds() {
  const asked = new URLSearchParams(location.search).get("voice");
  if (asked === null || asked === "off") return { isOn: false, kinds: KINDS };
  const named = asked.split(",").filter((each) => KINDS.includes(each));
  return { isOn: true, kinds: named.length > 0 ? named : KINDS };
}

class VoiceSwitch extends PageElement {
  static properties = { saidLast: { state: true } };

  #told = new Set();

  connectedCallback() {
    super.connectedCallback();
    this.saidLast = "";
    const { isOn, kinds } = wantedKinds();
    this.kinds = kinds;
    this.announcer = new Announcer(language(), () => this.requestUpdate());
    this.onTap = () => this.announcer.unblock();
    for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, this.onTap);
    if (isOn) this.announcer.switchOn();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const kind of ["pointerdown", "keydown"]) window.removeEventListener(kind, this.onTap);
    this.announcer.switchOff();
  }

  /** Takes the step from one document to the next; `nowUs` is the race clock's. */
  follow(before, after, nowUs) {
    for (const { kind, text } of callOuts(this.#told, before, after, nowUs)) {
      if (!this.kinds.includes(kind)) continue;
      if (this.announcer.state === "on") this.saidLast = text;
      this.announcer.say(text, kind);
    }
  }

  #toggle() {
    if (this.announcer.state === "off") {
      this.announcer.switchOn().then(() => this.announcer.say(t("voice.hello")));
    } else this.announcer.switchOff();
  }

  render() {
    const { state } = this.announcer;
    return html`<button
        class="voice-switch voice-switch--${state}"
        aria-pressed=${state === "on"}
        data-state=${state}
        data-said=${this.saidLast}
        data-testid="voice"
        title=${t(`voice.${state}`)}
        @click=${() => this.#toggle()}
      >
        <svg class="voice-switch__icon" viewBox="0 0 24 24" aria-hidden="true">
          <path class="voice-switch__cone" d="M3 9h4l5-4v14l-5-4H3z" />
          <path d=${BESIDE[state]} />
        </svg>
        <span class=${state === "off" || state === "on" ? "visually-hidden" : ""}>${t(`voice.${state}`)}</span>
      </button>`;
  }
}

customElements.define("voice-switch", VoiceSwitch);
