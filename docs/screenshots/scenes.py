"""The table of pictures: a new one is a line here, and a place in a document that shows it."""

from typing import Final

from docs.screenshots import acts
from docs.screenshots.scene import LAPTOP, PHONE, PROJECTOR, Scene

ON_TRACK: Final = "[data-testid=lap-clock]"
ORGANISER: Final = "organiser"

#: In the order in which they are taken; those of one moment follow each other within its time.
SCENES: Final = (
    Scene("board-idle", "nothing", "/", "h1", PROJECTOR),
    Scene("board-start-list", "doors_open", "/?scene=start_list", "start-list-scene li"),
    Scene(
        *("control-people", "doors_open", "/control#people", "[data-testid=registrations]"),
        *(LAPTOP, "light"),
        who=ORGANISER,
    ),
    Scene(
        *("control-plan", "doors_open", "/control#plan", "[data-testid=stages]", LAPTOP, "light"),
        who=ORGANISER,
        act=acts.show_the_stages,
    ),
    Scene(
        *("track-editor", "doors_open", "/tracks?copy=demo", "track-editor .plan__road", LAPTOP),
        who=ORGANISER,
        act=acts.pull_a_corner_tight,
    ),
    Scene(
        *("train", "doors_open", "/train", "track-plan .plan__road", LAPTOP, "light"),
        who=ORGANISER,
        open_s=3,
    ),
    Scene(
        *("lab", "doors_open", "/lab", "[data-testid=ghost]", LAPTOP, "light"),
        who=ORGANISER,
        open_s=6,
    ),
    Scene(
        *("phone-join", "doors_open", "/join", "form", PHONE, "light"),
        act=acts.fill_in_the_form,
    ),
    Scene("phone-start-list", "doors_open", "/start-list", "[data-testid=start-list]", PHONE),
    Scene(
        *("control-ruling", "false_trigger", "/control#marshal"),
        *("ruling-dialog [data-testid=moves]", LAPTOP, "light"),
        who=ORGANISER,
        act=acts.foretell_a_ruling,
    ),
    Scene("board-called", "to_the_line", "/", "[data-testid=driver]"),
    Scene("phone-me", "to_the_line", "/me", "[data-testid=my-heats]", PHONE, who=44),
    Scene("board", "running", "/", ON_TRACK, open_s=11),
    Scene("board-light", "running", "/", ON_TRACK, PROJECTOR, "light", "es", open_s=8),
    Scene("control-race", "running", "/control", "[data-testid=cars]", LAPTOP, who=ORGANISER),
    Scene("phone-control", "running", "/control", "[data-testid=cars]", PHONE, who=ORGANISER),
    Scene("phone-drive", "running", "/drive", "car-watch", PHONE, who=7),
    Scene(
        *("overlays", "running", "/overlay/tower", "section", PROJECTOR),
        over=("/overlay/lower-third", "/overlay/timer"),
    ),
    Scene("commentator", "running", "/commentator", "[data-testid=stories]", LAPTOP),
    Scene(
        *("control-devices", "running", "/control#devices", "[data-testid=fleet]", LAPTOP),
        who=ORGANISER,
        act=acts.show_the_fleet,
    ),
    Scene(
        *("phone-car", "running", "{console}", "[data-testid=facts]", PHONE),
        act=acts.log_in_at_the_car,
    ),
    Scene("board-result", "result", "/", ".result"),
    Scene("board-cut", "qualified", "/?scene=standings", "board-standings tbody tr"),
    Scene(
        *("replay", "drawn", "/replay?event={event_id}&heat={quickest_heat_id}"),
        *("[data-testid=side-1]", LAPTOP),
        who=7,
        act=acts.set_another_lap_beside,
    ),
    Scene(
        *("analysis", "drawn", "/analysis?event={event_id}&heat={quickest_heat_id}"),
        "[data-plot=steering] canvas",
        who=7,
        act=acts.look_at_a_finding,
    ),
    Scene(
        *("phone-analysis", "drawn", "/analysis?event={event_id}&heat={quickest_heat_id}"),
        *("[data-plot=steering] canvas", PHONE, "light"),
        who=7,
        act=acts.look_at_the_curves,
    ),
    Scene(
        *("phone-laps", "drawn", "/me", "[data-testid=my-laps]", PHONE),
        who=7,
        act=acts.show_my_laps,
    ),
    Scene(
        *("control-who-goes-on", "drawn", "/control#plan", "progression-card", LAPTOP, "light"),
        who=ORGANISER,
        act=acts.show_who_goes_on,
    ),
    Scene("bracket", "knockout", "/bracket", ".duel"),
    Scene("board-match", "knockout", "/", "board-bracket .duel--now"),
    Scene("lights", "lights", "/lights?sound=off", ".start-lights", PROJECTOR, open_s=2.5),
    Scene("board-field", "field", "/", "[data-testid=field]"),
    Scene("board-podium", "podium", "/?scene=podium", "[data-testid=podium]"),
    Scene("results", "closed", "/results?event={event_id}", "table", LAPTOP, "light"),
    Scene("phone-results", "closed", "/results?event={event_id}", "table", PHONE, lang="es"),
    Scene(
        *("control-results", "closed", "/control#results", "[data-testid=awards]", LAPTOP),
        who=ORGANISER,
    ),
    Scene("virtual", "league", "/virtual", "track-plan .plan__road"),
    Scene(
        *("phone-submit", "league", "/me?stage={virtual_stage_id}", "[data-submission]"),
        *(PHONE, "light"),
        who=7,
    ),
    Scene("board-show", "show", "/", ".camera__picture", open_s=6),
    Scene("board-duel", "duel", "/", "car-panel:last-child .camera__picture", open_s=6),
)
