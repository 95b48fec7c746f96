"""Drive along the left border: best a quarter of the track's width left of the centre line."""

WANTED = 0.25


def reward_function(params):
    """Return 1 at the wanted distance from the line, less the further away from there."""
    if not params["all_wheels_on_track"]:
        return 1e-3
    side = 1 if params["is_left_of_center"] else -1
    place = side * params["distance_from_center"] / params["track_width"]
    return max(1e-3, 1.0 - abs(place - WANTED) / 0.5)
