// <code-editor>: Python to read and write, with line numbers, colours, and one line marked as faulty.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { faultLine, markedLine, markFault } from "/static/parts/code/fault.js";
import { look } from "/static/parts/code/look.js";

const WRITING = ["input", "delete", "move", "undo", "redo"];
/** A fault beyond what is seen is brought into sight, away from the edges. */
const MARGIN_PX = 48;

/**
 * `value` is the text, `faultLine` the number of the marked line or null; `readonly` and `label`
 * are attributes. Says `change` when somebody wrote. Tab indents; Escape and then Tab leaves.
 *
 * In a tree of its own: there the editor's styles are sheets, which the page's policy lets pass.
 */
class CodeEditor extends HTMLElement {
  #view = null;
  #value = "";
  /** A fault that was told before there was a line to mark. */
  #fault = null;

  connectedCallback() {
    if (this.#view !== null) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":host { display: block; min-width: 0; }");
    root.adoptedStyleSheets = [sheet];
    this.#view = new EditorView({ state: this.#state(), root, parent: root });
    if (this.#fault !== null) this.faultLine = this.#fault;
  }

  #state() {
    const isReadOnly = this.hasAttribute("readonly");
    return EditorState.create({
      doc: this.#value,
      extensions: [
        ...[lineNumbers(), history(), drawSelection(), highlightActiveLine(), faultLine, look],
        ...[indentOnInput(), bracketMatching(), python(), indentUnit.of("    ")],
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorState.readOnly.of(isReadOnly),
        EditorView.contentAttributes.of({
          "aria-label": this.getAttribute("label") ?? "",
          spellcheck: "false",
          tabindex: "0",
          autocapitalize: "off",
        }),
        EditorView.domEventHandlers({ beforeinput: (event, view) => this.#overwrite(event, view) }),
        EditorView.updateListener.of((update) => this.#heard(update)),
      ],
    });
  }

  /**
   * Text that takes the place of a selection. A browser that puts it there by itself keeps the look
   * of what was there as an inline style, which the page's policy refuses.
   */
  #overwrite(event, view) {
    const isText = event.inputType === "insertText" && Boolean(event.data) && !event.isComposing;
    if (!isText || view.state.readOnly || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch({
      ...view.state.replaceSelection(event.data),
      userEvent: "input.type",
      scrollIntoView: true,
    });
    return true;
  }

  /** Only what a person did is told; what the page set, it knows. */
  #heard(update) {
    if (!update.docChanged) return;
    this.#value = update.state.doc.toString();
    const isWritten = update.transactions.some((each) => WRITING.some((kind) => each.isUserEvent(kind)));
    if (isWritten) this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  get value() {
    return this.#value;
  }

  /** Another text begins anew: nothing of the one before can be brought back into it. */
  set value(text) {
    if (text === this.#value) return;
    this.#value = text;
    this.#view?.setState(this.#state());
  }

  get faultLine() {
    return this.#view === null ? null : markedLine(this.#view.state);
  }

  set faultLine(number) {
    this.#fault = number;
    if (this.#view === null) return;
    this.#view.dispatch({ effects: markFault.of(number) });
    if (number !== null) this.#bringIntoSight(number);
  }

  /** Moves the code within its frame; the page stays where somebody looks at it. */
  #bringIntoSight(number) {
    const { state, scrollDOM } = this.#view;
    if (number < 1 || number > state.doc.lines) return;
    const { top, bottom } = this.#view.lineBlockAt(state.doc.line(number).from);
    const low = bottom + MARGIN_PX - scrollDOM.clientHeight;
    if (scrollDOM.scrollTop < low) scrollDOM.scrollTop = low;
    if (scrollDOM.scrollTop > top - MARGIN_PX) scrollDOM.scrollTop = top - MARGIN_PX;
  }

  focus() {
    this.#view?.focus();
  }
}

customElements.define("code-editor", CodeEditor);
