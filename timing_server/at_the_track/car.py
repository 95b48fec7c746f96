"""A car's computer: its settings, and whether those that are there already fit."""

import tomllib

from timing_server.at_the_track.errors import UnfitMachineError
from timing_server.at_the_track.steps import Target
from timing_server.at_the_track.wishes import CONFIG, Part, Wishes

#: The guard apart from the agent, so that it outlives the agent's restarts; the page likewise.
CAR_PARTS: tuple[Part, ...] = ("guard", "car", "console")
GUARD_SOCKET = "/run/paddock/guard.sock"
#: Where a car looks for its server where nobody names one: as docs/at-the-track.md calls it.
SERVER_OF_CARS = "http://paddock.local:8000"


def car_settings(wishes: Wishes) -> str:
    """Return the settings of a car's computer, for its owner to edit."""
    folder = f"{wishes.data}/car"
    return f"""\
# Paddock's settings on this car: docs/reference/settings.md has all of them. Yours to edit:
# 'paddock venue install' leaves this file as it is. Then: sudo systemctl restart 'paddock-*'
[car]
car_id = "{wishes.car_id}"
server_url = "{wishes.server_url}"
camera = "usb:0"
# What turns the wheels: "pwm", "pca9685" or "gpiozero" (docs/car-safety.md). With "none" the car
# stands, and its commands are only written to the log.
actuators = "none"
# Without a model the car waits for one from race control, or chosen at its own page from here:
model_folder = "{wishes.data}/models"
token_file = "{folder}/car.token"
data_dir = "{folder}"
guard_socket = "{GUARD_SOCKET}"

[car.record]
folder = "{folder}/records"
"""


def check_car_settings(wishes: Wishes, target: Target) -> None:
    """Raise UnfitMachineError where settings that are there already aren't this car's."""
    text = target.text(CONFIG)
    if wishes.car_id is None or text is None:
        return
    try:
        car = tomllib.loads(text).get("car", {})
        found = {key: str(car.get(key, "")) for key in ("car_id", "guard_socket")}
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise UnfitMachineError(f"{target.path(CONFIG)} can't be read: {error}.") from error
    wanted = {"car_id": wishes.car_id, "guard_socket": GUARD_SOCKET}
    wrong = [f'{key} = "{value}"' for key, value in wanted.items() if found[key] != value]
    if wrong:
        raise UnfitMachineError(
            f"{target.path(CONFIG)} is yours and stays as it is: write {' and '.join(wrong)} into "
            "its table [car], then run this again."
        )


def car_closing_words(wishes: Wishes) -> list[str]:
    """Return what somebody does next on a car that was just set up."""
    paddock = wishes.programs.paddock
    pairing = (
        "Pair the car once, for races: sudo systemctl stop paddock-car; "
        f"sudo -u {wishes.user} PADDOCK_CONFIG={CONFIG} {paddock} car --pair"
        "; Ctrl-C once it runs; sudo systemctl start paddock-car"
    )
    return [
        "Its page    sudo journalctl -u paddock-console shows its address and code.",
        f"Wheels      actuators in {CONFIG}; until then the car only writes to its log.",
        pairing,
    ]
