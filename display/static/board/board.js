// The board: composes the header, the standings, the scene and the footer of one live document.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { loadLanguage, t } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import {
  announcement,
  endsLastHeat,
  hasField,
  newOverallBest,
  queueRows,
} from "/static/view_model.js";
import { hasBracket } from "/static/board/bracket.js";
import { runsWithNews } from "/static/board/car_panel.js";
import { boardFooter, whoDrives } from "/static/board/footer/footer.js";
import { CarTraces } from "/static/board/heat/car_traces.js";
import { LapTraces } from "/static/board/heat/lap_traces.js";
import { hasSectorMap, sectorMap } from "/static/board/heat/sector_map.js";
import { boardHeader } from "/static/board/header.js";
import { outsideUrl } from "/static/board/outside_url.js";
import { podiumScene } from "/static/board/scenes/podium.js";
import { askedScene, sceneToShow, TURN_MS } from "/static/board/scenes/choice.js";
import { hero, heroIsAlone } from "/static/board/scenes/heroes.js";
import { loginFromAddress } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { stopBanner } from "/static/parts/banners/stop_banner.js";
import "/static/board/news/celebration.js";
import "/static/board/news/news_strip.js";
import "/static/board/scenes/sponsors.js";
import "/static/board/scenes/start_list.js";
import "/static/board/standings.js";
import "/static/board/track_map.js";
import "/static/voice/voice_switch.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import "/static/parts/banners/contact_banner.js";
import "/static/parts/banners/page_notice.js";

const QUEUE_SHOWN = 5;
const RESULT_MS = 6000;
const CHOICES_AGAIN_MS = 5000;

class PaddockBoard extends PageElement {
  static properties = {
    view: { state: true },
    news: { state: true },
    outsideUrl: { state: true },
    turn: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.view = null;
    this.source = null;
    this.podiumTimer = null;
    this.asked = askedScene(location.search);
    this.#restartTurns();
    this.news = "";
    this.outsideUrl = null;
    outsideUrl().then((url) => (this.outsideUrl = url));
    this.feed = new LiveFeed();
    this.traces = new LapTraces(this.feed);
    this.carTraces = new CarTraces(this.feed);
    this.feed.addEventListener("change", () => this.#changed());
    this.feed.addEventListener(
      "report",
      (event) => this.view !== null && this.#reported(event.detail.kind),
    );
    this.feed.start();
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    loginFromAddress(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.podiumTimer);
    clearInterval(this.turnTimer);
  }

  #changed() {
    const before = this.view;
    this.view = this.#shown(this.feed.view);
    if (before?.scene !== this.view?.scene) this.#restartTurns();
    if (this.view !== null && this.view !== before) this.#tell(before, this.view);
    this.requestUpdate();
  }

