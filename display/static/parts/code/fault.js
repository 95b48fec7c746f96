// Marks the line of the code that a fault is in; it stays with its line, and goes when that changes.

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutterLineClass } from "@codemirror/view";

const CLASS = "cm-line--fault";
const line = Decoration.line({ class: CLASS });

class FaultMarker extends GutterMarker {
  elementClass = CLASS;
}
const marker = new FaultMarker();

/** An effect that marks the line of that number, counted from 1; null marks none. */
export const markFault = StateEffect.define();

function startOf(doc, number) {
  if (number === null || number < 1 || number > doc.lines) return null;
  return doc.line(number).from;
}

/** The start of the marked line after a change; null where somebody wrote in that line. */
function moved(at, transaction) {
  if (at === null || !transaction.docChanged) return at;
  const { from, to } = transaction.startState.doc.lineAt(at);
  return transaction.changes.touchesRange(from, to) ? null : transaction.changes.mapPos(at);
}

const place = StateField.define({
  create: () => null,
  update(at, transaction) {
    const told = transaction.effects.filter((effect) => effect.is(markFault)).at(-1);
    if (told !== undefined) return startOf(transaction.newDoc, told.value);
    return moved(at, transaction);
  },
  provide: (field) => [
    EditorView.decorations.from(field, (at) =>
      at === null ? Decoration.none : Decoration.set([line.range(at)]),
    ),
    gutterLineClass.from(field, (at) =>
      at === null ? RangeSet.empty : RangeSet.of([marker.range(at)]),
    ),
  ],
});

export const faultLine = place;

/** The number of the marked line, null where none is. */
export function markedLine(state) {
  const at = state.field(place);
  return at === null ? null : state.doc.lineAt(at).number;
}
