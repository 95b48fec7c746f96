// How phones come in: the Wi-Fi's QR code and the board's, with what to type without a camera.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";

/** A Wi-Fi's code is drawn anew whenever name or passphrase change; the server ignores `v`. */
const wifiCode = (wifi) =>
  `/api/v1/venue/wifi/qr.svg?v=${encodeURIComponent(`${wifi.ssid} ${wifi.passphrase}`)}`;

/** Name and passphrase as text. */
export const wifiText = (wifi) =>
  html`<span class="wifi__name"><bdi>${wifi.ssid}</bdi></span> ${
      wifi.passphrase === ""
        ? html`<span class="muted">${t("wifi.open")}</span>`
        : html`<span class="wifi__passphrase">${wifi.passphrase}</span>`
    }`;

/** Both codes side by side: first the network, then the page. */
export const waysIn = (wifi, address) =>
  html`<div class="ways" data-testid="ways-in">
    <figure class="ways__way">
      <img class="qr ways__qr" src=${wifiCode(wifi)} alt=${t("wifi.qr")} data-testid="wifi-qr" />
      <figcaption>
        <span class="label">${t("wifi.step_join")}</span>
        ${wifiText(wifi)}
      </figcaption>
    </figure>
    <figure class="ways__way">
      <img class="qr ways__qr" src="/api/v1/qr.svg?path=/" alt=${t("wifi.address_qr")} />
      <figcaption>
        <span class="label">${t("wifi.step_open")}</span>
        <span class="wifi__name">${address.replace(/^https?:\/\//, "")}</span>
      </figcaption>
    </figure>
  </div>`;

/** One line for a corner; nothing where the organiser shows no Wi-Fi. */
export const wifiStrip = (wifi) =>
  wifi === null
    ? nothing
    : html`<span class="wifi-strip" data-testid="wifi-strip"
        ><span class="label">${t("wifi.label")}</span> ${wifiText(wifi)}</span
      >`;