  #restartTurns() {
    clearInterval(this.turnTimer);
    this.turn = 0;
    this.turnTimer = setInterval(() => (this.turn += 1), TURN_MS);
  }

  /** The document, but for the last heat's result, which stays a while before the podium. */
  #shown(view) {
    if (this.source === view) return this.view;
    if (view !== null && endsLastHeat(this.source, view)) {
      this.podiumTimer = setTimeout(() => this.#endResult(), RESULT_MS);
    } else if (view?.scene !== "podium") {
      this.#forgetResult();
    }
    this.source = view;
    return this.podiumTimer === null ? view : { ...view, scene: "result" };
  }

  #forgetResult() {
    clearTimeout(this.podiumTimer);
    this.podiumTimer = null;
  }

  #endResult() {
    this.#forgetResult();
    this.source = null;
    this.#changed();
  }

  #tell(before, after) {
    const told = announcement(before, after);
    if (told?.key === "scene") this.news = t(`scene.${told.code}`);
    if (told?.key === "lap") {
      const params = { number: told.lap.number, time: lapTime(told.lap.duration_us) };
      this.news = t("news.lap", params);
    }
    this.querySelector("board-news")?.follow(before, after, this.feed.raceNowUs());
    this.querySelector("voice-switch")?.follow(before, after, this.feed.raceNowUs());
    this.#tellBest(before, after);
  }

  /** Where one is alone on track, its best takes the hero; among several it is news among others. */
  #tellBest(before, after) {
    const celebration = this.querySelector("new-best");
    celebration?.check(after);
    const best = newOverallBest(before, after);
    if (best === null || after.scene === "podium") return;
    if (hasField(after.heat)) this.querySelector("board-news")?.tellBest(best, best.entry_id);
    else celebration?.celebrate(before, after, best);
  }

  #main() {
    const { view, feed } = this;
    if (view === null) return hero(null, feed, { outsideUrl: this.outsideUrl });
    return this.#whole() ?? this.#race();
  }

  get #scene() {
    const { asked, turn } = this;
    const { scene: chosen, sponsors } = this.feed.notice;
    return this.view === null ? "none" : sceneToShow(this.view, { asked, chosen, turn, sponsors });
  }

  /** A scene that fills the board; null where standings and the driver share it. */
  #whole() {
    const { view } = this;
    const scenes = {
      podium: () => podiumScene(view),
      start_list: () => html`<start-list-scene class="panel whole" .view=${view}></start-list-scene>`,
      standings: () => html`<board-standings class="panel whole" .view=${view}></board-standings>`,
      bracket: () => html`<board-bracket class="panel whole" .view=${view}></board-bracket>`,
      sponsors: () =>
        html`<sponsor-wall class="panel whole" .sponsors=${this.feed.notice.sponsors}></sponsor-wall>`,
    };
    return scenes[this.#scene]?.() ?? null;
  }

  #race() {
    const { view, feed } = this;
    const below = this.#below();
    return html`
      ${
        hasBracket(view)
          ? html`<board-bracket class="panel stage-side" .view=${view}></board-bracket>`
          : html`<board-standings class="panel" .view=${view}></board-standings>`
      }
      <div class="stage ${below.length === 0 ? "stage--alone" : ""}">
        ${hero(view, feed, { outsideUrl: this.outsideUrl, traces: this.traces })}
        <new-best></new-best>
        ${below.length === 0 ? nothing : html`<div class="stage__below stage__below--${below.length}">${below}</div>`}
      </div>
    `;
  }

  /** The panels under the hero; one that has nothing to show leaves its room to the others. */
  #below() {
    const { view, feed } = this;
    const panels = [];
    if (feed.track !== null)
      panels.push(html`<track-map class="panel" .feed=${feed} .view=${view}></track-map>`);
    else if (hasSectorMap(view)) panels.push(sectorMap(view));
    if (heroIsAlone(view)) {
      if (queueRows(view).length > 0) panels.push(this.#queue());
    } else {
      for (const run of runsWithNews(view, feed))
        panels.push(html`<car-panel class="panel" .feed=${feed} .view=${view} .run=${run} .traces=${this.carTraces}></car-panel>`);
    }
    return panels;
  }

  /** A first report of its kind makes a panel appear; later ones are the panel's own affair. */
  #reported(kind) {
    if (kind === "timing" || kind === "track") this.requestUpdate();
    const shown = this.querySelectorAll("track-map, car-panel").length;
    const wanted = Number(this.feed.track !== null) + runsWithNews(this.view, this.feed).length;
    if (shown < wanted) this.requestUpdate();
  }

  #queue() {
    const rows = queueRows(this.view);
    return html`<section class="panel queue" aria-labelledby="queue-title">
      <h2 class="panel__title" id="queue-title">${t("queue.title")}</h2>
      <ol class="queue__list">
        ${rows
          .slice(0, QUEUE_SHOWN)
          .map(
            (row) => html`<li>${whoDrives(row)}</li>`,
          )}
      </ol>
    </section>`;
  }

  render() {
    const { feed, view } = this;
    const state = feed.hasContact ? "" : "board--lost";
    return html`<div class="board ${state}" data-scene=${this.#scene}>
      ${boardHeader(view, feed)}
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${stopBanner(view)}
      ${venueBanner(feed)}
      <main class="board__main">
        ${feed.isReady && feed.eventId !== null && view === null ? nothing : this.#main()}
      </main>
      ${view === null ? nothing : boardFooter(view, feed, !heroIsAlone(view) || this.#scene !== "idle")}
      <board-news .view=${view}></board-news>
      <page-notice></page-notice>
      <p class="visually-hidden" aria-live="polite" data-testid="news">${this.news}</p>
    </div>`;
  }
}

await loadLanguage();
customElements.define("paddock-board", PaddockBoard);

/** A board that is off the network for a moment tries again; to one that is left it's all the same. */
const addChoices = () =>
  import("/static/parts/screen_choices.js").catch(() => setTimeout(addChoices, CHOICES_AGAIN_MS));

// Only now: the choices wait for the language, which a part of this page would hold up.
addChoices();
