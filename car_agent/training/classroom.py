"""Where a student is taught: somebody drives, the expert says what it would do, both are kept.

The first pictures come from the expert's own driving. Then the student drives in random light and
latency, gets into places where the expert never would be, and is told what the expert would do
there (dataset aggregation; S. Ross, G. Gordon, D. Bagnell, AISTATS 2011).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np

from car_agent.driving.policy import make_policy
from car_agent.simulation.evaluation import THROTTLE
from car_agent.simulation.practice import Practice, Start
from car_agent.training.answers import TOP_SPEED_MPS, Output, label_for
from car_agent.training.expert import Expert
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.networks.student import Labels, Pictures, Student, answer_of
from hardware.cameras.frames import Pixels

#: A run is broken off after this many pictures: other places have to be seen too.
RUN_PICTURES = 150
_SHAKE_FRAC = 0.12

Watch = Callable[[Pixels], None]


def seen_by(shape: NetworkShape, pixels: Pixels) -> Pixels:
    """Return a luma picture in a network's size, resized as the car does it."""
    size_px = (shape.width_px, shape.height_px)
    return np.asarray(cv2.resize(pixels, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Syllabus:
    """What is taught, by whom and where; with its ``seed`` it says which pictures are taken."""

    practice: Practice
    expert: Expert
    output: Output
    seed: int
    shape: NetworkShape


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one run taught: pictures in the network's size, the expert's answers, its end."""

    pictures: Pictures
    labels: Labels
    has_crashed: bool
    last_seen: Pixels

    def first(self, count: int) -> "Lesson":
        """Return as much of it as ``count`` pictures."""
        if count >= len(self.pictures):
            return self
        kept = self.pictures[:count], self.labels[:count]
        return replace(self, pictures=kept[0], labels=kept[1], has_crashed=False)


#: Drives a run for each seed and returns what each taught, in their order.
DriveAll = Callable[[Sequence[int], Start, Student | None], Iterable[Lesson]]


class Lessons:
    """Drives single runs; what one teaches depends on its seed and on who drives it alone.

    ``chance`` is what is left of the syllabus' after its cameras were mounted.
    """

    def __init__(self, syllabus: Syllabus) -> None:
        self._about = syllabus
        self._policy = make_policy(syllabus.output, THROTTLE)
        self.chance = Random(syllabus.seed)  # noqa: S311 - practice, not secrets
        self._cameras = syllabus.practice.cameras(self.chance)

    def drive(
        self, seed: int, begin: Start, student: Student | None, watch: Watch = lambda _: None
    ) -> Lesson:
        """Let ``student``, or the expert, drive until the car is off or there are enough pictures.

        The expert's hands shake, so that there is something to correct. ``watch`` is shown each
        picture, larger.
        """
        about, chance = self._about, Random(seed)  # noqa: S311 - practice, not secrets
        run = about.practice.begin(begin, self._cameras, chance)
        pictures: list[Pixels] = []
        labels: list[Labels] = []
        shake = 0.0
        while len(pictures) < RUN_PICTURES and not (run.is_off or run.has_crashed):
            picture = run.observe()
            watch(picture)
            seen = seen_by(about.shape, picture)
            pose = run.state
            spots = run.traffic.spots if run.traffic else ()
            advice = about.expert.advise(pose.x_m, pose.y_m, pose.heading_rad, spots)
            pictures.append(seen)
            labels.append(label_for(about.output, *advice))
            if student is None:
                steering_frac, speed_mps = advice
                shake = 0.8 * shake + chance.gauss(0.0, _SHAKE_FRAC)
                run.act(max(-1.0, min(1.0, steering_frac + shake)), speed_mps / TOP_SPEED_MPS)
            else:
                wanted = self._policy(answer_of(student, seen))
                run.act(wanted.steering_frac, wanted.throttle_frac)
        return Lesson(np.stack(pictures), np.stack(labels), run.is_off or run.has_crashed, picture)


class Classroom:
    """All pictures with the expert's answers so far, and the way to more of them.

    ``pictures`` is N×height×width uint8 in the network's size, ``labels`` N×answers float32.
    ``watch`` is shown pictures, larger. ``drive_all``: whose cars drive; None: here, one after the
    other.
    """

    def __init__(
        self,
        syllabus: Syllabus,
        watch: Watch = lambda _: None,
        drive_all: DriveAll | None = None,
    ) -> None:
        shape, answers = syllabus.shape, len(label_for(syllabus.output, 0.0, 0.0))
        self._lessons = Lessons(syllabus)
        self._watch = watch
        self._drive_all = drive_all or self._drive_here
        self.pictures: Pictures = np.empty((0, shape.height_px, shape.width_px), dtype=np.uint8)
        self.labels: Labels = np.empty((0, answers), dtype=np.float32)

    def collect(self, begin: Start, count: int, student: Student | None) -> int:
        """Keep ``count`` more pictures while ``student``, or the expert, drives; return crashes."""
        taken: list[Lesson] = []
        missing = count
        while missing:
            # So many runs are needed at least, however long each is.
            runs = -(-missing // RUN_PICTURES)
            seeds = [self._lessons.chance.getrandbits(64) for _ in range(runs)]
            for whole in self._drive_all(seeds, begin, student):
                taken.append(whole.first(missing))
                missing -= len(taken[-1].pictures)
        self.pictures = np.concatenate([self.pictures, *(each.pictures for each in taken)])
        self.labels = np.concatenate([self.labels, *(each.labels for each in taken)])
        return sum(each.has_crashed for each in taken)

    def _drive_here(
        self, seeds: Sequence[int], begin: Start, student: Student | None
    ) -> Iterator[Lesson]:
        for seed in seeds:
            yield self._lessons.drive(seed, begin, student, self._watch)
