// How code looks in the editor: in the tokens of the page's theme, which changes by itself.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: "var(--purple)" },
  { tag: [tags.string, tags.docString], color: "var(--green)" },
  { tag: tags.number, color: "var(--yellow)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "var(--chart-1)" },
]);

const frame = EditorView.theme({
  "&": {
    border: "1px solid var(--edge)",
    borderRadius: "var(--corner-small)",
    background: "var(--bg)",
    color: "var(--ink)",
    fontSize: "0.95rem",
    height: "100%",
  },
  "&.cm-focused": { outline: "0.2rem solid var(--yellow)", outlineOffset: "0.1rem" },
  ".cm-scroller": {
    fontFamily: '"Noto Sans Mono", "DejaVu Sans Mono", monospace',
    fontStretch: "100%",
    lineHeight: "1.5",
  },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { background: "var(--panel)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "transparent" },
  "&.cm-focused .cm-activeLine": { background: "var(--chequer)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--chosen-fill)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    background: "transparent",
    outline: "1px solid var(--muted)",
  },
  ".cm-line--fault, .cm-gutterElement.cm-line--fault": {
    background: "var(--danger)",
    color: "var(--on-danger)",
  },
  ".cm-line--fault *": { color: "var(--on-danger)" },
});

export const look = [frame, syntaxHighlighting(highlight)];
