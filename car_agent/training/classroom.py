"""Where a student is taught: somebody drives, the expert says what it would do, both are kept.

The first pictures come from the expert's own driving. Then the student drives in random light and
latency, gets into places where the expert never would be, and is told what the expert would do
there (dataset aggregation; S. Ross, G. Gordon, D. Bagnell, AISTATS 2011).
"""

from collections.abc import Callable
from random import Random

import cv2
import numpy as np

from car_agent.driving.policy import make_policy
from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.evaluation import THROTTLE
from car_agent.simulation.practice import Practice, Start
from car_agent.training.answers import TOP_SPEED_MPS, Output, label_for
from car_agent.training.expert import Expert
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.networks.student import Labels, Pictures, Student, answer_of
from hardware.cameras.frames import Pixels

#: A run is broken off after this many pictures: other places have to be seen too.
_RUN_PICTURES = 150
_SHAKE_FRAC = 0.12


def seen_by(shape: NetworkShape, pixels: Pixels) -> Pixels:
    """Return a luma picture in a network's size, resized as the car does it."""
    size_px = (shape.width_px, shape.height_px)
    return np.asarray(cv2.resize(pixels, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)


class Classroom:
    """A place to practise, an expert, and all pictures with the expert's answers so far.

    ``pictures`` is N×height×width uint8 in the network's size, ``labels`` N×answers float32.
    Deterministic by ``seed``. ``watch`` is shown each picture, larger.
    """

    def __init__(
        self,
        practice: Practice,
        expert: Expert,
        output: Output,
        seed: int,
        shape: NetworkShape,
        watch: Callable[[Pixels], None] = lambda _: None,
    ) -> None:
        self._practice = practice
        self._expert = expert
        self._output = output
        self._shape = shape
        self._watch = watch
        self._policy = make_policy(output, THROTTLE)
        self._chance = Random(seed)  # noqa: S311 - practice, not secrets
        self._cameras = practice.cameras(self._chance)
        self.pictures: Pictures = np.empty((0, shape.height_px, shape.width_px), dtype=np.uint8)
        self.labels: Labels = np.empty((0, len(label_for(output, 0.0, 0.0))), dtype=np.float32)

    def new_run(self, begin: Start) -> SimulatedCar:
        """Return a run under random conditions, with a random camera."""
        chance = Random(self._chance.getrandbits(64))  # noqa: S311 - likewise
        return self._practice.begin(begin, self._cameras, chance)

    def collect(self, begin: Start, count: int, student: Student | None) -> int:
        """Keep ``count`` more pictures while ``student``, or the expert, drives; return crashes.

        The expert's hands shake, so that there is something to correct.
        """
        crashes = 0
        pictures: list[Pixels] = []
        labels: list[Labels] = []
        while len(pictures) < count:
            run = self.new_run(begin)
            shake = 0.0
            for _ in range(min(_RUN_PICTURES, count - len(pictures))):
                picture = run.observe()
                self._watch(picture)
                seen = seen_by(self._shape, picture)
                pose = run.state
                spots = run.traffic.spots if run.traffic else ()
                steering_frac, speed_mps = self._expert.advise(
                    pose.x_m, pose.y_m, pose.heading_rad, spots
                )
                pictures.append(seen)
                labels.append(label_for(self._output, steering_frac, speed_mps))
                if student is None:
                    shake = 0.8 * shake + run.chance.gauss(0.0, _SHAKE_FRAC)
                    run.act(max(-1.0, min(1.0, steering_frac + shake)), speed_mps / TOP_SPEED_MPS)
                else:
                    wanted = self._policy(answer_of(student, seen))
                    run.act(wanted.steering_frac, wanted.throttle_frac)
                if run.is_off or run.has_crashed:
                    crashes += 1
                    break
        self.pictures = np.concatenate([self.pictures, np.stack(pictures)])
        self.labels = np.concatenate([self.labels, np.stack(labels)])
        return crashes
