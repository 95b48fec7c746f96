"""The table of pages, and the one document that all of them share."""

import json
from dataclasses import dataclass
from typing import Final, Literal

from display.pages.edition import STATIC_ADDRESS

#: Bare names that npm's packages import each other by, and where they lie below the static folder.
IMPORTS: Final = {
    "lit": "vendor/lit/index.js",
    "lit/": "vendor/lit/",
    "lit-html": "vendor/lit-html/lit-html.js",
    "lit-html/": "vendor/lit-html/",
    "lit-element/": "vendor/lit-element/",
    "@lit/reactive-element": "vendor/lit-reactive-element/reactive-element.js",
    "uplot": "vendor/uplot/uPlot.esm.js",
    **{
        f"@codemirror/{name}": f"vendor/codemirror-{name}/index.js"
        for name in (
            "autocomplete",
            "commands",
            "lang-python",
            "language",
            "state",
            "streamparser",
            "view",
        )
    },
    **{
        f"@lezer/{name}": f"vendor/lezer-{name}/index.js"
        for name in ("common", "highlight", "lr", "python")
    },
    "@marijn/find-cluster-break": "vendor/marijn-find-cluster-break/index.js",
    "crelt": "vendor/crelt/index.js",
    "style-mod": "vendor/style-mod/style-mod.js",
    "w3c-keyname": "vendor/w3c-keyname/index.js",
}


def import_map(static_address: str) -> str:
    """Return the import map of pages whose files lie at this address.

    Modules name each other below ``/static/``, which leads to the same edition as the page's own
    files; and that edition's address, which is below ``/static/``, too, to itself.
    """
    imports = {name: f"{static_address}/{path}" for name, path in IMPORTS.items()}
    imports |= {f"{each}/": f"{static_address}/" for each in (STATIC_ADDRESS, static_address)}
    return json.dumps({"imports": imports}, indent=2)


#: The sheets of every page; a club's own comes behind the first.
_SHARED: Final = ("tokens", "face", "base", "pieces")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the element that fills it, the module that defines it, and its style sheets.

    ``name`` is the page's own: its title is the text ``page.NAME``. ``module`` and ``styles`` are
    below ``/static`` and ``/static/styles``, without their suffixes; what all pages share comes
    before them. ``vendor_styles`` are sheets below ``/static/vendor``, which come before all.
    ``theme`` is how the page is drawn where nobody chose: ``auto`` is the device's wish. What is
    held in the hand remembers one choice; what hangs on a wall has each its own. The ground of a
    clear page isn't painted, whatever shows behind it.
    """

    name: str
    element: str
    module: str
    styles: tuple[str, ...]
    theme: Literal["dark", "auto"] = "auto"
    is_clear: bool = False
    vendor_styles: tuple[str, ...] = ()

    def document(
        self, static_address: str = STATIC_ADDRESS, club_sheets: tuple[str, ...] = ()
    ) -> str:
        """Return the page as HTML.

        ``static_address`` is where the static folder lies, without a slash at the end;
        ``club_sheets`` are addresses of what a club changes.
        """
        own = [f"{static_address}/styles/{name}.css" for name in (*_SHARED, *self.styles)]
        vendored = [f"{static_address}/vendor/{name}.css" for name in self.vendor_styles]
        sheets = "\n".join(
            f'    <link rel="stylesheet" href="{address}" />'
            for address in (*vendored, own[0], *club_sheets, *own[1:])
        )
        memory = "paddock.theme" if self.theme == "auto" else f"paddock.theme.{self.name}"
        schemes = "light dark" if self.theme == "auto" else "dark"
        if self.is_clear:
            schemes = "normal"
        is_in_hand = self.theme == "auto"
        choices = "\n    <screen-choices></screen-choices>" if is_in_hand else ""
        modules = (self.module, "parts/screen_choices") if is_in_hand else (self.module,)
        scripts = "\n".join(
            f'    <script type="module" src="{static_address}/{module}.js"></script>'
            for module in modules
        )
        return f"""<!doctype html>
<html lang="en" data-theme="{self.theme}" data-theme-memory="{memory}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="{schemes}" />
    <title data-i18n="page.{self.name}">Paddock</title>
    <link rel="icon" href="{static_address}/icon.svg" type="image/svg+xml" />
{sheets}
    <script src="{static_address}/theme.js"></script>
    <script type="importmap">{import_map(static_address)}</script>
{scripts}
  </head>
  <body>
    <{self.element}></{self.element}>{choices}
    <noscript>Paddock needs JavaScript, which this browser has switched off.</noscript>
  </body>
