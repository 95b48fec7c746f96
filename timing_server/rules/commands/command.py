"""What an organiser or a marshal may ask for, in the imperative; ``decide`` answers each.

Ids and instants come with the command: the rules make up neither (architecture rule 2).
"""

from timing_server.rules.commands.driving import DrivingCommand
from timing_server.rules.commands.heats import HeatCommand
from timing_server.rules.commands.judging import JudgingCommand
from timing_server.rules.commands.marks import BindMark
from timing_server.rules.commands.plan import (
    AddEntry,
    BindGate,
    BindModel,
    ChangeStage,
    CheckInEntry,
    CheckOutEntry,
    CloseEvent,
    CreateEvent,
    DeclareCar,
    EquipRun,
    GroupEntry,
    LayTrack,
    MarkNoShow,
    OpenEvent,
    PlanHeat,
    PlanStage,
    ReinstateEntry,
    RemoveStage,
    ScheduleStage,
    SubstituteDrivers,
    WithdrawEntry,
)
from timing_server.rules.commands.progression import ProgressionCommand
from timing_server.rules.commands.rulings import RulingCommand
from timing_server.rules.commands.running_order import (
    JoinQueue,
    LeaveQueue,
    PlanRounds,
    RemoveHeat,
    ReorderHeats,
)
from timing_server.rules.commands.season import CountEvent, DropEvent, PlanSeason
from timing_server.rules.commands.virtual import VirtualCommand

Command = (
    CreateEvent
    | OpenEvent
    | CloseEvent
    | PlanStage
    | ChangeStage
    | LayTrack
    | RemoveStage
    | ScheduleStage
    | AddEntry
    | GroupEntry
    | CheckInEntry
    | CheckOutEntry
    | WithdrawEntry
    | ReinstateEntry
    | SubstituteDrivers
    | BindModel
    | DeclareCar
    | MarkNoShow
    | PlanHeat
    | PlanRounds
    | RemoveHeat
    | ReorderHeats
    | JoinQueue
    | LeaveQueue
    | EquipRun
    | BindGate
    | BindMark
    | HeatCommand
    | DrivingCommand
    | ProgressionCommand
    | RulingCommand
    | JudgingCommand
    | PlanSeason
    | CountEvent
    | DropEvent
    | VirtualCommand
)
