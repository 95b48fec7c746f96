"""What an organiser or a marshal may ask for, in the imperative; ``decide`` answers each.

Ids and instants come with the command: the rules make up neither (architecture rule 2).
"""

from timing_server.rules.commands.heats import HeatCommand
from timing_server.rules.commands.marks import BindMark
from timing_server.rules.commands.plan import (
    AddEntry,
    BindGate,
    CloseEvent,
    CreateEvent,
    EquipRun,
    OpenEvent,
    PlanHeat,
    PlanStage,
    WithdrawEntry,
)
from timing_server.rules.commands.rulings import RulingCommand
from timing_server.rules.commands.season import CountEvent, DropEvent, PlanSeason

Command = (
    CreateEvent
    | OpenEvent
    | CloseEvent
    | PlanStage
    | AddEntry
    | WithdrawEntry
    | PlanHeat
    | EquipRun
    | BindGate
    | BindMark
    | HeatCommand
    | RulingCommand
    | PlanSeason
    | CountEvent
    | DropEvent
)