</html>
"""


_BOARD: Final = (
    *("board/board", "board/standings", "board/footer", "board/stage", "board/lap_strip"),
    *("board/track", "board/scenes", "board/podium", "progression", "flags", "board/news"),
    *("board/whole", "stop", "board/small", "venue"),
)
_CONTROL: Final = (
    *(
        "control/control",
        "forms",
        "stop",
        "control/race",
        "control/drive",
        "control/plan",
        "virtual",
    ),
    *("progression", "control/marshal", "control/people", "venue", "control/devices"),
    *("control/screens", "control/keys", "verdict", "proofs"),
)
_COMMENTATOR: Final = ("progression", "flags", "stop", "venue", "pages/commentator")
_PEOPLE: Final = ("control/control", "forms", "control/people")
_FORMS: Final = ("control/control", "forms")
_WORKSHOP: Final = (*_FORMS, "workshop_head", "track_plan")
_MODELS: Final = (
    *(*_PEOPLE, "workshop_head", "verdict", "virtual"),
    *("pages/models", "pages/models_compared", "pages/measured"),
)
_BRACKET: Final = ("board/board", "progression", "venue", "board/bracket", "board/small")
_DRIVE: Final = ("control/control", "control/drive", "stop", "venue")
_REPLAY: Final = ("track_plan", "pages/replay", "pages/replay_chart", "pages/analysis_charts")
_ANALYSIS: Final = ("track_plan", "pages/replay", "pages/analysis", "pages/analysis_charts")
_LIGHTS: Final = ("flags", "stop", "venue", "pages/lights")


def _overlay(name: str) -> Page:
    """Return a page of graphics on a clear ground, for OBS."""
    element = f"overlay-{name.replace('_', '-')}"
    module = f"overlay/{name}"
    styles = ("flags", "pages/overlay")
    return Page(f"overlay_{name}", element, module, styles, theme="dark", is_clear=True)


#: The server's pages by address.
PAGES: Final = {
    "/": Page("board", "paddock-board", "board/board", _BOARD, theme="dark"),
    "/analysis": Page(
        *("analysis", "paddock-analysis", "analysis/analysis", _ANALYSIS),
        vendor_styles=("uplot/uPlot.min",),
    ),
    "/bracket": Page("bracket", "paddock-bracket", "bracket/page", _BRACKET, theme="dark"),
    "/commentator": Page(
        "commentator", "paddock-commentator", "commentator/commentator", _COMMENTATOR
    ),
    "/control": Page("control", "paddock-control", "control/control", _CONTROL),
    "/drive": Page("drive", "paddock-drive", "drive/drive", _DRIVE),
    "/join": Page("join", "paddock-join", "people/join", _PEOPLE),
    "/lab": Page(
        "lab", "paddock-lab", "lab/lab", (*_WORKSHOP, "verdict", "pages/lab", "pages/lab_map")
    ),
    "/lights": Page("lights", "paddock-lights", "lights/lights", _LIGHTS, theme="dark"),
    "/line": Page("line", "paddock-line", "line/line", (*_FORMS, "pages/line", "venue")),
    "/me": Page(
        *("me", "paddock-me", "people/me", (*_PEOPLE, "venue", "verdict", "virtual", "pages/laps")),
        vendor_styles=("uplot/uPlot.min",),
    ),
    "/models": Page("models", "paddock-models", "models/models", _MODELS),
    "/new-event": Page("new_event", "paddock-new-event", "control/new_event/new_event", _FORMS),
    "/overlay/lower-third": _overlay("lower_third"),
    "/overlay/timer": _overlay("timer"),
    "/overlay/tower": _overlay("tower"),
    "/replay": Page("replay", "paddock-replay", "replay/replay", _REPLAY),
    "/results": Page("results", "paddock-results", "results/results", ("pages/results", "proofs")),
    "/season": Page("season", "paddock-season", "season/season", (*_FORMS, "pages/season")),
    "/start-list": Page(
        *("start_list", "paddock-start-list", "start_list/start_list"),
        (*_FORMS, "control/plan", "venue"),
    ),
    "/tracks": Page("tracks", "paddock-tracks", "tracks/tracks", (*_WORKSHOP, "pages/tracks")),
    "/train": Page(
        *(
            "train",
            "paddock-train",
            "train/train",
            (*_WORKSHOP, "verdict", "pages/train", "pages/train_watch"),
        ),
        vendor_styles=("uplot/uPlot.min",),
    ),
    "/virtual": Page(
        *("virtual", "paddock-virtual", "league/league"),
        (*_FORMS, "track_plan", "virtual", "pages/league"),
    ),
}

#: The car's own page, which its console serves at /.
CONSOLE_PAGE: Final = Page(
    "car_console", "car-console", "car_console/car_console", (*_FORMS, "pages/car_console")
)
