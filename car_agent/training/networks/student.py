"""The student: a convolutional network that learns to answer a picture as the expert does.

Pictures are levelled inside the network (mean 0, deviation 1), so that half light looks like full
light. Trained with one thread: two on a busy machine made an update ten times slower.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from car_agent.training.networks.shapes import NetworkShape

Pictures = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.float32]

_BATCH = 128
_LEARNING_RATE = 1.5e-3


class Student(nn.Module):
    """A network of a shape; ``answers`` numbers come out.

    Takes N×1×height×width float32 in 0–255, returns N×answers, without a last activation unless
    the shape squashes.
    """

    def __init__(self, shape: NetworkShape, answers: int) -> None:
        super().__init__()
        self.shape = shape
        self.features = convolutions(shape)
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(shape.features, shape.dense),
            nn.ReLU(),
            nn.Linear(shape.dense, answers),
        )

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Level each picture, then answer."""
        answer: torch.Tensor = self.head(self.features(levelled(pictures)))
        return torch.tanh(answer) if self.shape.is_squashed else answer


def convolutions(shape: NetworkShape) -> nn.Sequential:
    """Return a network's convolutions, new."""
    layers: list[nn.Module] = []
    channels = 1
    for each in shape.convolutions:
        layers += [
            nn.Conv2d(
                channels,
                each.channels,
                each.kernel_px,
                stride=each.stride_px,
                padding=each.padding_px,
            ),
            nn.ReLU(),
        ]
        channels = each.channels
    return nn.Sequential(*layers)


def levelled(pictures: torch.Tensor) -> torch.Tensor:
    """Return each picture with mean 0 and deviation 1; one grey level keeps a black one finite."""
    mean = pictures.mean(dim=(1, 2, 3), keepdim=True)
    centred = pictures - mean
    return centred / ((centred * centred).mean(dim=(1, 2, 3), keepdim=True).sqrt() + 1.0)


Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def imitation_loss(answer: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    """Return how far [steering, speed] are from the expert's, large errors counted mildly."""
    return nn.functional.smooth_l1_loss(answer, label, beta=0.2)


def choice_loss(answer: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    """Return how unlikely the expert's choice was; ``label`` holds a weight for each action."""
    return nn.functional.cross_entropy(answer, label)


def be_repeatable(seed: int) -> None:
    """Make torch give the same network for the same seed on the same machine."""
    torch.set_num_threads(1)
    # For pictures as small as these, handing parts to other threads costs more than it brings.
    cv2.setNumThreads(1)
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(seed)


class Teacher:
    """Trains one student over several rounds; keeps the optimiser's memory between them."""

    def __init__(self, student: Student, loss: Loss, seed: int) -> None:
        self.student = student
        self._loss = loss
        self._optimiser = torch.optim.AdamW(student.parameters(), lr=_LEARNING_RATE)
        self._chance = np.random.default_rng(seed)

    def teach(self, pictures: Pictures, labels: Labels, epochs: int, last_rate: float) -> float:
        """Go through N×height×width pictures ``epochs`` times; return the last epoch's mean loss.

        The learning rate falls evenly to ``last_rate`` of the first.
        """
        updates = epochs * -(-len(pictures) // _BATCH)
        done, total = 0, 0.0
        self.student.train()
        for _ in range(epochs):
            total = 0.0
            order = self._chance.permutation(len(pictures))
            for start in range(0, len(order), _BATCH):
                chosen = order[start : start + _BATCH]
                share = 1.0 - (1.0 - last_rate) * done / updates
                self._optimiser.param_groups[0]["lr"] = _LEARNING_RATE * share
                total += self._update(pictures[chosen], labels[chosen]) * len(chosen)
                done += 1
        return total / len(pictures)

    def _update(self, pictures: Pictures, labels: Labels) -> float:
        batch = torch.from_numpy(pictures).unsqueeze(1).float()
        loss = self._loss(self.student(batch), torch.from_numpy(labels))
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        return float(loss.detach())


def answer_of(student: Student, picture: Pictures) -> Labels:
    """Return the student's answer to one picture, height × width."""
    with torch.no_grad():
        batch = torch.from_numpy(picture)[None, None].float()
        return np.asarray(student(batch)[0].numpy(), dtype=np.float32)
