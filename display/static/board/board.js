// The board: composes the header, the standings, the scene and the footer of one live document.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { loadLanguage, t } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import { announcement, newOverallBest, queueRows } from "/static/view_model.js";
import { boardHeader } from "/static/board/header.js";
import { podiumScene } from "/static/board/podium.js";
import { hero, heroIsAlone } from "/static/board/scenes.js";
import { loginFromAddress } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";
import "/static/board/car_panel.js";
import "/static/board/celebration.js";
import "/static/board/demo_strip.js";
import "/static/board/standings.js";
import "/static/board/track_map.js";
import "/static/parts/contact_banner.js";
import "/static/parts/page_notice.js";

const QUEUE_SHOWN = 5;

class PaddockBoard extends PageElement {
  static properties = { view: { state: true }, news: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.view = null;
    this.news = "";
    this.feed = new LiveFeed();
    this.feed.addEventListener("change", () => this.#changed());
    this.feed.start();
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    loginFromAddress(this);
  }

  #changed() {
    const { view } = this.feed;
    if (view !== null && view !== this.view) this.#tell(this.view, view);
    this.view = view;
    this.requestUpdate();
  }

  #tell(before, after) {
    const told = announcement(before, after);
    if (told?.key === "scene") this.news = t(`scene.${told.code}`);
    if (told?.key === "lap") {
      const params = { number: told.lap.number, time: lapTime(told.lap.duration_us) };
      this.news = t("news.lap", params);
    }
    const best = newOverallBest(before, after);
    if (best !== null) this.querySelector("new-best")?.celebrate(after, best);
  }

  #main() {
    const { view, feed } = this;
    if (view === null) return hero(null, feed);
    if (view.scene === "podium") return podiumScene(view);
    return html`
      <board-standings class="panel" .view=${view}></board-standings>
      <div class="stage">
        ${hero(view, feed)}
        <div class="stage__below">
          <track-map class="panel" .feed=${feed} .view=${view}></track-map>
          ${heroIsAlone(view) ? this.#queue() : html`<car-panel class="panel" .feed=${feed} .view=${view}></car-panel>`}
        </div>
      </div>
    `;
  }

  #queue() {
    const rows = queueRows(this.view);
    return html`<section class="panel queue" aria-labelledby="queue-title">
      <h2 class="panel__title" id="queue-title">${t("queue.title")}</h2>
      ${rows.length === 0 ? html`<p class="muted">${t("queue.empty")}</p>` : nothing}
      <ol class="queue__list">
        ${rows
          .slice(0, QUEUE_SHOWN)
          .map(
            (row) => html`<li>${plate(row.entry)}<bdi class="name">${row.entry.name}</bdi></li>`,
          )}
      </ol>
    </section>`;
  }

  #footer() {
    const { view } = this;
    const next = queueRows(view).slice(0, 3);
    return html`<footer class="footer">
      <div class="footer__next">
        <span class="label">${t("next.title")}</span>
        ${next.length === 0 ? html`<span class="muted">${t("next.none")}</span>` : nothing}
        ${next.map((row) => html`<span class="footer__entry">${plate(row.entry)}<bdi class="name">${row.entry.name}</bdi></span>`)}
      </div>
      ${
        view.is_demo
          ? html`<demo-strip .view=${view}></demo-strip>`
          : html`<a class="footer__link" href="/control">${t("nav.control")}</a>`
      }
    </footer>`;
  }

  render() {
    const { feed, view } = this;
    const state = feed.hasContact ? "" : "board--lost";
    return html`<div class="board ${state}" data-scene=${view?.scene ?? "none"}>
      ${boardHeader(view, feed)}
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      <main class="board__main">
        ${feed.isReady && feed.eventId !== null && view === null ? nothing : this.#main()}
      </main>
      ${view === null ? nothing : this.#footer()}
      <new-best></new-best>
      <page-notice></page-notice>
      <p class="visually-hidden" aria-live="polite" data-testid="news">${this.news}</p>
    </div>`;
  }
}

await loadLanguage();
customElements.define("paddock-board", PaddockBoard);
