"""Which answer belongs to which command of the plan."""

from timing_server.rules.answers.answer import Answers
from timing_server.rules.answers.heats.stopping import unless_stopped
from timing_server.rules.answers.plan import entries, events, heats, models, rounds, stages
from timing_server.rules.commands import plan, running_order

ANSWERS: Answers = {
    plan.CreateEvent: events.create_event,
    plan.OpenEvent: events.open_event,
    plan.CloseEvent: unless_stopped(events.close_event),
    plan.BindGate: events.bind_gate,
    plan.PlanStage: stages.plan_stage,
    plan.ChangeStage: stages.change_stage,
    plan.LayTrack: stages.lay_track,
    plan.RemoveStage: stages.remove_stage,
    plan.ScheduleStage: stages.schedule_stage,
    plan.AddEntry: entries.add_entry,
    plan.GroupEntry: entries.group_entry,
    plan.CheckInEntry: entries.check_in_entry,
    plan.CheckOutEntry: entries.check_out_entry,
    plan.WithdrawEntry: entries.withdraw_entry,
    plan.ReinstateEntry: entries.reinstate_entry,
    plan.SubstituteDrivers: entries.substitute_drivers,
    plan.BindModel: models.bind_model,
    plan.DeclareCar: entries.declare_car,
    plan.MarkNoShow: heats.mark_no_show,
    plan.PlanHeat: heats.plan_heat,
    running_order.RemoveHeat: heats.remove_heat,
    running_order.ReorderHeats: heats.reorder_heats,
    running_order.PlanRounds: rounds.plan_rounds,
    running_order.JoinQueue: rounds.join_queue,
    running_order.LeaveQueue: rounds.leave_queue,
}
