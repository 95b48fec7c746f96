"""The reward that AWS DeepRacer began with: the nearer to the centre line, the better.

Three bands around the line, 10 %, 25 % and half of the track's width away from it.
"""

BANDS = ((0.10, 1.0), (0.25, 0.5), (0.50, 0.1))


def reward_function(params):
    """Return 1 close to the line, less further out, and next to nothing off the track."""
    away = params["distance_from_center"] / params["track_width"]
    for reach, reward in BANDS:
        if away <= reach:
            return reward
    return 1e-3
