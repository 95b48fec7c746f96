"""The commands that run a heat, each with its answer."""

from timing_server.rules.answers.answer import Answers
from timing_server.rules.answers.heats import (
    calling,
    car_stops,
    driving,
    ends,
    measuring,
    pausing,
    practice,
    running,
    stopping,
)
from timing_server.rules.answers.heats.stopping import unless_stopped
from timing_server.rules.commands import driving as reach
from timing_server.rules.commands import heats
from timing_server.rules.commands.plan import EquipRun

ANSWERS: Answers = {
    EquipRun: calling.equip_run,
    heats.CallNextHeat: calling.call_next_heat,
    heats.ArmHeat: unless_stopped(calling.arm_heat),
    heats.StartHeat: unless_stopped(running.start_heat),
    heats.PauseHeat: pausing.pause_heat,
    heats.ResumeHeat: unless_stopped(pausing.resume_heat),
    heats.ShowFlag: unless_stopped(pausing.show_flag),
    heats.PressStop: stopping.press_stop,
    heats.LiftStop: stopping.lift_stop,
    reach.StopAll: car_stops.stop_all,
    reach.StopCar: car_stops.stop_car,
    reach.LiftCarStop: car_stops.lift_car_stop,
    reach.NoteObeyed: car_stops.note_obeyed,
    reach.NoteContactLost: driving.note_contact_lost,
    reach.HoldRun: driving.hold_run,
    reach.ReleaseRun: driving.release_run,
    reach.LimitSpeed: driving.limit_speed,
    reach.ConfirmRun: driving.confirm_run,
    reach.NoteDriving: measuring.note_driving,
    heats.NoteInterruption: running.note_interruption,
    heats.ContinueHeat: running.continue_heat,
    heats.StopHeat: running.stop_heat,
    heats.AbandonHeat: running.abandon_heat,
    heats.SendOut: practice.send_out,
    heats.BringIn: practice.bring_in,
    heats.Tick: ends.tick,
}
