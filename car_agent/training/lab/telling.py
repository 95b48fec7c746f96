"""What the lab finds, as the messages that a page and ``--json`` get."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from car_agent.training.lab.asking import Answer, Fault
from car_agent.training.lab.comparison import Comparison
from car_agent.training.lab.fuzz import Finding, Report
from car_agent.training.lab.ground import Drive, Ground, Pose
from car_agent.training.lab.maps import Grid, HeatMap
from timing_server.contract.lab import (
    MAX_FAULTS_SHOWN,
    AtAnswer,
    CompareAnswer,
    FuzzAnswer,
    FuzzFinding,
    GhostDrive,
    GhostPose,
    MapAnswer,
    MapGrid,
    PaidPose,
    PlaceOfDifference,
    RewardFault,
    RewardMap,
)

#: A map is looked at.
_DIGITS = 6


def drive_of(message: GhostDrive) -> Drive:
    """Return what a ghost does, of a message."""
    return Drive(message.speed_mps, message.steering_deg, message.progress_percent, message.steps)


def pose_of(message: GhostPose) -> Pose:
    """Return a ghost of a message."""
    return Pose(message.x_m, message.y_m, message.heading_deg, drive_of(message))


def told_pose(pose: Pose) -> GhostPose:
    """Return a ghost as a message."""
    drive = pose.drive
    return GhostPose(
        x_m=pose.x_m,
        y_m=pose.y_m,
        heading_deg=pose.heading_deg,
        speed_mps=drive.speed_mps,
        steering_deg=drive.steering_deg,
        progress_percent=drive.progress_percent,
        steps=drive.steps,
    )


def told_at(ground: Ground, pose: Pose, answer: Answer) -> AtAnswer:
    """Return what is told of one pose and paid for it."""
    passing = ground.parameters(pose)
    parameters: dict[str, Any] = {**ground.lasting, **passing}
    waypoints = ground.lasting["waypoints"]
    behind, ahead = passing["closest_waypoints"]
    parameters.pop("waypoints")
    parameters["objects_location"] = [list(place) for place in parameters["objects_location"]]
    return AtAnswer(
        reward=None if isinstance(answer, Fault) else answer,
        fault=told_fault(answer) if isinstance(answer, Fault) else None,
        parameters=dict(sorted(parameters.items())),
        waypoints_n=len(waypoints),
        waypoint_behind=waypoints[behind],
        waypoint_ahead=waypoints[ahead],
    )


def told_fault(fault: Fault) -> RewardFault:
    """Return a fault as a message."""
    return RewardFault(
        kind=fault.kind,
        sentence=fault.sentence,
        words=fault.words,
        line=fault.line,
        pose=told_pose(fault.pose),
    )


def told_map(shown: HeatMap) -> MapAnswer:
    """Return a heat map with its grid."""
    return MapAnswer(grid=_told_grid(shown.grid), map=_told_rewards(shown))


def told_comparison(maps: Sequence[HeatMap], comparison: Comparison) -> CompareAnswer:
    """Return two maps of one grid and how they compare."""
    return CompareAnswer(
        grid=_told_grid(maps[0].grid),
        maps=(_told_rewards(maps[0]), _told_rewards(maps[1])),
        correlation=comparison.correlation,
        rank_correlation=comparison.rank_correlation,
        differences=tuple(map(_rounded, comparison.differences)),
        most=tuple(
            PlaceOfDifference(pose=told_pose(each.pose), rewards=each.rewards, shares=each.shares)
            for each in comparison.most
        ),
    )


def told_report(report: Report) -> FuzzAnswer:
    """Return what trying found."""
    return FuzzAnswer(
        cases=report.cases,
        wanted=report.wanted,
        findings=tuple(_told_finding(each) for each in report.findings),
        habits=report.habits,
        matters=report.matters,
        lowest=_told_paid(report.lowest),
        highest=_told_paid(report.highest),
    )


def _told_finding(finding: Finding) -> FuzzFinding:
    return FuzzFinding(fault=told_fault(finding.fault), needs=finding.needs, count=finding.count)


def _told_paid(paid: tuple[float, Pose] | None) -> PaidPose | None:
    return None if paid is None else PaidPose(reward=paid[0], pose=told_pose(paid[1]))


def _told_grid(grid: Grid) -> MapGrid:
    return MapGrid(
        left_m=grid.left_m,
        bottom_m=grid.bottom_m,
        cell_m=grid.cell_m,
        columns=grid.columns,
        rows=grid.rows,
        cells=grid.cells,
    )


def _told_rewards(shown: HeatMap) -> RewardMap:
    on_road, faults = shown.on_road(), shown.faults()
    return RewardMap(
        rewards=tuple(map(_rounded, shown.rewards())),
        lowest=min(on_road, default=None),
        mean=fmean(on_road) if on_road else None,
        highest=max(on_road, default=None),
        faults_n=len(faults),
        faults=tuple(map(told_fault, faults[:MAX_FAULTS_SHOWN])),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
