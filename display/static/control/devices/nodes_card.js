// How the timing nodes are: each by name, with whatever is wrong with it, before it costs a lap.

import { html, nothing } from "lit";
import { dateAndTime, fileSize } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { isGone, troublesOf } from "/static/control/devices/node_troubles.js";
import { polledNodes } from "/static/control/devices/polled.js";
import { PageElement } from "/static/parts/element.js";
import { whileShown } from "/static/parts/while_shown.js";

const NS_PER_US = 1000;

/** '±9 µs, n=200' of the last loop-back self-test. */
function lineNote({ gate, sensor, error_max_ns: ns, pulses, measured_utc: utc }) {
  const us = Math.ceil(ns / NS_PER_US);
  const day = dateAndTime(utc, language());
  return t("nodes.loopback", { line: `${gate}/${sensor}`, us, n: pulses, day });
}

class NodesCard extends PageElement {
  static properties = { nodes: { state: true } };

  constructor() {
    super();
    this.nodes = [];
    whileShown(this, () => polledNodes.follow((nodes) => (this.nodes = nodes)));
  }

  #numbers({ health }) {
    const facts = [
      t("nodes.queue", { n: health.queue_records + health.memory_records }),
      t("nodes.journal", { size: fileSize(health.journal_bytes, language()) }),
    ];
    if (health.disk_free_bytes !== null) {
      facts.push(t("nodes.disk", { size: fileSize(health.disk_free_bytes, language()) }));
    }
    if (health.cpu_temp_c !== null) {
      facts.push(t("nodes.temperature", { degrees: Math.round(health.cpu_temp_c) }));
    }
    if (health.clock_bound_us !== null) {
      facts.push(t("nodes.clock", { us: health.clock_bound_us }));
    }
    if (health.loopback !== null) facts.push(lineNote(health.loopback));
    return html`<p class="muted">${facts.join(" · ")}</p>`;
  }

  #node(node) {
    const troubles = troublesOf(node);
    return html`<li class="row" data-node=${node.node_id}>
      <div class="row__main">
        <bdi>${node.node_id}</bdi>
        ${
          troubles.length === 0
            ? html`<span class="chip chip--running">${t("nodes.well")}</span>`
            : troubles.map((each) => html`<span class="chip chip--abandoned">${each}</span> `)
        }
        ${node.health === null || isGone(node) ? nothing : this.#numbers(node)}
      </div>
    </li>`;
  }

  render() {
    return html`<section class="card">
      <h2 class="card__title">${t("nodes.title")}</h2>
      ${this.nodes.length === 0 ? html`<p class="muted">${t("devices.no_nodes")}</p>` : nothing}
      <ul class="rows">
        ${this.nodes.map((node) => this.#node(node))}
      </ul>
    </section>`;
  }
}

customElements.define("nodes-card", NodesCard);
