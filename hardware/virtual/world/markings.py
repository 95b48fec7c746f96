"""How wide what is painted on a track is, in metres, as on the mats that people race on."""

BORDER_WIDTH_M = 0.05
DASH_WIDTH_M = 0.03
DASH_M, GAP_M = 0.10, 0.10
FINISH_WIDTH_M = 0.10
